// The entity in a key: which protected machine, share or backup an object of Veeam's belongs to.

const SLASH = 0x2f;
const DIRECT = 'Veeam/Backup/';
const CLIENTS = 'Clients/';
const CAPACITY_TIER = 'Veeam/Archive/';

/**
 * The part of a decoded key that all objects of one entity share, without leading slashes (v13 sends some keys with one,
 * seaweedfs#7919); undefined where the layout is not known. A part of the key itself, so nothing is copied.
 *
 * Layouts: `Veeam/Backup/FOLDER/Clients/{CLIENT}/BACKUP/…` (rustfs#1066, seaweedfs#9460), `Veeam/Archive/FOLDER/BACKUP/INDEX/…`
 * (Veeam's page "Object storage repository structure"), and up to v11 `Veeam/Archive/FOLDER/BACKUP/MACHINE/…` (minio#12630).
 */
export function entityOfKey(key: string): string | undefined {
  let start = 0;
  while (key.charCodeAt(start) === SLASH) start++;
  const at = behindFolder(key, start);
  if (at === 0) return undefined;
  const end = segmentEnd(key, segmentEnd(key, at));
  return end === 0 ? undefined : key.slice(start, end);
}

/** Where the first of the two segments begins that name the entity; 0 for none. */
function behindFolder(key: string, start: number): number {
  if (key.startsWith(CAPACITY_TIER, start)) return segmentEnd(key, start + CAPACITY_TIER.length);
  if (!key.startsWith(DIRECT, start)) return 0;
  const at = segmentEnd(key, start + DIRECT.length);
  return at !== 0 && key.startsWith(CLIENTS, at) ? at + CLIENTS.length : 0;
}

/** Behind the slash that ends the segment at `at`; 0 where it is empty, or nothing ends it. */
function segmentEnd(key: string, at: number): number {
  if (at === 0) return 0;
  const slash = key.indexOf('/', at);
  return slash <= at ? 0 : slash + 1;
}
