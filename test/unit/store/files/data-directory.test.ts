// The store's directory: made once, refused with a sentence where it is not right, and held by one process at a time.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  chmod,
  chown,
  mkdir,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  unlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../../../src/store/database/open-database.ts';
import {
  type DataDirectory,
  type DataDirectoryOptions,
  findDataDirectory,
  openDataDirectory,
} from '../../../../src/store/files/data-directory.ts';
import { temporaryDirectory } from './files-fixture.ts';

const HOLDER = fileURLToPath(new URL('./directory-holder.ts', import.meta.url));
const IS_ROOT = process.getuid?.() === 0;
const NOBODY = 65534;

function openStoreDirectory(
  path: string,
  options: Partial<DataDirectoryOptions> = {},
): Promise<DataDirectory> {
  return openDataDirectory(path, { randomBytes, ...options });
}

async function messageOf(opening: Promise<DataDirectory>): Promise<string> {
  try {
    (await opening).close();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return 'opened';
}

interface Holder extends AsyncDisposable {
  readonly process: ChildProcessByStdio<Writable, Readable, null>;
  /** What it said first. */
  readonly said: string;
}

async function startHolder(path: string, uid?: number): Promise<Holder> {
  const child = spawn(process.execPath, [HOLDER, path], {
    stdio: ['pipe', 'pipe', 'inherit'],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  return {
    process: child,
    said: said.toString().trim(),
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

describe('a data directory', () => {
  it('is made with all that belongs in it, for its owner only', async () => {
    await using parent = await temporaryDirectory();
    const path = join(parent.path, 'deep', 'er', 'data');
    const directory = await openStoreDirectory(path);
    expect(directory).toMatchObject({
      path,
      databaseFile: join(path, 'store.db'),
      objects: join(path, 'objects'),
      tmp: join(path, 'tmp'),
    });
    expect((await readdir(path)).sort()).toEqual(['holder', 'layout.json', 'lock', 'objects', 'tmp']);
    expect(directory).toMatchObject({ isNew: true, storeId: expect.stringMatching(/^[0-9a-f]{32}$/) });
    expect(await readFile(join(path, 'layout.json'), 'utf8')).toBe(
      `{"layout":1,"store":"${directory.storeId}"}\n`,
    );
    for (const made of [path, directory.objects, directory.tmp, join(parent.path, 'deep')])
      expect((await stat(made)).mode & 0o777).toBe(0o700);
    directory.close();
  });

  it('is found again as it was', async () => {
    await using parent = await temporaryDirectory();
    const path = join(parent.path, 'data');
    const first = await openStoreDirectory(path);
    await writeFile(first.databaseFile, '');
    await mkdir(join(first.objects, '0'));
    await writeFile(join(first.objects, '0', '1'), 'body');
    first.close();
    const second = await openStoreDirectory(path);
    expect(second).toMatchObject({ isNew: false, storeId: first.storeId, holdsObjects: true });
    expect(await readFile(join(second.objects, '0', '1'), 'utf8')).toBe('body');
    second.close();
  });

  it('may be the root of a file system with its lost+found', async () => {
    await using parent = await temporaryDirectory();
    await mkdir(join(parent.path, 'lost+found'));
    expect(await messageOf(openStoreDirectory(parent.path))).toBe('opened');
  });

  it('may have been left half made', async () => {
    await using parent = await temporaryDirectory();
    for (const name of ['objects', 'tmp']) await mkdir(join(parent.path, name));
    for (const name of ['lock', 'holder']) await writeFile(join(parent.path, name), '');
    await writeFile(join(parent.path, 'layout.json.new'), '{"lay');
    expect(await messageOf(openStoreDirectory(parent.path))).toBe('opened');
    expect(await readFile(join(parent.path, 'layout.json'), 'utf8')).toMatch(/^{"layout":1,"store":/);
  });

  it('is found without the lock for reading beside a store that runs', async () => {
    await using parent = await temporaryDirectory();
    await expect(findDataDirectory(join(parent.path, 'data'))).rejects.toThrow(
      `The data directory ${join(parent.path, 'data')} is not a store: it has no layout.json.`,
    );
    const directory = await openStoreDirectory(join(parent.path, 'data'));
    expect(await findDataDirectory(join(parent.path, 'data'))).toMatchObject({ objects: directory.objects });
    directory.close();
  });
});

describe('a data directory is refused', () => {
  it('where something else is in it, which stays as it was', async () => {
    await using parent = await temporaryDirectory();
    await writeFile(join(parent.path, 'thesis.doc'), 'text');
    expect(await messageOf(openStoreDirectory(parent.path))).toBe(
      `The data directory ${parent.path} is not empty and not a store (it has thesis.doc and no layout.json): give an empty or a new directory.`,
    );
    expect(await readdir(parent.path)).toEqual(['thesis.doc']);
  });

  it('where it has objects of somebody else', async () => {
    await using parent = await temporaryDirectory();
    await mkdir(join(parent.path, 'objects', 'pack'), { recursive: true });
    expect(await messageOf(openStoreDirectory(parent.path))).toContain('is not empty and not a store');
    expect(await readdir(parent.path)).toEqual(['objects']);
  });

  it('where its layout is of a newer program', async () => {
    await using parent = await temporaryDirectory();
    await writeFile(join(parent.path, 'layout.json'), '{"layout":2}');
    expect(await messageOf(openStoreDirectory(parent.path))).toBe(
      `The data directory ${parent.path} has layout 2, and this program knows layout 1: use the version that it was last used with, or a newer one.`,
    );
  });

  it.each([
    '',
    '{',
    'null',
    '[]',
    '{"layout":"1"}',
    '{"layout":1.5}',
    '{"layout":1}{',
    '{"layout":1}',
    '{"layout":1,"store":"../x"}',
  ])('where its layout file says %j', async (text) => {
    await using parent = await temporaryDirectory();
    await writeFile(join(parent.path, 'layout.json'), text);
    expect(await messageOf(openStoreDirectory(parent.path))).toContain(
      `The data directory ${parent.path} has a layout.json that cannot be read`,
    );
  });

  it('where its database is gone and its objects are not: they would all be swept away', async () => {
    await using parent = await temporaryDirectory();
    const directory = await openStoreDirectory(parent.path);
    await mkdir(join(directory.objects, '0'));
    directory.close();
    expect(await messageOf(openStoreDirectory(parent.path))).toBe(
      `The data directory ${parent.path} has objects but no store.db: put the database back, or give another directory.`,
    );
  });

  it('where its database is there and `objects` is not, which is not made: it belongs to be mounted or put back', async () => {
    await using parent = await temporaryDirectory();
    const directory = await openStoreDirectory(parent.path);
    await writeFile(directory.databaseFile, '');
    await rm(directory.objects, { recursive: true });
    directory.close();
    expect(await messageOf(openStoreDirectory(parent.path))).toBe(
      `The data directory ${parent.path} has a store.db but no objects: mount or restore that (it was there, if empty).`,
    );
    expect(await readdir(parent.path)).not.toContain('objects');
  });

  it.each(['missing', 'empty'])('where it must not be new and is %s, and nothing is made', async (how) => {
    await using parent = await temporaryDirectory();
    const path = join(parent.path, 'data');
    if (how === 'empty') await mkdir(path);
    expect(await messageOf(openStoreDirectory(path, { mayBeNew: false }))).toBe(
      `The store in the data directory ${path} is gone (there is no layout.json): mount or restore it.`,
    );
    expect(await readdir(parent.path, { recursive: true })).toEqual(how === 'empty' ? ['data'] : []);
  });

  it('where its path is too long for the system or for the database, and the longest that is not opens', async () => {
    await using parent = await temporaryDirectory();
    expect(await messageOf(openStoreDirectory(join(parent.path, 'x'.repeat(256))))).toContain(
      'its path is too long: give a shorter one (ENAMETOOLONG',
    );
    const deep = join(parent.path, 'x'.repeat(200), 'y'.repeat(200));
    const longest = join(deep, 'z'.repeat(495 - deep.length - 1));
    expect(await messageOf(openStoreDirectory(`${longest}z`))).toBe(
      `The data directory ${longest}z has a path of 496 bytes, and its database can be opened with up to 495: give a shorter one.`,
    );
    const directory = await openStoreDirectory(longest);
    const database = await openDatabase({ file: directory.databaseFile, onGivenUp() {}, onLog() {} });
    await database.close();
    directory.close();
  });

  it('where it is a file, or below one', async () => {
    await using parent = await temporaryDirectory();
    const file = join(parent.path, 'file');
    await writeFile(file, '');
    expect(await messageOf(openStoreDirectory(file))).toContain(
      `The data directory ${file} cannot be used: it`,
    );
    expect(await messageOf(openStoreDirectory(join(file, 'data')))).toContain('is a file: give a directory');
  });

  it('where it is a link that leads nowhere or in a circle', async () => {
    await using parent = await temporaryDirectory();
    await symlink(join(parent.path, 'circle'), join(parent.path, 'circle'));
    expect(await messageOf(openStoreDirectory(join(parent.path, 'circle')))).toContain('cannot be used');
  });

  it('where objects are on another file system', async () => {
    await using parent = await temporaryDirectory();
    // /dev/shm is a file system of its own on Linux.
    await symlink('/dev/shm', join(parent.path, 'tmp'));
    expect(await messageOf(openStoreDirectory(parent.path))).toBe(
      `In the data directory ${parent.path}, objects and tmp are on different file systems: mount one file system at ${parent.path} itself.`,
    );
  });

  it.skipIf(!IS_ROOT)('where its user may not write it (needs root to become another user)', async () => {
    await using parent = await temporaryDirectory();
    await chmod(parent.path, 0o755);
    const path = join(parent.path, 'data');
    await using elsewhere = await startHolder(path, NOBODY);
    expect(elsewhere.said).toBe(
      `refused: The data directory ${path} cannot be used: give the user that runs the store permission to read and write it (EACCES: permission denied, mkdir '${path}').`,
    );
    (await openStoreDirectory(path)).close();
    await using foreign = await startHolder(path, NOBODY);
    expect(foreign.said).toContain('permission to read and write it');
    await chmod(path, 0o755);
    await using readable = await startHolder(path, NOBODY);
    expect(readable.said).toContain('permission to read and write it');
  });

  it.skipIf(!IS_ROOT)(
    "where its lock or its temporary directory is another user's (needs root)",
    async () => {
      await using parent = await temporaryDirectory();
      await chmod(parent.path, 0o755);
      const path = join(parent.path, 'data');
      (await openStoreDirectory(path)).close();
      await chown(path, NOBODY, NOBODY);
      await using holder = await startHolder(path, NOBODY);
      expect(holder.said).toContain(`refused: The data directory ${path} cannot be used: `);
      expect(holder.said).toContain('permission');
    },
  );

  it('where its lock is no lock', async () => {
    await using parent = await temporaryDirectory();
    (await openStoreDirectory(parent.path)).close();
    await writeFile(join(parent.path, 'lock'), 'x'.repeat(8192));
    expect(await messageOf(openStoreDirectory(parent.path))).toContain(
      `The data directory ${parent.path} cannot be used: `,
    );
  });
});

describe('the lock', () => {
  it('keeps a second store of this process out', async () => {
    await using parent = await temporaryDirectory();
    const directory = await openStoreDirectory(parent.path);
    expect(await messageOf(openStoreDirectory(parent.path))).toBe(
      `The data directory ${parent.path} is in use by the process ${process.pid}: stop that one, or give another directory.`,
    );
    directory.close();
    expect(await messageOf(openStoreDirectory(parent.path))).toBe('opened');
  });

  it('keeps another process out, names it, and ends with it however it ends', async () => {
    await using parent = await temporaryDirectory();
    await using holder = await startHolder(parent.path);
    expect(holder.said).toBe('open');
    expect(await messageOf(openStoreDirectory(parent.path))).toContain(
      `is in use by the process ${holder.process.pid}: `,
    );
    holder.process.kill('SIGKILL');
    await once(holder.process, 'exit');
    expect(await messageOf(openStoreDirectory(parent.path))).toBe('opened');
  });

  it('is kept from the other process when this one looks at the directory in between', async () => {
    await using parent = await temporaryDirectory();
    const directory = await openStoreDirectory(parent.path);
    await findDataDirectory(parent.path);
    expect(await messageOf(openStoreDirectory(parent.path))).toContain('is in use');
    await using other = await startHolder(parent.path);
    expect(other.said).toContain(`is in use by the process ${process.pid}`);
    directory.close();
    await using next = await startHolder(parent.path);
    expect(next.said).toBe('open');
  });

  it('of many that come at once one gets it', async () => {
    await using parent = await temporaryDirectory();
    const holders = await Promise.all(Array.from({ length: 4 }, () => startHolder(parent.path)));
    try {
      const said = holders.map((holder) => holder.said.replace(/ in use by .*/, ' in use'));
      const refused = `refused: The data directory ${parent.path} is in use`;
      expect(said.sort()).toEqual(['open', refused, refused, refused]);
    } finally {
      for (const holder of holders) await holder[Symbol.asyncDispose]();
    }
  });

  it('without a readable holder says so', async () => {
    await using parent = await temporaryDirectory();
    const directory = await openStoreDirectory(parent.path);
    await unlink(join(parent.path, 'holder'));
    expect(await messageOf(openStoreDirectory(parent.path))).toContain('is in use by another process: stop');
    await rm(join(parent.path, 'holder'), { force: true });
    directory.close();
  });
});
