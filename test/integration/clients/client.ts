// One client of the matrix: what it is, how to find it, and what its users do with it.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '../../support/bodies.ts';
import { BIG, bodyOfFile, type ClientSetting, SMALL } from '../../support/client-setting.ts';
import { run } from '../../support/owned-process.ts';

export interface Client {
  /** In the table and in the names of the tests. */
  readonly name: string;
  /** In REQUIRE_CLIENTS; lower-case. */
  readonly id: string;
  /** What signs inside it. */
  readonly signer: string;
  /** What the uploads below `second/` change; undefined where it has no such switch. */
  readonly second: string | undefined;
  /** It runs inside the test and needs no names from the system. */
  readonly inProcess?: boolean;
  /** Its version, or undefined where it is not here. */
  find(): Promise<string | undefined>;
  /** Makes the bucket, uploads, downloads, compares, lists, copies and deletes. Throws where anything is not as it should be. */
  use(setting: ClientSetting): Promise<void>;
}

/** The result of a client in a setting where all that it did was right. */
export const WORKS = 'works';

/** Those of `clients` that are named, by ids with commas between them. Throws for a name that is none. */
export function required(
  clients: readonly Client[],
  names: string = process.env['REQUIRE_CLIENTS'] ?? '',
): readonly Client[] {
  const ids = names.split(',').filter((id) => id !== '');
  return ids.map((id) => {
    const client = clients.find((each) => each.id === id);
    if (client !== undefined) return client;
    const known = clients.map((each) => each.id).join(', ');
    throw new Error(`REQUIRE_CLIENTS: no client "${id}"; there are ${known}`);
  });
}

/** The first group of `pattern` in what a command prints; undefined where it does not run. */
export async function versionOf(
  command: string,
  args: readonly string[],
  pattern: RegExp,
): Promise<string | undefined> {
  // Some print it to the standard error.
  const said = await run('sh', ['-c', '"$0" "$@" 2>&1', command, ...args]).catch(() => '');
  return pattern.exec(said)?.[1];
}

/** Where a client is a program: as an environment variable names it, else from the PATH. */
export function programOf(variable: string, fallback: string): string {
  const named = process.env[variable];
  return named === undefined || named === '' ? fallback : named;
}

/** Compares both files below `directory` with what was sent. */
export async function checkFiles(directory: string): Promise<void> {
  for (const name of [SMALL, BIG]) await checkFile(join(directory, name), name);
}

export async function checkFile(path: string, name: string): Promise<void> {
  same(sha256(await readFile(path)), sha256(bodyOfFile(name)), path);
}

export function same(actual: unknown, expected: unknown, what: string): void {
  const [one, other] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (one !== other) throw new Error(`${what}: ${one.slice(0, 1000)} is not ${other.slice(0, 1000)}`);
}

export function contains(text: string, ...parts: readonly string[]): void {
  for (const part of parts) {
    if (!text.includes(part)) throw new Error(`no "${part}" in:\n${text.slice(0, 2000)}`);
  }
}
