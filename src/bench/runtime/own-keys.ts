// Which keys and buckets are the bench's own: nothing else is ever written or deleted.

/** The layout that Veeam uses, so that a store's rules for it apply. */
const PARENT = 'Veeam/Backup/';
const ROOT = `${PARENT}sosapi-bench-`;
const OWN_BUCKET = /^sosapi-bench-[0-9a-f]{12}-\d+$/;
/** Public constant of SOSAPI. Its documents may be written by a case that shows that they cannot be. */
export const SOSAPI_PREFIX = '.system-d26a9498-cb7c-4a87-a44a-8ae204f5ba6c/';

/** Of all runs. Some clients put a slash before a key: both are the bench's. */
export const OWN_PREFIXES: readonly string[] = [ROOT, `/${ROOT}`];

/** `runId` has 12 hex digits. */
export function runPrefix(runId: string): string {
  return `${ROOT}${runId}/`;
}

export function runPrefixes(runId: string): readonly string[] {
  return [runPrefix(runId), `/${runPrefix(runId)}`];
}

export function bucketOfRun(runId: string, number: number): string {
  return `sosapi-bench-${runId}-${number}`;
}

export function isOwnBucket(bucket: string): boolean {
  return OWN_BUCKET.test(bucket);
}

/** A key below the bench's prefix, or a common prefix of a listing that is. */
export function isOwnKey(key: string): boolean {
  return key.replace(/^\/+/, '').startsWith(ROOT);
}

/** A folder on the way to the bench's prefix: it holds nothing by itself, and others may have made it. */
export function isParent(key: string): boolean {
  const bare = key.replace(/^\/+/, '');
  return bare === '' ? key.startsWith('/') : bare.endsWith('/') && PARENT.startsWith(bare);
}
