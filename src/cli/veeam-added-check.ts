// Whether Veeam found SOSAPI behind a repository, and whether it believes the capacity that the gateway serves.
import { setTimeout as sleep } from 'node:timers/promises';
import { readCapacities } from '../admin/capacity-answers.ts';
import { ROUNDING_BYTES, servedNumbers } from '../serve/veeam-comparison.ts';
import { bytesOfGB } from '../veeam/sizes.ts';
import { reaches } from '../veeam/vbr/revisions.ts';
import { isSosapiType, type Repository } from '../veeam/vbr/schemas/repository.ts';
import type { RepositoryState } from '../veeam/vbr/schemas/repository-state.ts';
import { type AskedGateway, askAdmin } from './admin-client.ts';
import { formatBytes } from './table.ts';
import type { VeeamVisit } from './veeam-connect.ts';
import { listed } from './veeam-connect.ts';

/** One finding, as a sentence. */
export interface CheckNote {
  readonly text: string;
  readonly isGood: boolean;
}

/** Veeam reads capacity.xml some moments after the repository is there. */
const PATIENCE_MS = 30_000;
const EVERY_MS = 1_000;

/** Never rejects: what could not be checked is a finding too. */
export async function checkRepository(
  visit: VeeamVisit,
  { gateway, wanted }: { readonly gateway: AskedGateway; readonly wanted: { readonly bucket: string } },
  repository: Repository,
): Promise<readonly CheckNote[]> {
  try {
    return await findings(visit, gateway, wanted.bucket, repository.id);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return [{ text: `It could not be checked: ${why}`, isGood: false }];
  }
}

async function findings(
  visit: VeeamVisit,
  gateway: AskedGateway,
  bucket: string,
  id: string,
): Promise<readonly CheckNote[]> {
  const state = await stateOf(visit, id);
  if (state === undefined) {
    return [{ text: 'Veeam tells no state of it.', isGood: false }];
  }
  return [
    ...typeNote(visit, state),
    ...(state.isOnline ? [] : [{ text: 'Veeam shows it as offline.', isGood: false }]),
    await capacityNote(state, gateway, bucket),
  ];
}

/** The latest state, as soon as it has a capacity. */
async function stateOf({ client, signal }: VeeamVisit, id: string): Promise<RepositoryState | undefined> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const [state] = await listed(client.repositories.states({ idFilter: id }));
    const isKnown = state !== undefined && (state.capacityGB > 0 || !state.isOnline);
    if (isKnown || performance.now() >= deadline) return state;
    await sleep(EVERY_MS, undefined, { signal });
  }
}

function typeNote({ client }: VeeamVisit, { type }: RepositoryState): readonly CheckNote[] {
  if (isSosapiType(type)) return [{ text: `Veeam found SOSAPI: it shows it as ${type}.`, isGood: true }];
  if (!reaches(client.revision, '1.3-rev0')) {
    return [{ text: `Whether Veeam found SOSAPI is not told in revision ${client.revision}.`, isGood: true }];
  }
  const text = `Veeam found no SOSAPI: it shows it as ${type}, so it will not ask for capacity.`;
  return [{ text, isGood: false }];
}

async function capacityNote(
  { capacityGB }: RepositoryState,
  gateway: AskedGateway,
  bucket: string,
): Promise<CheckNote> {
  const believed = bytesOfGB(capacityGB);
  const path = `/api/capacity?${new URLSearchParams({ bucket })}`;
  const { capacities } = await askAdmin({ ...gateway, path, read: readCapacities });
  const row = capacities.find((each) => each.bucket === bucket);
  const served = row && servedNumbers(row);
  if (served === undefined) {
    const why = row?.error === undefined ? '' : ` (${row.error})`;
    return { text: `The gateway serves no capacity of bucket ${bucket}${why}.`, isGood: false };
  }
  const apart = believed - served.capacityBytes;
  if (apart <= ROUNDING_BYTES && -apart <= ROUNDING_BYTES) {
    return { text: `Veeam believes the capacity that is served: ${formatBytes(believed)}.`, isGood: true };
  }
  const text = `Veeam believes a capacity of ${formatBytes(believed)}, and ${formatBytes(served.capacityBytes)} is served.`;
  return { text, isGood: false };
}
