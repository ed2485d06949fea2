// What the load does to objects: puts, reads, deletes of each kind, copies.
import { bodyOf } from '../../../support/bodies.ts';
import { headerOf } from '../../../support/raw-http.ts';
import {
  bytesOf,
  isLocked,
  type KeyState,
  LOCKED,
  md5Of,
  newVersion,
  PLAIN,
  type Version,
} from './journal.ts';
import { crc32Base64, pathOf } from './requests.ts';
import type { StoreClient } from './store-client.ts';
import { KEPT_LOCKED, type WorkerKeys } from './worker-keys.ts';

export async function put(keys: WorkerKeys, client: StoreClient): Promise<void> {
  const state = keys.key();
  const piece = keys.piece();
  const body = bodyOf(piece.seed, piece.size);
  const tag = keys.random.chance(0.1) ? `put=${keys.written}` : '';
  const retention = state.bucket === LOCKED && keys.random.chance(0.12) ? keys.retention() : undefined;
  const legalHold = state.bucket === LOCKED && keys.lockedCount() < KEPT_LOCKED && keys.random.chance(0.03);
  const version = newVersion([piece], md5Of(body), { tag, legalHold, ...(retention && { retention }) });
  const answer = await keys.change(state, keys.withVersion(state, version), () =>
    client.expect([200], {
      method: 'PUT',
      target: pathOf(state),
      headers: {
        ...(tag && { 'x-amz-tagging': tag }),
        ...(retention && {
          'x-amz-object-lock-mode': retention.mode,
          'x-amz-object-lock-retain-until-date': retention.until,
        }),
        ...(legalHold && { 'x-amz-object-lock-legal-hold': 'ON' }),
        ...(keys.random.chance(0.2) && { 'x-amz-checksum-crc32': crc32Base64(body) }),
      },
      body,
      ...(keys.random.chance(0.5) && { payload: 'UNSIGNED-PAYLOAD' }),
    }),
  );
  version.id = keys.told(answer, state);
  if (headerOf(answer, 'etag') !== `"${version.etag}"`) throw new Error(`another ETag: ${state.key}`);
  await keys.trim(client, state);
}

export async function read(keys: WorkerKeys, client: StoreClient): Promise<void> {
  const state = keys.key();
  const current = state.versions[0];
  const isThere = current?.pieces !== undefined;
  const answer = await client.expect([isThere ? 200 : 404], { method: 'GET', target: pathOf(state) });
  if (!isThere) return;
  if (!answer.body.equals(bytesOf(current.pieces))) throw new Error(`other bytes: ${state.key}`);
}

export async function remove(keys: WorkerKeys, client: StoreClient): Promise<void> {
  const state = keys.key();
  const marker = newVersion(undefined, '');
  const after = state.bucket === PLAIN ? [] : [marker, ...state.versions];
  const answer = await keys.change(state, after, () =>
    client.expect([204], { method: 'DELETE', target: pathOf(state) }),
  );
  if (state.bucket === LOCKED) {
    marker.id = keys.told(answer, state);
    await keys.trim(client, state);
  }
}

export async function removeVersion(keys: WorkerKeys, client: StoreClient): Promise<void> {
  const state = keys.key(LOCKED);
  if (state.versions.length === 0) return;
  await keys.removeOne(client, state, keys.random.pick(state.versions));
}

/** Versions of several keys and keys without one, at most one entry a key, so that each stands for itself. */
export async function removeMany(keys: WorkerKeys, client: StoreClient): Promise<void> {
  const bucket = keys.random.pick([PLAIN, LOCKED]);
  const states = new Set(Array.from({ length: keys.random.between(1, 6) }, () => keys.key(bucket)));
  const entries: {
    state: KeyState;
    id: string | undefined;
    after: Version[];
    added: Version | undefined;
    refused: boolean;
  }[] = [];
  for (const state of states) {
    const version =
      bucket === LOCKED && state.versions.length > 0 && keys.random.chance(0.7)
        ? keys.random.pick(state.versions)
        : undefined;
    const added = bucket === LOCKED && version === undefined ? newVersion(undefined, '') : undefined;
    const refused = version !== undefined && isLocked(version);
    const after =
      bucket === PLAIN
        ? []
        : added === undefined
          ? state.versions.filter((each) => each !== version)
          : [added, ...state.versions];
    entries.push({ state, id: version?.id, after: refused ? state.versions : after, added, refused });
  }
  const body = `<Delete>${entries
    .map(
      ({ state, id }) =>
        `<Object><Key>${state.key}</Key>${id === undefined ? '' : `<VersionId>${id}</VersionId>`}</Object>`,
    )
    .join('')}</Delete>`;
  for (const { state, after } of entries) state.instead = after;
  const answer = await client.expect([200], { method: 'POST', target: `/${bucket}?delete`, body });
  const text = answer.body.toString();
  const deleted = [...text.matchAll(/<Deleted>(.*?)<\/Deleted>/gs)].map(([, inner = '']) => inner);
  for (const { state, after, added, refused } of entries) {
    const told = deleted.find((inner) => inner.includes(`<Key>${state.key}</Key>`));
    if ((told === undefined) !== refused) throw new Error(`multi-delete of ${state.key}: ${text}`);
    if (added !== undefined) added.id = /<DeleteMarkerVersionId>(.*?)</.exec(told ?? '')?.[1];
    state.versions = after;
    state.instead = undefined;
  }
  keys.journal.acknowledged += entries.length;
  if (bucket === LOCKED) for (const { state } of entries) await keys.trim(client, state);
}

export async function copy(keys: WorkerKeys, client: StoreClient): Promise<void> {
  const from = keys.key();
  const source = keys.random.pick(from.versions.length === 0 ? [undefined] : from.versions);
  const state = keys.key();
  if (source?.pieces === undefined || source.id === undefined || state === from) return;
  const id = from.bucket === LOCKED ? `?versionId=${source.id}` : '';
  const version = newVersion(source.pieces, md5Of(bytesOf(source.pieces)), { tag: source.tag[0] });
  const answer = await keys.change(state, keys.withVersion(state, version), () =>
    client.expect([200], {
      method: 'PUT',
      target: pathOf(state),
      headers: { 'x-amz-copy-source': `${pathOf(from)}${id}` },
      body: '',
    }),
  );
  version.id = keys.told(answer, state);
  if (!answer.body.includes(version.etag)) throw new Error(`another ETag of a copy: ${state.key}`);
  await keys.trim(client, state);
}
