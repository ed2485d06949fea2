// What must hold on the disk after a start, looked at beside the store and not through it.
import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openReadOnly } from '../../../../src/store/database/open-read-only.ts';
import { filePath } from '../../../../src/store/files/file-paths.ts';
import type { Finding } from '../../../../src/store/verify/finding.ts';
import { verifyStore } from '../../../../src/store/verify/verify-store.ts';

const databaseIn = (dataDirectory: string) => openReadOnly(join(dataDirectory, 'store.db'));

/** Before the load goes on: nothing half-written is left, and no file that nobody knows. */
export async function checkDisk(dataDirectory: string): Promise<void> {
  const unfinished = await readdir(join(dataDirectory, 'tmp'));
  if (unfinished.length > 0) throw new Error(`left in tmp: ${unfinished}`);
  const objects = join(dataDirectory, 'objects');
  const entries = await readdir(objects, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  using database = disposable(databaseIn(dataDirectory));
  for (const file of files) {
    const id = Number.parseInt(file.name, 16);
    const path = join(file.parentPath, file.name);
    if (path !== filePath(objects, id)) throw new Error(`not a place for a file: ${path}`);
    // The store clears deleted bodies behind its start: it unlinks the file and forgets it then.
    if (!database.of.files.has(id) && (await isThere(path))) throw new Error(`nobody knows ${path}`);
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}

/** Sums and flags of the catalog against a recount. */
export async function checkSums(dataDirectory: string): Promise<void> {
  using database = disposable(databaseIn(dataDirectory));
  const wrong = database.of.recount();
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
}

/** The store's own check of everything: the database, every byte of every body, files that nobody knows. */
export async function checkWhole(dataDirectory: string): Promise<void> {
  const found: Finding[] = [];
  await verifyStore({
    dataDirectory,
    // Nobody is writing, so that a young file that nobody knows is wrong too.
    wallClock: () => Date.now() + 3_600_000,
    onFinding: (finding) => found.push(finding),
    onProgress: () => {},
  });
  if (found.length > 0) throw new Error(found.map((finding) => JSON.stringify(finding)).join('\n'));
}

function disposable<T extends { close(): void }>(of: T): Disposable & { readonly of: T } {
  return { of, [Symbol.dispose]: () => of.close() };
}
