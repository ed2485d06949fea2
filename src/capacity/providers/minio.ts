// MinIO: space from its drives (live), what a bucket holds from its scanner, quotas from the admin API. Its own
// capacity.xml is not used: that one leaves out what other buckets hold and may go below zero.
import type { CapacityProvider } from '../provider.ts';
import { applyQuotas } from '../quota.ts';
import { bucketQuota, scannedUsage, usableSpace } from './minio-admin.ts';
import { sharedLoad } from './shared-load.ts';
import { type SignedSource, signedGetter } from './signed-get.ts';

/** The key needs `admin:StorageInfo`, `admin:DataUsageInfo` and `admin:GetBucketQuota`. */
export interface MinioCapacityOptions extends SignedSource {
  /** How long the cluster-wide answers serve other buckets. */
  readonly shareMs?: number;
}

/** `sampledAtMs` is when the space was asked for; `usedBytes` is older, of the scanner's last round (minutes to hours). */
export function minioCapacity(options: MinioCapacityOptions): CapacityProvider {
  const { now, shareMs = 10_000 } = options;
  const get = signedGetter(options);
  const spaceOf = sharedLoad({
    load: async (_key, signal) => {
      const sampledAtMs = now();
      return { ...(await usableSpace(get, signal)), sampledAtMs };
    },
    shareMs,
    now,
  });
  const usageOf = sharedLoad({ load: (_key, signal) => scannedUsage(get, signal), shareMs, now });

  return {
    source: 'minio',
    async measure(bucket, signal) {
      const [space, usage, limitBytes] = await Promise.all([
        spaceOf('the space of the drives', signal),
        usageOf('the usage of the buckets', signal),
        bucketQuota(get, bucket, signal),
      ]);
      const usedBytes = usage(bucket);
      const { sampledAtMs, ...cluster } = space;
      const quotas = limitBytes === undefined ? [] : [{ limitBytes, usedBytes }];
      return { ...applyQuotas({ ...cluster, usedBytes }, quotas), sampledAtMs };
    },
  };
}
