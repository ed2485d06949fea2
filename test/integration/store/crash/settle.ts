// Holds a store against the journals after a start: what was acknowledged must be there, and what was cut off must have
// happened whole or not at all. What is found then is what is known.
import { headerOf } from '../../../support/raw-http.ts';
import {
  BUCKETS,
  bytesOf,
  isLocked,
  type Journal,
  type KeyState,
  nameOf,
  type Part,
  PLAIN,
  type Upload,
  type Version,
} from './journal.ts';
import {
  listCurrent,
  listParts,
  listUploads,
  listVersions,
  type ObservedUpload,
  type ObservedVersion,
} from './observed.ts';
import type { Random } from './random.ts';
import type { StoreClient } from './store-client.ts';

/** Looks at everything that lists show, and settles what was in doubt. Rejects with all that is wrong. */
export async function settle(client: StoreClient, journals: readonly Journal[]): Promise<void> {
  const wrong: string[] = [];
  for (const bucket of BUCKETS) {
    const observed = await listVersions(client, bucket);
    const byKey = Map.groupBy(observed, ({ key }) => key);
    const uploads = await listUploads(client, bucket);
    for (const journal of journals) {
      wrong.push(...settleKeys(journal, bucket, byKey));
      wrong.push(...(await settleUploads(client, journal, bucket, uploads)));
    }
    const known = new Set(journals.flatMap(({ keys }) => [...keys.keys()]));
    for (const key of byKey.keys()) {
      if (!known.has(nameOf(bucket, key))) wrong.push(`${bucket}/${key}: nobody wrote it`);
    }
    const current = observed.filter(({ isLatest, isMarker }) => isLatest && !isMarker);
    const listed = await listCurrent(client, bucket);
    if (listed.join('\n') !== current.map(({ key, etag }) => `${key} ${etag}`).join('\n')) {
      wrong.push(`${bucket}: the plain listing is not that of the newest versions`);
    }
    for (const [key, versions] of byKey) {
      const flags = versions.map(({ isLatest }) => isLatest);
      if (flags.indexOf(true) !== 0 || flags.lastIndexOf(true) !== 0)
        wrong.push(`${bucket}/${key}: latest ${flags}`);
    }
  }
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
}

function settleKeys(
  journal: Journal,
  bucket: string,
  observed: ReadonlyMap<string, readonly ObservedVersion[]>,
): readonly string[] {
  const wrong: string[] = [];
  for (const state of journal.keys.values()) {
    if (state.bucket !== bucket) continue;
    const found = observed.get(state.key) ?? [];
    if (matches(state.versions, found)) adopt(state, state.versions, found, 'before', journal);
    else if (state.instead !== undefined && matches(state.instead, found)) {
      adopt(state, state.instead, found, 'after', journal);
    } else {
      wrong.push(
        `${bucket}/${state.key}: is ${show(found)}, expected ${show(state.versions)}${
          state.instead === undefined ? '' : ` or ${show(state.instead)}`
        }`,
      );
    }
  }
  return wrong;
}

function matches(expected: readonly Version[], found: readonly ObservedVersion[]): boolean {
  return (
    expected.length === found.length &&
    expected.every((version, index) => {
      const other = found[index];
      return (
        other !== undefined &&
        (version.id === undefined || version.id === other.id) &&
        (version.pieces === undefined) === other.isMarker &&
        (other.isMarker || (version.size === other.size && version.etag === other.etag))
      );
    })
  );
}

function adopt(
  state: KeyState,
  versions: Version[],
  found: readonly ObservedVersion[],
  which: 'before' | 'after',
  journal: Journal,
): void {
  for (const [index, version] of versions.entries()) version.id = found[index]?.id;
  // An upload whose completion was cut off is there exactly where its object is not.
  for (const upload of journal.uploads.values()) {
    if (upload.ending !== 'complete' || nameOf(upload.bucket, upload.key) !== nameOf(state.bucket, state.key))
      continue;
    if (state.instead !== undefined && which === 'after') journal.uploads.delete(upload.id);
    else upload.ending = 'no';
  }
  state.versions = versions;
  state.instead = undefined;
}

async function settleUploads(
  client: StoreClient,
  journal: Journal,
  bucket: string,
  observed: readonly ObservedUpload[],
): Promise<readonly string[]> {
  const wrong: string[] = [];
  const there = new Map(observed.map((each) => [each.id, each]));
  for (const upload of [...journal.uploads.values()].filter((each) => each.bucket === bucket)) {
    if (there.has(upload.id)) {
      upload.ending = 'no';
      wrong.push(...(await settleParts(client, upload)));
    } else {
      if (upload.ending !== 'abort') wrong.push(`${bucket}/${upload.key}: the upload ${upload.id} is gone`);
      journal.uploads.delete(upload.id);
    }
  }
  for (const { id, key } of observed) {
    if (journal.uploads.has(id) || !journal.begun.has(nameOf(bucket, key))) continue;
    journal.begun.delete(nameOf(bucket, key));
    const begun: Upload = { id, bucket, key, parts: new Map(), ending: 'no' };
    journal.uploads.set(id, begun);
    wrong.push(...(await settleParts(client, begun)));
  }
  journal.begun.clear();
  return wrong;
}

async function settleParts(client: StoreClient, upload: Upload): Promise<readonly string[]> {
  const wrong: string[] = [];
  const observed = new Map((await listParts(client, upload)).map((part) => [part.number, part]));
  for (const number of new Set([...upload.parts.keys(), ...observed.keys()])) {
    const found = observed.get(number);
    const possible: readonly (Part | undefined)[] = upload.parts.get(number) ?? [undefined];
    const match = possible.filter((part) => part?.etag === found?.etag && part?.piece.size === found?.size);
    if (match.length === 0) {
      wrong.push(`${upload.bucket}/${upload.key}: part ${number} of ${upload.id} is ${found?.etag}`);
    }
    if (match[0] === undefined) upload.parts.delete(number);
    else upload.parts.set(number, [match[0]]);
  }
  return wrong;
}

function show(versions: readonly (ObservedVersion | Version)[]): string {
  const each = versions.map((version) => {
    const isMarker = 'isMarker' in version ? version.isMarker : version.pieces === undefined;
    return `${version.id ?? 'new'} ${isMarker ? 'marker' : `${version.size} ${version.etag.slice(0, 8)}`}`;
  });
  return `[${each.join(', ')}]`;
}

/** What the journals know of bytes: every version and every part. */
export function bytesKnown(journals: readonly Journal[], bucket: string): bigint {
  let bytes = 0;
  for (const journal of journals) {
    for (const { state, version } of journal.versions()) if (state.bucket === bucket) bytes += version.size;
    for (const upload of journal.uploads.values()) {
      if (upload.bucket !== bucket) continue;
      for (const [part] of upload.parts.values()) bytes += part?.piece.size ?? 0;
    }
  }
  return BigInt(bytes);
}

/** Reads bodies, tags and locks of the versions that were touched and of some others, or of all. */
export async function readBack(
  client: StoreClient,
  journals: readonly Journal[],
  which: { readonly all: true } | { readonly others: number; readonly random: Random },
): Promise<number> {
  const all = journals.flatMap((journal) => [...journal.versions()]).filter(({ version }) => version.pieces);
  const chosen =
    'all' in which
      ? all
      : [
          ...all.filter(({ version }) => version.fresh || isInDoubt(version)),
          ...which.random.sample(all, which.others),
        ];
  for (const { state, version } of chosen) await readVersion(client, state, version);
  return chosen.length;
}

function isInDoubt({ retention, legalHold, tag }: Version): boolean {
  return retention.length > 1 || legalHold.length > 1 || tag.length > 1;
}

async function readVersion(client: StoreClient, state: KeyState, version: Version): Promise<void> {
  const path = `/${state.bucket}/${state.key.split('/').map(encodeURIComponent).join('/')}`;
  const target = state.bucket === PLAIN ? path : `${path}?versionId=${version.id}`;
  const answer = await client.expect([200], { method: 'GET', target });
  if (!answer.body.equals(bytesOf(version.pieces ?? []))) throw new Error(`other bytes: ${target}`);
  const told = (name: string) => headerOf(answer, name);

  const mode = told('x-amz-object-lock-mode');
  const until = told('x-amz-object-lock-retain-until-date');
  const retention = version.retention.filter(
    (each) =>
      each?.mode === mode && (each === undefined || Date.parse(each.until) === Date.parse(until ?? '')),
  );
  version.retention = [settled(retention, `${target}: retention ${mode} ${until}`)];
  const isHeld = told('x-amz-object-lock-legal-hold') === 'ON';
  version.legalHold = [
    settled(
      version.legalHold.filter((each) => each === isHeld),
      `${target}: hold ${isHeld}`,
    ),
  ];

  const tagging = await client.expect([200], {
    method: 'GET',
    target: `${path}?tagging${state.bucket === PLAIN ? '' : `&versionId=${version.id}`}`,
  });
  const [, key, value] = /<Key>(.*?)<\/Key><Value>(.*?)<\/Value>/.exec(tagging.body.toString()) ?? [];
  const tag = key === undefined ? '' : `${key}=${value}`;
  version.tag = [
    settled(
      version.tag.filter((each) => each === tag),
      `${target}: tag ${tag}`,
    ),
  ];

  if (isLocked(version)) await client.expect([403], { method: 'DELETE', target });
  version.fresh = false;
}

function settled<T>(left: readonly T[], what: string): T {
  if (left.length === 0) throw new Error(`neither what it was nor what it was to be: ${what}`);
  return left[0] as T;
}
