// MinIO: space from its drives (live), what a bucket holds from its scanner, quotas from the admin API. Its own
// capacity.xml is not used: that one leaves out what other buckets hold and may go below zero.
import type { CapacityProvider } from '../provider.ts';
import { bucketQuota, scannedUsage, usableSpace } from './minio-admin.ts';
import { sharedLoad } from './shared-load.ts';
import { type SignedSource, signedGetter } from './signed-get.ts';

/** The key needs `admin:StorageInfo`, `admin:DataUsageInfo` and `admin:GetBucketQuota`. */
export interface MinioCapacityOptions extends SignedSource {
  /** How long the cluster-wide answers serve other buckets. */
  readonly shareMs?: number;
  /** How far behind its own date the scanner may be: an hour unless given. */
  readonly scannerLagMs?: number;
}

const SOURCE = 'minio';
/** The scanner looks at a folder in which nothing seems to have changed every 16th round only (cmd/data-scanner.go, read 2026-11). */
const SCANNER_LAG_MS = 3_600_000;
/** MinIO tells the space of a drive again for a second: after writes it was up to 964 ms behind (observed 2026-11). */
const DISK_INFO_CACHE_MS = 1_000;

/** The space is of now; what a bucket holds is of the scanner's last round, minutes to hours ago. */
export function minioCapacity(options: MinioCapacityOptions): CapacityProvider {
  const { now, shareMs = 10_000, scannerLagMs: lagMs = SCANNER_LAG_MS } = options;
  const get = signedGetter(options);
  const spaceOf = sharedLoad({
    load: async (_key, signal) => {
      const atMs = now();
      return { ...(await usableSpace(get, signal)), atMs };
    },
    shareMs,
    now,
  });
  const usageOf = sharedLoad({ load: (_key, signal) => scannedUsage(get, signal, now), shareMs, now });

  return {
    source: SOURCE,
    async measure(bucket, signal) {
      const [space, usage, limitBytes] = await Promise.all([
        spaceOf('the space of the drives', signal),
        usageOf('the usage of the buckets', signal),
        bucketQuota(get, bucket, signal),
      ]);
      const { totalBytes, freeBytes, atMs } = space;
      return {
        total: { bytes: totalBytes, source: SOURCE, atMs },
        free: { bytes: freeBytes, source: SOURCE, atMs, lagMs: DISK_INFO_CACHE_MS },
        used: {
          bytes: usage.bytesOf(bucket),
          source: SOURCE,
          atMs: usage.scannedAtMs,
          lagMs,
          uploads: 'not-counted',
        },
        quotas: limitBytes === undefined ? [] : [{ name: 'bucket quota', limitBytes }],
      };
    },
  };
}
