// The file that makes a directory a store: the version of its layout, and the id that its database has too.
import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from './disk-error.ts';
import { Refusal } from './refusal.ts';

/** What the directories and the database look like. A change that an older program would not understand counts it up. */
const LAYOUT = 1;

export const LAYOUT_FILE = 'layout.json';
export const NEW_LAYOUT_FILE = 'layout.json.new';

/** The id of the store in that directory; undefined where there is no layout. Rejects with a Refusal where it is not ours. */
export async function readLayout(path: string): Promise<string | undefined> {
  let text: string;
  try {
    text = await readFile(join(path, LAYOUT_FILE), 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  const { layout, store } = parsed(text);
  if (typeof layout === 'number' && Number.isSafeInteger(layout) && layout !== LAYOUT) {
    throw new Refusal(
      `The data directory ${path} has layout ${layout}, and this program knows layout ${LAYOUT}: use the version that it was last used with, or a newer one.`,
    );
  }
  if (layout !== LAYOUT || typeof store !== 'string' || !/^[0-9a-f]{32}$/.test(store)) {
    throw new Refusal(
      `The data directory ${path} has a ${LAYOUT_FILE} that cannot be read: put back the one from its backup, or give another directory.`,
    );
  }
  return store;
}

/** Whole or not at all; durable when the directory is synced. */
export async function writeLayout(path: string, storeId: string): Promise<void> {
  const made = join(path, NEW_LAYOUT_FILE);
  const file = await open(made, 'w', 0o600);
  try {
    await file.writeFile(`${JSON.stringify({ layout: LAYOUT, store: storeId })}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(made, join(path, LAYOUT_FILE));
}

function parsed(text: string): { readonly layout?: unknown; readonly store?: unknown } {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
