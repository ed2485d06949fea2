// The reserved keys of Veeam's Smart Object Storage API. Exact match only, as MinIO and SeaweedFS do it;
// MaxIOFS's suffix match also answers under sub-folders, which no client asks for.

const SOSAPI_FOLDER = '.system-d26a9498-cb7c-4a87-a44a-8ae204f5ba6c';
export const SOSAPI_PREFIX = `${SOSAPI_FOLDER}/`;
export const SYSTEM_KEY = `${SOSAPI_PREFIX}system.xml`;
export const CAPACITY_KEY = `${SOSAPI_PREFIX}capacity.xml`;

/** `unknown` is any other key under the prefix, the bare prefix included. */
export type ReservedKey = 'system' | 'capacity' | 'unknown';

/**
 * Which reserved key a decoded key is; undefined for a key of the client's own. MinIO drops leading and doubled slashes
 * (cmd/handler-utils.go at 7aac2a2), so a key that would reach the prefix that way is reserved too, as an unknown one.
 */
export function reservedKey(key: string): ReservedKey | undefined {
  if (!key.includes(SOSAPI_FOLDER)) return undefined;
  if (key === SYSTEM_KEY) return 'system';
  if (key === CAPACITY_KEY) return 'capacity';
  return key.replace(/\/+/g, '/').replace(/^\//, '').startsWith(SOSAPI_PREFIX) ? 'unknown' : undefined;
}
