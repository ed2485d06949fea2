// Looks at the store of a repository and keeps what it found.
import { BYTES_PER_TB } from '../../veeam/sizes.ts';
import type { RehearsalContext } from '../rehearsal-context.ts';
import type {
  RepositoryObservation,
  RepositoryRecord,
  RepositorySettings,
} from '../state/repository-record.ts';
import { checkBucket, inspectBucket, pollCapacity, type Say } from '../storage/inspect-bucket.ts';
import type { S3Connection } from '../storage/s3-connection.ts';
import { StorageFailure } from '../storage/storage-failure.ts';

type Parts = Pick<RehearsalContext, 'clock' | 'repositories' | 'storage'>;

/** All that is read when a repository is added or rescanned. Rejects with StorageFailure. */
export async function inspectedNow(
  connection: S3Connection,
  settings: RepositorySettings,
  parts: Pick<Parts, 'clock'>,
  say: Say,
  signal: AbortSignal,
): Promise<RepositoryObservation> {
  const { bucketName, immutability } = settings.bucket;
  const { isSosapi, modelName, capacity } = await inspectBucket(connection, bucketName, {
    isImmutable: immutability?.isEnabled === true,
    say,
    signal,
  });
  const limit = limitOf(settings);
  // Veeam's PowerShell reference on the size limit of S3-integrated repositories (2026-11).
  if (limit !== undefined && capacity !== undefined && limit > capacity.capacityBytes) {
    say('Warning', `The consumption limit of ${limit} bytes is more than the storage has`);
  }
  const capacityAt = capacity === undefined ? undefined : parts.clock.now();
  return { isOnline: true, problem: '', isSosapi, modelName, capacity, capacityAt };
}

/** In bytes; undefined without one. */
function limitOf({ bucket }: RepositorySettings): bigint | undefined {
  const { isEnabled, consumptionLimitCount, consumptionLimitKind } = bucket.storageConsumptionLimit ?? {};
  if (isEnabled !== true || consumptionLimitCount === undefined) return undefined;
  return BigInt(consumptionLimitCount) * BYTES_PER_TB * (consumptionLimitKind === 'PB' ? 1024n : 1n);
}

/** Keeps that the store is offline, and rejects with StorageFailure, where it cannot be used. */
export async function rescan(
  repository: RepositoryRecord,
  parts: Parts,
  say: Say,
  signal: AbortSignal,
): Promise<void> {
  const { settings } = repository;
  const found = await orOffline(repository, parts, () =>
    parts.storage.use(settings.account, (connection) =>
      inspectedNow(connection, settings, parts, say, signal),
    ),
  );
  const { capacity, capacityAt } = repository.observation;
  // The last numbers stay where there are no new ones: none at all would read as a full store.
  const kept = found.isSosapi && found.capacity === undefined ? { capacity, capacityAt } : {};
  parts.repositories.observe(repository.id, { ...found, ...kept });
}

/** The regular look: `capacity.xml` alone, or whether the bucket answers where there is no SOSAPI. */
export async function poll(repository: RepositoryRecord, parts: Parts, signal: AbortSignal): Promise<void> {
  const { settings, observation } = repository;
  const { bucketName } = settings.bucket;
  const found = await orOffline(repository, parts, () =>
    parts.storage.use(settings.account, async (connection): Promise<RepositoryObservation> => {
      if (!observation.isSosapi) {
        await checkBucket(connection, bucketName, signal);
        return { ...observation, isOnline: true, problem: '' };
      }
      const capacity = await pollCapacity(connection, bucketName, signal);
      return { ...observation, isOnline: true, problem: '', capacity, capacityAt: parts.clock.now() };
    }),
  );
  parts.repositories.observe(repository.id, found);
}

async function orOffline(
  { id, observation }: RepositoryRecord,
  { repositories }: Pick<Parts, 'repositories'>,
  look: () => Promise<RepositoryObservation>,
): Promise<RepositoryObservation> {
  try {
    return await look();
  } catch (error) {
    // The last numbers stay, as Veeam shows them.
    if (error instanceof StorageFailure) {
      repositories.observe(id, { ...observation, isOnline: false, problem: error.message });
    }
    throw error;
  }
}
