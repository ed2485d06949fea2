// A key pair on disk in the format that AWS clients share (AWS SDKs and Tools Reference Guide, "Shared config and
// credentials files"), so that AWS_SHARED_CREDENTIALS_FILE may name it. Only its owner may read it.
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Secret } from '../secret.ts';
import type { KeyPair } from '../serve/key-pair.ts';
import { UsageError } from './arguments.ts';

const OWNER_ONLY = 0o600;
const BY_OTHERS = 0o077;

/** The pair of the section `default`; undefined where there is no such file. Throws UsageError where it cannot be used. */
export async function readCredentials(path: string): Promise<KeyPair | undefined> {
  const text = await readPrivate(path);
  if (text === undefined) return undefined;
  const keys = defaultSection(text);
  const accessKeyId = keys.get('aws_access_key_id');
  const secret = keys.get('aws_secret_access_key');
  if (accessKeyId === undefined || secret === undefined) {
    throw new UsageError(
      `${path} has no section [default] with aws_access_key_id and aws_secret_access_key: put them back, or remove the file to have new ones made.`,
    );
  }
  return { accessKeyId, secretAccessKey: new Secret(secret) };
}

/** Writes it whole or not at all, and durably. */
export async function writeCredentials(
  path: string,
  { accessKeyId, secretAccessKey }: KeyPair,
): Promise<void> {
  const text = `[default]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey.reveal()}\n`;
  const unfinished = `${path}.new`;
  await rm(unfinished, { force: true });
  const file = await open(unfinished, 'wx', OWNER_ONLY);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(unfinished, path);
  const directory = await open(dirname(path), 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

async function readPrivate(path: string): Promise<string | undefined> {
  try {
    const { mode } = await stat(path);
    if ((mode & BY_OTHERS) !== 0) {
      throw new UsageError(`${path} holds a secret and others than its owner may use it: chmod 600 it.`);
    }
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new UsageError(`the credentials in ${path} cannot be read: ${message}.`, { cause: error });
  }
}

function defaultSection(text: string): ReadonlyMap<string, string> {
  const keys = new Map<string, string>();
  let isDefault = false;
  for (const line of text.split(/\r?\n/)) {
    const [, section] = /^\s*\[\s*([^\]]*?)\s*\]/.exec(line) ?? [];
    if (section !== undefined) isDefault = section === 'default';
    const [, key, value] = /^\s*([a-z_]+)\s*=\s*(\S+)\s*$/i.exec(line) ?? [];
    if (isDefault && key !== undefined && value !== undefined) keys.set(key.toLowerCase(), value);
  }
  return keys;
}
