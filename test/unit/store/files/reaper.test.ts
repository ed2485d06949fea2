// The reaper: files of deleted versions go, one that is read stays until it was read, and a crash in between loses nothing.
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { Transaction } from '../../../../src/store/database/catalog.ts';
import type { PlacedFile, StoredContent, VersionRow } from '../../../../src/store/database/rows.ts';
import { FileIds } from '../../../../src/store/files/file-ids.ts';
import { filePath } from '../../../../src/store/files/file-paths.ts';
import { Pins } from '../../../../src/store/files/pins.ts';
import { Reaper } from '../../../../src/store/files/reaper.ts';
import { bodyOf } from '../../../support/bodies.ts';
import { eventually, turns } from '../../http1/wire-fixture.ts';
import { openStoreFiles, type StoreFiles } from './catalog-fixture.ts';
import { type LogLine, sentBy, storedParts, temporaryDirectory } from './files-fixture.ts';

function reaperOf(store: StoreFiles, retryMs = 3_600_000): Reaper {
  const { files, database } = store;
  return new Reaper({
    objects: files.directory.objects,
    catalog: database.catalog,
    pins: files.pins,
    ids: files.ids,
    onLog: (level, message, fields) => files.log.push({ level, message, fields }),
    retryMs,
  });
}

function waiting(store: StoreFiles): readonly number[] {
  return store.database.catalog.files.givenUp(1000).map(({ id }) => id);
}

function fileAt(content: StoredContent, place: number): PlacedFile | undefined {
  return content.kind === 'version' ? content.fileAt(place) : undefined;
}

/** A version of several files, as a completed multipart upload leaves it. */
async function putParts(store: StoreFiles, parts: readonly Uint8Array[]): Promise<VersionRow> {
  const content = await storedParts(store.files.bodies, parts);
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  return await store.commit('parts', size, 'etag', content);
}

describe('the reaper', () => {
  it('removes the files of deleted versions, then forgets them', async () => {
    await using store = await openStoreFiles();
    const reaper = reaperOf(store);
    store.onGivenUp = () => reaper.wake();
    const versions = [await store.put('a', bodyOf('a', 1000)), await store.put('b', bodyOf('b', 1000))];
    const kept = await store.put('kept', bodyOf('kept', 1000));
    for (const version of versions) await store.remove(version);
    await eventually(() => waiting(store).length === 0);
    expect(await store.files.names()).toEqual(['objects/0/3']);
    expect(store.database.catalog.files.has(1)).toBe(false);
    expect(fileAt(store.contentOf(kept), 0)).toMatchObject({ id: 3 });
    await reaper.close();
    expect(store.files.log).toEqual([]);
  });

  it('leaves a file alone that is being read, and removes it when that is over', async () => {
    await using store = await openStoreFiles();
    const reaper = reaperOf(store);
    const bytes = bodyOf('read', 2_000_000);
    const version = await store.put('read', bytes);
    const other = await store.put('other', bodyOf('other', 1000));
    const reader = await store.files.bodies.open(store.contentOf(version), { first: 0, last: 1_999_999 });
    await store.remove(version);
    await store.remove(other);
    reaper.wake();
    await reaper.idle();
    expect(await store.files.names()).toEqual(['objects/0/1']);
    expect(waiting(store)).toEqual([1]);
    expect((await sentBy(reader)).bytes.equals(bytes)).toBe(true);
    await eventually(() => waiting(store).length === 0);
    expect(await store.files.names()).toEqual([]);
    await reaper.close();
  });

  it('leaves every part alone while the first is being read', async () => {
    await using store = await openStoreFiles();
    const reaper = reaperOf(store);
    const parts = [bodyOf('p1', 300_000), bodyOf('p2', 300_000), bodyOf('p3', 5)];
    const row = await putParts(store, parts);
    const whole = Buffer.concat(parts);
    const reader = await store.files.bodies.open(store.contentOf(row), { first: 0, last: whole.length - 1 });
    await store.remove(row);
    reaper.wake();
    await reaper.idle();
    expect(await store.files.names()).toHaveLength(3);
    expect(waiting(store)).toEqual([1, 2, 3]);
    const sent = await sentBy(reader);
    expect(sent.how).toBe('end');
    expect(sent.bytes.equals(whole)).toBe(true);
    await eventually(() => waiting(store).length === 0);
    expect(await store.files.names()).toEqual([]);
    await reaper.close();
  });

  it('leaves a version alone until the last of its readers is done, thousands of files too', async () => {
    await using store = await openStoreFiles();
    const reaper = reaperOf(store);
    const row = await putParts(store, [bodyOf('p', 100)]);
    const many = Array.from({ length: 2000 }, (_, at) => ({
      id: at + 2,
      size: 0,
      blockChecksums: new Uint8Array(0),
    }));
    const empty = await store.commit('many', 0, 'etag', { kind: 'files', files: many });
    const first = await store.files.bodies.open(store.contentOf(row), { first: 0, last: 99 });
    const second = await store.files.bodies.open(store.contentOf(row), { first: 50, last: 50 });
    const other = await store.files.bodies.open(store.contentOf(empty), { first: 0, last: -1 });
    await store.remove(row);
    await store.remove(empty);
    reaper.wake();
    await reaper.idle();
    expect(waiting(store)).toHaveLength(1000);
    first.close();
    other.close();
    await eventually(() => waiting(store).length === 1);
    await reaper.idle();
    expect(waiting(store)).toEqual([1]);
    expect((await sentBy(second)).bytes.equals(bodyOf('p', 100).subarray(50, 51))).toBe(true);
    await eventually(() => waiting(store).length === 0);
    await reaper.close();
  });

  it('takes a file that is gone already for removed: it was, before a crash', async () => {
    await using store = await openStoreFiles();
    const version = await store.put('gone', bodyOf('gone', 1000));
    await store.remove(version);
    await rm(filePath(store.files.directory.objects, 1));
    const reaper = reaperOf(store);
    reaper.wake();
    await reaper.idle();
    expect(waiting(store)).toEqual([]);
    await rm(store.files.directory.objects, { recursive: true });
    await mkdir(store.files.directory.objects);
    expect(store.files.log).toEqual([]);
    await reaper.close();
  });

  it('goes on with what was left when the store ended', async () => {
    await using temporary = await temporaryDirectory();
    {
      await using store = await openStoreFiles({ path: temporary.path });
      await store.remove(await store.put('left', bodyOf('left', 1000)));
    }
    await using store = await openStoreFiles({ path: temporary.path, highestId: 1 });
    expect(waiting(store)).toEqual([1]);
    const reaper = reaperOf(store);
    reaper.wake();
    await reaper.idle();
    expect(await store.files.names()).toEqual([]);
    expect(waiting(store)).toEqual([]);
    await reaper.close();
  });

  it('logs what cannot be removed, goes on with the rest, and tries again later', async () => {
    await using store = await openStoreFiles();
    const stuck = await store.put('stuck', bodyOf('stuck', 1000));
    const path = filePath(store.files.directory.objects, 1);
    // A directory in the place of the file: it cannot be unlinked.
    await rm(path);
    await mkdir(path);
    const other = await store.put('other', bodyOf('other', 1000));
    await store.remove(stuck);
    await store.remove(other);
    const reaper = reaperOf(store, 1);
    reaper.wake();
    await reaper.idle();
    expect(store.files.log[0]).toMatchObject({
      level: 'warn',
      message: 'the file of a deleted object could not be removed',
      fields: { file: 1 },
    });
    expect(waiting(store)).toEqual([1]);
    await rm(path, { recursive: true });
    await eventually(() => waiting(store).length === 0);
    await reaper.close();
  });

  it('removes directories that got empty, but none that may get new files', async () => {
    await using store = await openStoreFiles({ highestId: 4094 });
    const rows = [];
    for (const key of ['fff', '1000', '1001']) rows.push(await store.put(key, bodyOf(key, 10)));
    const reaper = reaperOf(store);
    const objects = store.files.directory.objects;
    for (const row of rows) await store.remove(row);
    reaper.wake();
    await reaper.idle();
    expect((await readdir(objects)).sort()).toEqual(['0', '1']);
    await reaper.close();
    // Far ahead now: the next numbers are in another directory.
    while (store.files.ids.highest < 3 * 4096) store.files.ids.next();
    await writeFile(filePath(objects, 5), '');
    const late = new Reaper({
      objects,
      catalog: givingUp([5, 4097, 4099]),
      pins: new Pins(),
      ids: store.files.ids,
      onLog: () => {},
    });
    late.wake();
    await late.idle();
    expect(await readdir(objects)).toEqual([]);
    await late.close();
  });

  it('never removes a file whose deletion is not on the disk yet', async () => {
    await using temporary = await temporaryDirectory();
    await mkdir(`${temporary.path}/0`);
    for (const id of [1, 2]) await writeFile(filePath(temporary.path, id), 'body');
    let makeDurable = (): void => {};
    const durable = new Promise<void>((resolve) => {
      makeDurable = resolve;
    });
    const reaper = new Reaper({
      objects: temporary.path,
      catalog: givingUp([1, 2], durable),
      pins: new Pins(),
      ids: new FileIds(2),
      onLog: () => {},
    });
    reaper.wake();
    await turns();
    expect(await readdir(`${temporary.path}/0`)).toEqual(['1', '2']);
    makeDurable();
    await reaper.idle();
    expect(await readdir(`${temporary.path}/0`)).toEqual([]);
    await reaper.close();
  });

  it('logs a catalog that takes no changes, and goes on later', async () => {
    await using temporary = await temporaryDirectory();
    await mkdir(`${temporary.path}/0`);
    await writeFile(filePath(temporary.path, 1), 'body');
    const log: LogLine[] = [];
    let fails = true;
    const catalog = givingUp([1]);
    const reaper = new Reaper({
      objects: temporary.path,
      catalog: {
        write: (change) => (fails ? Promise.reject(new Error('full')) : catalog.write(change)),
      },
      pins: new Pins(),
      ids: new FileIds(1),
      onLog: (level, message, fields) => log.push({ level, message, fields }),
      retryMs: 1,
    });
    reaper.wake();
    await reaper.idle();
    expect(log).toMatchObject([{ level: 'warn', message: expect.stringContaining('could not be cleared') }]);
    fails = false;
    await eventually(() => !existsSync(filePath(temporary.path, 1)));
    await reaper.close();
  });

  it('that is closed does nothing more', async () => {
    await using store = await openStoreFiles();
    const reaper = reaperOf(store);
    await reaper.close();
    await store.remove(await store.put('late', bodyOf('late', 1000)));
    reaper.wake();
    await reaper.idle();
    expect(await store.files.names()).toEqual(['objects/0/1']);
  });

  it('removes thousands in rounds', async () => {
    await using temporary = await temporaryDirectory();
    await mkdir(`${temporary.path}/0`);
    const ids = Array.from({ length: 1500 }, (_, at) => at + 1);
    for (const id of ids) await writeFile(filePath(temporary.path, id), '');
    const catalog = givingUp(ids);
    const reaper = new Reaper({
      objects: temporary.path,
      catalog,
      pins: new Pins(),
      ids: new FileIds(1500),
      onLog: () => {},
    });
    reaper.wake();
    await reaper.idle();
    expect(await readdir(`${temporary.path}/0`)).toEqual([]);
    expect(catalog.left()).toEqual([]);
    expect(catalog.writes()).toBeLessThan(10);
    await reaper.close();
  });
});

/** A catalog that has nothing but given-up files; its writes are done when `durable` is. */
function givingUp(ids: readonly number[], durable: Promise<void> = Promise.resolve()) {
  let left = [...ids];
  let writes = 0;
  return {
    left: () => left,
    writes: () => writes,
    async write<T>(change: (transaction: Transaction) => T): Promise<T> {
      writes++;
      const files = {
        forget(gone: readonly number[]) {
          left = left.filter((id) => !gone.includes(id));
        },
        givenUp: (limit: number, after = 0) =>
          left
            .filter((id) => id > after)
            .slice(0, limit)
            .map((id) => ({ id, versionRowId: undefined })),
      };
      const result = change({ files } as unknown as Transaction);
      await durable;
      return result;
    },
  };
}
