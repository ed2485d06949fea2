// What Veeam believes of this gateway's buckets, asked of both of its servers.
import type { VeeamServerConfig } from '../config/gateway-config.ts';
import { createOneClient } from '../veeam/one/create-one-client.ts';
import type { OneClient } from '../veeam/one/one-client.ts';
import { bytesOfGB } from '../veeam/sizes.ts';
import { isS3Repository } from '../veeam/vbr/schemas/repository.ts';
import type { RepositoryState } from '../veeam/vbr/schemas/repository-state.ts';
import type { VbrClient } from '../veeam/vbr/vbr-client.ts';
import type { VeeamNumbers, VeeamRepository } from './veeam-comparison.ts';

/** The repositories that are buckets of this gateway, by the order of Veeam's list. Rejects with a VeeamError. */
export async function askVbr(
  { repositories }: Pick<VbrClient, 'repositories'>,
  isOurs: (servicePoint: string) => boolean,
  wallClock: () => number,
): Promise<readonly VeeamRepository[]> {
  const states = new Map<string, RepositoryState>();
  for await (const state of repositories.states()) states.set(state.id, state);
  const atMs = wallClock();
  const ours: VeeamRepository[] = [];
  for await (const repository of repositories.list()) {
    if (!isS3Repository(repository) || !isOurs(repository.account.servicePoint)) continue;
    const state = states.get(repository.id);
    ours.push({
      id: repository.id,
      name: repository.name,
      type: state?.type ?? repository.type,
      isOnline: state?.isOnline ?? false,
      bucket: repository.bucket.bucketName,
      folder: repository.bucket.folderName,
      vbr: state && stateNumbers(state, atMs),
    });
  }
  return ours;
}

/** A capacity of 0 is what Veeam shows where it knows none. */
function stateNumbers({ capacityGB, freeGB, usedSpaceGB }: RepositoryState, atMs: number) {
  if (capacityGB <= 0) return undefined;
  return {
    capacityBytes: bytesOfGB(capacityGB),
    availableBytes: bytesOfGB(freeGB),
    usedBytes: bytesOfGB(usedSpaceGB),
    atMs,
  };
}

/** By the repository's id in VBR, in lower case. Veeam ONE does not tell what is available in object storage. */
export async function askOne(
  client: Pick<OneClient, 'objectStorages'>,
  wallClock: () => number,
): Promise<ReadonlyMap<string, VeeamNumbers>> {
  const atMs = wallClock();
  const numbers = new Map<string, VeeamNumbers>();
  for await (const { objectStorageUidInVbr: id, capacityBytes, usedSpaceBytes } of client.objectStorages()) {
    if (id === null || capacityBytes === null || capacityBytes <= 0n) continue;
    numbers.set(id.toLowerCase(), {
      capacityBytes,
      ...(usedSpaceBytes === null ? {} : { usedBytes: usedSpaceBytes }),
      atMs,
    });
  }
  return numbers;
}

export function withOne(
  repositories: readonly VeeamRepository[],
  numbers: ReadonlyMap<string, VeeamNumbers>,
): readonly VeeamRepository[] {
  return repositories.map((each) => ({ ...each, one: numbers.get(each.id.toLowerCase()) }));
}

/** One visit: logged in at the first question, logged out at the end. */
export async function visitOne<T>(
  { url, user, password, trust }: VeeamServerConfig,
  timeoutMs: number,
  work: (client: OneClient) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const client = createOneClient({
    url,
    trust,
    userName: user,
    password,
    timeoutMs,
    ...(signal === undefined ? {} : { signal }),
  });
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}
