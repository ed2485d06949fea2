// Whether a bucket exists, remembered for a moment: Veeam reads the SOSAPI documents often, in few buckets.
import { S3Error } from '../s3/error.ts';

const REMEMBER_MS = 10_000;
const MAX_REMEMBERED = 10_000;

export interface BucketExistence {
  exists(bucket: string): Promise<boolean>;
  forget(bucket: string): void;
}

/** `statusOf` is the store's answer to HEAD on the bucket. Only existing buckets are remembered. */
export function createBucketExistence(
  statusOf: (bucket: string) => Promise<number>,
  now: () => number,
): BucketExistence {
  const seenAtMs = new Map<string, number>();
  return {
    async exists(bucket) {
      const seen = seenAtMs.get(bucket);
      if (seen !== undefined && now() - seen < REMEMBER_MS) return true;
      seenAtMs.delete(bucket);
      const status = await statusOf(bucket);
      if (status === 404) return false;
      if (status !== 200) {
        throw new S3Error('ServiceUnavailable', { reason: `HEAD on bucket ${bucket} gave status ${status}` });
      }
      if (seenAtMs.size >= MAX_REMEMBERED) seenAtMs.clear();
      seenAtMs.set(bucket, now());
      return true;
    },
    forget(bucket) {
      seenAtMs.delete(bucket);
    },
  };
}
