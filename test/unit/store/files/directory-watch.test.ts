// The watch over a data directory: whatever takes it away under a store that runs is told once, and nothing else is.
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DirectoryWatch, type FileIdentity } from '../../../../src/store/files/directory-watch.ts';
import { temporaryDirectory } from './files-fixture.ts';

const WATCHED = ['store.db', 'lock', 'objects'];

async function watched(path: string) {
  for (const name of ['store.db', 'lock']) await writeFile(join(path, name), '');
  await mkdir(join(path, 'objects'));
  const told: string[] = [];
  const first = Promise.withResolvers<string>();
  const watch = await DirectoryWatch.start({
    paths: WATCHED.map((name) => join(path, name)),
    everyMs: 1,
    onGone: ({ message }) => {
      told.push(message);
      first.resolve(message);
    },
  });
  onTestFinished(() => watch.close());
  return { told, first: first.promise };
}

const SENTENCE = 'The data directory was removed, moved or replaced while the store ran: ';

describe('the watch tells', () => {
  it.each(WATCHED)('that %s was removed', async (name) => {
    await using parent = await temporaryDirectory();
    const { first } = await watched(parent.path);
    await rm(join(parent.path, name), { recursive: true });
    expect(await first).toBe(`${SENTENCE}${join(parent.path, name)} is gone.`);
  });

  it('that the directory was moved away, once', async () => {
    await using parent = await temporaryDirectory();
    const path = join(parent.path, 'data');
    await mkdir(path);
    const { first, told } = await watched(path);
    await rename(path, join(parent.path, 'moved'));
    // The move may come in the middle of a round, behind the look at the first of them.
    const either = WATCHED.map((name) => `${SENTENCE}${join(path, name)} is gone.`);
    expect(await first).toBeOneOf(either);
    expect(told).toHaveLength(1);
  });

  it('that the lock is another file of that name: somebody took it away for a second store', async () => {
    await using parent = await temporaryDirectory();
    const { first } = await watched(parent.path);
    await writeFile(join(parent.path, 'new'), '');
    await rename(join(parent.path, 'new'), join(parent.path, 'lock'));
    expect(await first).toBe(`${SENTENCE}${join(parent.path, 'lock')} is another one than at the start.`);
  });
});

/** A watch over one path whose answers the test gives, one to a round. */
async function answered(answers: (FileIdentity | Error)[]) {
  const told: string[] = [];
  const done = Promise.withResolvers<void>();
  const watch = await DirectoryWatch.start({
    paths: ['/data/store.db'],
    everyMs: 1,
    async identify() {
      if (answers.length === 0) done.resolve();
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return answer ?? { dev: 1n, ino: 1n };
    },
    onGone({ message }) {
      told.push(message);
      done.resolve();
    },
  });
  await done.promise;
  await watch.close();
  return told;
}

describe('the watch says nothing', () => {
  const here: FileIdentity = { dev: 1n, ino: 1n };

  it('where all is as it was, nor of a disk that does not answer', async () => {
    const broken = Object.assign(new Error('EIO: i/o error, stat'), { code: 'EIO' });
    expect(await answered([here, here, broken, here, here])).toEqual([]);
    expect(await answered([here, here, { dev: 2n, ino: 1n }])).toHaveLength(1);
  });

  it('behind close, also of a round that was under way', async () => {
    const told: string[] = [];
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<FileIdentity>();
    let rounds = 0;
    const watch = await DirectoryWatch.start({
      paths: ['/data/lock'],
      everyMs: 1,
      identify() {
        rounds++;
        if (rounds === 1) return Promise.resolve(here);
        asked.resolve();
        return answer.promise;
      },
      onGone: ({ message }) => told.push(message),
    });
    await asked.promise;
    const closed = watch.close();
    answer.resolve({ dev: 9n, ino: 9n });
    await closed;
    expect([told, rounds]).toEqual([[], 2]);
  });

  it('and does not start where something is missing at the start', async () => {
    await expect(DirectoryWatch.start({ paths: ['/nowhere/store.db'], onGone() {} })).rejects.toMatchObject({
      code: 'ENOENT',
    });
  });
});
