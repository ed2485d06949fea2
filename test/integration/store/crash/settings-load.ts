// What the load does to versions that are there: tags, retention, legal hold.
import { LOCKED } from './journal.ts';
import { dateIn, pathOf } from './requests.ts';
import type { StoreClient } from './store-client.ts';
import { KEPT_LOCKED, type WorkerKeys } from './worker-keys.ts';

export async function tag(keys: WorkerKeys, client: StoreClient): Promise<void> {
  const state = keys.key();
  const version = state.versions[0];
  if (version?.pieces === undefined) return;
  const [before] = version.tag;
  const after = keys.random.chance(0.3) ? '' : `tag=${keys.random.between(0, 1e6)}`;
  version.tag = [before, after];
  const [key, value] = after.split('=');
  await (after === ''
    ? client.expect([204], { method: 'DELETE', target: `${pathOf(state)}?tagging` })
    : client.expect([200], {
        method: 'PUT',
        target: `${pathOf(state)}?tagging`,
        body: `<Tagging><TagSet><Tag><Key>${key}</Key><Value>${value}</Value></Tag></TagSet></Tagging>`,
      }));
  version.tag = [after];
  version.fresh = true;
  keys.journal.acknowledged += 1;
}

/** A first retention, or one that goes on longer. */
export async function retain(keys: WorkerKeys, client: StoreClient): Promise<void> {
  const state = keys.key(LOCKED);
  const version = keys.random.pick(state.versions.length === 0 ? [undefined] : state.versions);
  if (version?.pieces === undefined) return;
  const [before] = version.retention;
  const wanted = keys.retention();
  if (wanted === undefined) return;
  // GOVERNANCE becomes COMPLIANCE only with the bypass; COMPLIANCE never becomes anything else.
  const after = { mode: before?.mode ?? wanted.mode, until: dateIn(keys.random.between(400, 4000)) };
  if (before !== undefined && after.until <= before.until) return;
  version.retention = [before, after];
  await client.expect([200], {
    method: 'PUT',
    target: `${pathOf(state)}?retention&versionId=${version.id}`,
    body: `<Retention><Mode>${after.mode}</Mode><RetainUntilDate>${after.until}</RetainUntilDate></Retention>`,
  });
  version.retention = [after];
  version.fresh = true;
  keys.journal.acknowledged += 1;
}

export async function hold(keys: WorkerKeys, client: StoreClient): Promise<void> {
  const state = keys.key(LOCKED);
  const version = keys.random.pick(state.versions.length === 0 ? [undefined] : state.versions);
  if (version?.pieces === undefined) return;
  const [before] = version.legalHold;
  if (!before && keys.lockedCount() >= KEPT_LOCKED) return;
  version.legalHold = [before, !before];
  await client.expect([200], {
    method: 'PUT',
    target: `${pathOf(state)}?legal-hold&versionId=${version.id}`,
    body: `<LegalHold><Status>${before ? 'OFF' : 'ON'}</Status></LegalHold>`,
  });
  version.legalHold = [!before];
  version.fresh = true;
  keys.journal.acknowledged += 1;
}
