// The mark of an open catalog: a log that went missing is noticed, and one that SQLite took away itself is not.
import { copyFile, cp, mkdir, readdir, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { openReadOnly } from '../../../../src/store/database/open-read-only.ts';
import { MemoryDisk, mountMissing } from '../../../support/mounted-disk.ts';
import { makeBucket, temporaryFile, testCatalog } from './catalog-fixture.ts';

const MINE = 'a'.repeat(32);
const THEIRS = 'b'.repeat(32);
const MOUNT_MISSING = await mountMissing('tmpfs');

/** A catalog as a crash leaves it: with a bucket that is in the log only. */
async function crashed(options: { readonly storeId?: string } = {}): Promise<string> {
  const running = await testCatalog(options);
  await makeBucket(running, 'newest');
  const directory = join(dirname(running.file), 'crashed');
  await mkdir(directory);
  for (const name of ['catalog.db', 'catalog.db-wal']) {
    await copyFile(join(dirname(running.file), name), join(directory, name));
  }
  return join(directory, 'catalog.db');
}

function missing(file: string): string {
  return `the log ${file}-wal of the catalog is missing, and with it what was stored last; put it back beside the catalog, or make an empty file of that name if you know that nothing is missing because another program moved it in`;
}

describe('a log that is missing', () => {
  it('after a crash is refused each time, and nothing is made or changed', async () => {
    const file = await crashed();
    await rm(`${file}-wal`);
    for (let attempt = 0; attempt < 2; attempt++) {
      await expect(testCatalog({ file })).rejects.toThrow(missing(file));
      expect(await readdir(dirname(file))).toEqual(['catalog.db']);
    }
  });

  it('is not made by whoever only reads, who is refused too', async () => {
    const file = await crashed();
    await rm(`${file}-wal`);
    expect(() => openReadOnly(file)).toThrow(missing(file));
    expect(await readdir(dirname(file))).toEqual(['catalog.db']);
  });

  it('may be put back', async () => {
    const file = await crashed();
    await rename(`${file}-wal`, `${file}-elsewhere`);
    await expect(testCatalog({ file })).rejects.toThrow('is missing');
    await rename(`${file}-elsewhere`, `${file}-wal`);
    expect((await testCatalog({ file })).catalog.buckets.find('newest')).toBeDefined();
  });

  it('because another program moved it in may be replaced by an empty file', async () => {
    const file = await crashed();
    const other = new DatabaseSync(file);
    other.exec('SELECT * FROM meta');
    other.close();
    expect(await readdir(dirname(file))).toEqual(['catalog.db']);
    await expect(testCatalog({ file })).rejects.toThrow(missing(file));
    await writeFile(`${file}-wal`, '');
    expect((await testCatalog({ file })).catalog.buckets.find('newest')).toBeDefined();
  });

  it('behind a close in good order is as it should be', async () => {
    const first = await testCatalog();
    await makeBucket(first, 'newest');
    await first.close();
    expect(await readdir(dirname(first.file))).toEqual(['catalog.db']);
    const second = await testCatalog({ file: first.file });
    expect(second.catalog.buckets.find('newest')).toBeDefined();
    expect(second.log).toEqual([]);
  });

  it('in a directory whose name means something in a URL is found missing as well', async () => {
    const file = await crashed();
    const directory = join(dirname(dirname(file)), 'a b?immutable=0#%41');
    await rename(dirname(file), directory);
    await rm(join(directory, 'catalog.db-wal'));
    await expect(testCatalog({ file: join(directory, 'catalog.db') })).rejects.toThrow('is missing');
  });

  it('does not hide that a file is no database', async () => {
    const file = await temporaryFile();
    await writeFile(file, 'no database at all\n'.repeat(500));
    await expect(testCatalog({ file })).rejects.toThrow('is damaged or no database');
  });
});

describe('a catalog of another store', () => {
  it('is refused, with whose it is', async () => {
    const theirs = await testCatalog({ storeId: THEIRS });
    await theirs.close();
    const { file } = theirs;
    await expect(testCatalog({ file, storeId: MINE })).rejects.toThrow(
      `the catalog ${file} belongs to another store (${THEIRS}) than the objects beside it (${MINE}); put the right one back`,
    );
    await testCatalog({ file, storeId: THEIRS });
  });

  it('that was not closed is refused and can be opened in its own place all the same', async () => {
    const file = await crashed({ storeId: THEIRS });
    await expect(testCatalog({ file, storeId: MINE })).rejects.toThrow('belongs to another store');
    const { catalog } = await testCatalog({ file, storeId: THEIRS });
    expect(catalog.buckets.find('newest')).toBeDefined();
  });

  it('without an id is none of ours', async () => {
    const first = await testCatalog();
    await first.close();
    await expect(testCatalog({ file: first.file, storeId: MINE })).rejects.toThrow(
      'belongs to another store (without an id)',
    );
  });
});

describe.skipIf(MOUNT_MISSING !== undefined)(
  `on a full disk${MOUNT_MISSING === undefined ? '' : ` (${MOUNT_MISSING})`}`,
  () => {
    it('a catalog that cannot be marked opens all the same, closes, and opens again', async () => {
      await using disk = await MemoryDisk.mount(8);
      const made = await testCatalog();
      await makeBucket(made, 'kept');
      await made.close();
      const logged: string[] = [];
      // From no room at all on: at some of these the catalog opens and the mark finds no room.
      for (let pages = 0; pages < 24; pages++) {
        const directory = join(disk.path, String(pages));
        await mkdir(directory);
        await cp(made.file, join(directory, basename(made.file)));
        const { bavail, bsize } = await statfs(disk.path);
        await writeFile(join(disk.path, 'other'), Buffer.alloc((bavail - pages) * bsize));
        const file = join(directory, basename(made.file));
        const database = await testCatalog({ file }).catch((error: unknown) => {
          expect(String(error)).toContain('its disk is full; make room');
        });
        logged.push(...(database?.log ?? []));
        await database?.close();
        await rm(join(disk.path, 'other'));
        const again = await testCatalog({ file });
        expect(again.catalog.buckets.find('kept')).toBeDefined();
        await again.close();
        await rm(directory, { recursive: true });
      }
      expect(logged.join('\n')).toContain('the catalog could not be marked as open');
    });
  },
);
