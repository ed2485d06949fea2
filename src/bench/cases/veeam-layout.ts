// Keys as Veeam lays them out below a folder of the bucket: blocks, checkpoints, locks, owner, folder markers.
import { createHash } from 'node:crypto';

/*
 * The layouts, from keys that users quoted (all below `Veeam/Backup/<folder>/` or `Veeam/Archive/<folder>/`):
 * direct:  Clients/{guid}/<guid>/CloudStg/Data/{guid}/{guid}/<n>_<32 hex>_<32 hex>     rustfs#1066, seaweedfs#9460
 *          Clients/{guid}/<guid>/CloudStg/Meta/Blocks/History/CheckpointHistory.{guid}  rustfs#1066
 *          Clients/{guid}/<guid>/Metadata/Checkpoint, Metadata/Lock/create.checkpoint/{declare,try}  seaweedfs#9460
 *          Config/Owner, Config/Repository, Clients/{guid}/Config/ClientInfo.xml        seaweedfs#7850
 * archive: <guid>/<guid>/blocks/<32 hex>/<n>.<32 hex>.<32 zeros>.blk                    minio#12630, up to v11
 */

/** Thirty-two hex digits, the same for the same seed. */
export function hex32(seed: string): string {
  return createHash('sha256').update(seed).digest('hex').slice(0, 32);
}

/** A GUID without braces, the same for the same seed. */
export function guid(seed: string): string {
  return hex32(seed).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** A GUID in braces, as Veeam writes it into many keys. Braces must be percent-encoded in the path and in what is signed. */
export function bracedGuid(seed: string): string {
  return `{${guid(seed)}}`;
}

/** The folder of one client (one protected machine). `prefix` ends with `/`, as all of them here. */
export function clientFolder(prefix: string, client = 'client'): string {
  return `${prefix}Clients/${bracedGuid(client)}/`;
}

/** The folder of one backup of a client. */
export function backupFolder(prefix: string, client = 'client'): string {
  return `${clientFolder(prefix, client)}${guid(`${client} backup`)}/`;
}

/** The folder that holds all blocks of one backup. */
export function blocksFolder(prefix: string, client = 'client'): string {
  return `${backupFolder(prefix, client)}CloudStg/Data/${bracedGuid(`${client} disk`)}/`;
}

/** One data block of a direct backup; `n` counts from 0. */
export function blockKey(prefix: string, n: number, client = 'client'): string {
  const seed = `${client} block ${n}`;
  const folder = `${blocksFolder(prefix, client)}${bracedGuid(`${client} generation`)}/`;
  return `${folder}${n}_${hex32(seed)}_${hex32(`${seed} key`)}`;
}

/** One block of the capacity tier up to v11, which VBR looks for by listing with its whole key as the prefix. */
export function archiveBlockKey(prefix: string, n: number): string {
  const seed = `archive block ${n}`;
  const folder = `${prefix}${guid('archive backup')}/${guid('archive machine')}/blocks/${hex32(seed)}/`;
  return `${folder}${n}.${hex32(`${seed} content`)}.${'0'.repeat(32)}.blk`;
}

/** The history that is written first when features are enabled. */
export function checkpointHistoryKey(prefix: string, client = 'client'): string {
  const folder = `${backupFolder(prefix, client)}CloudStg/Meta/Blocks/History/`;
  return `${folder}CheckpointHistory.${bracedGuid(`${client} history`)}`;
}

/** The checkpoint of a backup, rewritten by each session. */
export function checkpointKey(prefix: string, client = 'client'): string {
  return `${backupFolder(prefix, client)}Metadata/Checkpoint`;
}

/** A lock object: written, read and deleted around each checkpoint, under the same key for ever. */
export function lockKey(prefix: string, step: 'declare' | 'try', client = 'client'): string {
  return `${backupFolder(prefix, client)}Metadata/Lock/create.checkpoint/${step}`;
}

/** Says which backup server owns the folder. */
export function ownerKey(prefix: string): string {
  return `${prefix}Config/Owner`;
}

/** Describes the repository in the folder. */
export function repositoryKey(prefix: string): string {
  return `${prefix}Config/Repository`;
}

/** Describes one client. */
export function clientInfoKey(prefix: string, client = 'client'): string {
  return `${clientFolder(prefix, client)}Config/ClientInfo.xml`;
}

/**
 * The keys of the zero-byte folder markers that Veeam makes for a key: each parent below `prefix`, and `prefix` itself,
 * the shortest first. Parents of `prefix` are left out, since the bench writes nothing outside.
 */
export function folderMarkers(prefix: string, key: string): readonly string[] {
  const below = key.slice(prefix.length).split('/').slice(0, -1);
  return [prefix, ...below.map((_, i) => `${prefix}${below.slice(0, i + 1).join('/')}/`)];
}

/** All the parents of a prefix or key, which no list with that prefix may name: `Veeam/`, `Veeam/Backup/`, … */
export function ancestorsOf(key: string): readonly string[] {
  const parts = key.split('/').slice(0, -1);
  return parts.map((_, i) => `${parts.slice(0, i + 1).join('/')}/`).filter((parent) => parent !== key);
}
