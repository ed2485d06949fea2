// The folder of a repository in its bucket: markers of each parent, and an object that says whose it is.

import { expectOk, type Say } from './inspect-bucket.ts';
import type { S3Connection } from './s3-connection.ts';
import { StorageFailure } from './storage-failure.ts';
import { childrenOf, textAt, xmlRoot } from './xml-document.ts';

const BACKUP_ROOT = 'Veeam/Backup/';

export interface FolderClaim {
  readonly bucket: string;
  readonly folder: string;
  /** Of this rehearsal. */
  readonly serverId: string;
  readonly overwriteOwner: boolean;
}

interface Owner {
  readonly rehearsal: string;
  readonly serverId: string;
}

const REHEARSAL = 'sosapi-gateway rehearsal, not Veeam';

/**
 * Makes the folder this rehearsal's. Rejects with StorageFailure where another rehearsal owns it and is not to be
 * overruled. A folder that something else owns, as a real Veeam server, is never taken: its backups would be lost to it.
 */
export async function claimFolder(
  connection: S3Connection,
  claim: FolderClaim,
  say: Say,
  signal: AbortSignal,
): Promise<void> {
  const { bucket, folder, serverId, overwriteOwner } = claim;
  const key = `${BACKUP_ROOT}${folder}/Config/Owner`;
  const answer = await connection.send({ method: 'GET', bucket, key }, signal);
  if (answer.status !== 404) {
    const owner = ownerOf(expectOk(answer, `The owner of the folder ${folder} cannot be read`).body);
    if (owner === undefined) {
      throw new StorageFailure(
        `The folder ${folder} belongs to a backup server that is no rehearsal: it is not touched, name another folder.`,
      );
    }
    if (owner.serverId === serverId) {
      say('Succeeded', `The folder ${folder} is this server's already`);
      return;
    }
    if (!overwriteOwner) {
      throw new StorageFailure(
        `The folder ${folder} belongs to another backup server (${owner.serverId}): add it with overwriteOwner to take it over.`,
      );
    }
    say('Warning', `The folder ${folder} was taken over from the backup server ${owner.serverId}`);
  }
  await makeFolder(connection, bucket, folder, signal);
  const body = JSON.stringify({ rehearsal: REHEARSAL, serverId } satisfies Owner);
  const put = { method: 'PUT', bucket, key, body, contentType: 'application/json' } as const;
  expectOk(await connection.send(put, signal), `The owner of the folder ${folder} cannot be written`);
  say('Succeeded', `The folder ${folder} is ready`);
}

/** The names of the folders that hold repositories, without those of other prefixes. */
export async function listFolders(
  connection: S3Connection,
  bucket: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const folders: string[] = [];
  let token: string | undefined;
  do {
    const query = {
      'list-type': '2',
      prefix: BACKUP_ROOT,
      delimiter: '/',
      ...(token === undefined ? {} : { 'continuation-token': token }),
    };
    const answer = await connection.send({ method: 'GET', bucket, query }, signal);
    const root = xmlRoot(expectOk(answer, `The bucket ${bucket} cannot be listed`).body, 'ListBucketResult');
    for (const prefix of childrenOf(root, 'CommonPrefixes')) {
      const name = textAt(prefix, 'Prefix')?.slice(BACKUP_ROOT.length).replace(/\/$/, '');
      if (name !== undefined && name !== '') folders.push(name);
    }
    token = textAt(root, 'NextContinuationToken') || undefined;
  } while (token !== undefined);
  return folders;
}

/** Rejects with StorageFailure. */
export async function makeFolder(
  connection: S3Connection,
  bucket: string,
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  for (const marker of ['Veeam/', BACKUP_ROOT, `${BACKUP_ROOT}${folder}/`]) {
    await ensureMarker(connection, bucket, marker, signal);
  }
}

/** Written once only: each more would be a version that stays. */
async function ensureMarker(
  connection: S3Connection,
  bucket: string,
  key: string,
  signal: AbortSignal,
): Promise<void> {
  const head = await connection.send({ method: 'HEAD', bucket, key }, signal);
  if (head.status === 200) return;
  const answer = await connection.send({ method: 'PUT', bucket, key }, signal);
  expectOk(answer, `The folder marker ${key} cannot be written`);
}

function ownerOf(text: string): Owner | undefined {
  try {
    const owner = JSON.parse(text) as Partial<Owner> | null;
    if (owner?.rehearsal !== REHEARSAL || typeof owner.serverId !== 'string') return undefined;
    return { rehearsal: REHEARSAL, serverId: owner.serverId };
  } catch {
    return undefined;
  }
}
