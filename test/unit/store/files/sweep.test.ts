// The sweep at the start: left-overs of a crash go, whatever may be somebody's data stays.
import { existsSync, writeFileSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  directoryOf,
  directoryPath,
  filePath,
  numberOfName,
} from '../../../../src/store/files/file-paths.ts';
import { sweep } from '../../../../src/store/files/sweep.ts';
import { bodyOf } from '../../../support/bodies.ts';
import { openStoreFiles, type StoreFiles } from './catalog-fixture.ts';
import { type LogLine, send, temporaryDirectory, upload } from './files-fixture.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

async function sweepOf(store: StoreFiles, log: LogLine[] = [], nowMs = Date.now()) {
  const onLog = (level: string, message: string, fields: Readonly<Record<string, unknown>>): void => {
    log.push({ level, message, fields });
  };
  return await sweep(store.files.directory, store.database.catalog.files, { nowMs, onLog });
}

async function makeFile(objects: string, id: number): Promise<void> {
  await mkdir(directoryPath(objects, directoryOf(id)), { recursive: true });
  await writeFile(filePath(objects, id), 'body');
}

describe('the sweep', () => {
  it('of a new store finds nothing', async () => {
    await using store = await openStoreFiles();
    const log: LogLine[] = [];
    expect((await sweepOf(store, log)).highest).toBe(0);
    expect(log).toEqual([]);
  });

  it('after a crash leaves what was committed, and sets aside what was not', async () => {
    await using temporary = await temporaryDirectory();
    const bytes = bodyOf('kept', 300_000);
    {
      await using store = await openStoreFiles({ path: temporary.path });
      await store.put('kept', bytes);
      // In its place, but never committed.
      await upload(store.files.bodies, bodyOf('uncommitted', 1000));
      await store.put('kept too', bodyOf('kept too', 10));
      // In the middle of its body.
      await writeFile(join(store.files.directory.tmp, 'ff'), bodyOf('half', 500_000));
    }
    await using store = await openStoreFiles({ path: temporary.path });
    const log: LogLine[] = [];
    const ids = await sweepOf(store, log);
    expect(ids.highest).toBe(3);
    expect(ids.next()).toBe(4);
    expect(await store.files.names()).toEqual(['objects/0/1', 'objects/0/3']);
    expect(log.map(({ message }) => message)).toEqual([
      'unfinished uploads of the last run were removed',
      expect.stringContaining('files that the database does not know were moved'),
    ]);
    const { lost } = store.files.directory;
    expect(log[1]).toMatchObject({ level: 'warn', fields: { files: 1, place: lost } });
    expect(await readFile(join(lost, '2'))).toEqual(bodyOf('uncommitted', 1000));
    const latest = store.database.catalog.versions.latest(1, 'kept');
    if (latest === undefined) expect.fail('gone');
    const read = await send(store.files.bodies, store.contentOf(latest), 0, bytes.length - 1);
    expect(read.bytes.equals(bytes)).toBe(true);
  });

  it('keeps files of deleted versions for the reaper', async () => {
    await using store = await openStoreFiles();
    await store.remove(await store.put('deleted', bodyOf('deleted', 1000)));
    await sweepOf(store);
    expect(await store.files.names()).toEqual(['objects/0/1']);
    expect(store.database.catalog.files.givenUp(10)).toMatchObject([{ id: 1 }]);
  });

  it('looks into the directories around the highest number, and never gives a number twice', async () => {
    await using store = await openStoreFiles({ highestId: 10 * 4096 - 1 });
    await store.put('known', bodyOf('known', 10));
    const { objects } = store.files.directory;
    const near = [10 * 4096 + 5, 9 * 4096 + 5, 7 * 4096, 11 * 4096, 4000 * 4096];
    const far = [6 * 4096 + 5, 3];
    for (const id of [...near, ...far]) await makeFile(objects, id);
    const ids = await sweepOf(store);
    expect(ids.highest).toBe(4000 * 4096);
    expect(near.filter((id) => existsSync(filePath(objects, id)))).toEqual([]);
    expect(far.filter((id) => existsSync(filePath(objects, id)))).toEqual(far);
    expect(existsSync(filePath(objects, 10 * 4096))).toBe(true);
  });

  it('removes nothing where far too many files are unknown: the database is an older one', async () => {
    await using store = await openStoreFiles();
    const { objects } = store.files.directory;
    for (let id = 1; id <= 4097; id++) {
      if (id === 1 || id === 4096) await mkdir(directoryPath(objects, directoryOf(id)));
      writeFileSync(filePath(objects, id), '');
    }
    const log: LogLine[] = [];
    const ids = await sweepOf(store, log);
    expect(ids.highest).toBe(4097);
    expect(await store.files.names()).toHaveLength(4097);
    expect(existsSync(store.files.directory.lost)).toBe(false);
    expect(log).toMatchObject([{ level: 'error', message: expect.stringContaining('nothing was removed') }]);
  });

  it('keeps what was set aside for 7 days, and gives none of its numbers again as long as it is there', async () => {
    await using store = await openStoreFiles();
    const { objects, lost } = store.files.directory;
    await makeFile(objects, 9);
    expect((await sweepOf(store)).highest).toBe(9);
    await writeFile(join(lost, 'notes.txt'), 'of an administrator');
    expect((await sweepOf(store, [], Date.now() + 6.9 * DAY_MS)).highest).toBe(9);
    expect((await readdir(lost)).sort()).toEqual(['9', 'notes.txt']);
    const log: LogLine[] = [];
    expect((await sweepOf(store, log, Date.now() + 7.1 * DAY_MS)).highest).toBe(0);
    expect(await readdir(lost)).toEqual(['notes.txt']);
    expect(log).toMatchObject([{ level: 'info', fields: { files: 1, place: lost } }]);
  });

  it('sets nothing aside over a file that was set aside before', async () => {
    await using store = await openStoreFiles();
    const { objects, lost } = store.files.directory;
    await mkdir(lost);
    await writeFile(join(lost, '5'), 'the first');
    await makeFile(objects, 5);
    const log: LogLine[] = [];
    await sweepOf(store, log);
    expect(await readFile(join(lost, '5'), 'utf8')).toBe('the first');
    expect(await readFile(filePath(objects, 5), 'utf8')).toBe('body');
    expect(log).toMatchObject([{ level: 'warn', message: expect.stringContaining('could not be moved') }]);
  });

  it('of objects that may not be read says what to do, in one sentence', async () => {
    await using store = await openStoreFiles();
    const { directory } = store.files;
    const files = {
      ...store.database.catalog.files,
      highestId: () => {
        throw Object.assign(new Error("EACCES: permission denied, scandir 'objects/0'"), { code: 'EACCES' });
      },
    };
    await expect(sweep(directory, files, { nowMs: 0, onLog() {} })).rejects.toThrow(
      `The data directory ${directory.path} has files or directories of another user: give all of it to the user that runs the store, with chown -R (EACCES: permission denied, scandir 'objects/0').`,
    );
  });

  it('leaves alone what has no name of ours', async () => {
    await using store = await openStoreFiles();
    const { objects } = store.files.directory;
    await mkdir(join(objects, '0'));
    await mkdir(join(objects, 'old'));
    const strange = ['0/README', '0/01', '0/1F', '0/1000', 'old/1', '0/-1', '0/100000000000000'];
    for (const name of strange) await writeFile(join(objects, name), '');
    expect((await sweepOf(store)).highest).toBe(0);
    expect(await store.files.names()).toEqual(strange.map((name) => `objects/${name}`).sort());
  });
});

describe('names of files', () => {
  it('are found again from their numbers', () => {
    for (const id of [0, 1, 4095, 4096, 123_456_789, Number.MAX_SAFE_INTEGER]) {
      expect(numberOfName(id.toString(16))).toBe(id);
      expect(filePath('/o', id)).toBe(`/o/${Math.floor(id / 4096).toString(16)}/${id.toString(16)}`);
    }
  });

  it.each(['', '00', '01', 'A', 'g', ' 1', '1 ', '0x1', '-1', '1.0', '20000000000000', 'ffffffffffffffff'])(
    'are not %j',
    (name) => {
      expect(numberOfName(name)).toBeUndefined();
    },
  );
});
