// One run for all who wait, and never one that began before it was asked for.
import { mkdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Coalesced } from '../../../../src/store/files/coalesced.ts';
import { concurrently } from '../../../../src/store/files/concurrently.ts';
import { GroupSync } from '../../../../src/store/files/group-sync.ts';
import { temporaryDirectory } from './files-fixture.ts';

/** An action whose runs end when the test says so. */
class Action {
  readonly runs: { resolve: (value: number) => void; reject: (error: Error) => void }[] = [];
  readonly coalesced = new Coalesced<number>(
    () => new Promise((resolve, reject) => this.runs.push({ resolve, reject })),
  );
}

describe('coalesced runs', () => {
  it('serve all who came while one was under way by one that begins behind it', async () => {
    const { coalesced, runs } = new Action();
    const first = coalesced.run();
    const waiting = Array.from({ length: 5 }, () => coalesced.run());
    expect(runs).toHaveLength(1);
    runs[0]?.resolve(1);
    expect(await first).toBe(1);
    expect(runs).toHaveLength(2);
    const later = coalesced.run();
    runs[1]?.resolve(2);
    expect(await Promise.all(waiting)).toEqual([2, 2, 2, 2, 2]);
    runs[2]?.resolve(3);
    expect(await later).toBe(3);
    expect(coalesced.idle).toBe(true);
  });

  it('go on behind one that failed, which only its own callers hear of', async () => {
    const { coalesced, runs } = new Action();
    const first = coalesced.run();
    const second = coalesced.run();
    runs[0]?.reject(new Error('first'));
    await expect(first).rejects.toThrow('first');
    runs[1]?.resolve(2);
    expect(await second).toBe(2);
    const third = coalesced.run();
    runs[2]?.resolve(3);
    expect(await third).toBe(3);
  });
});

describe('group sync', () => {
  it('syncs directories for many at once', async () => {
    await using temporary = await temporaryDirectory();
    const groupSync = new GroupSync();
    await mkdir(join(temporary.path, 'a'));
    await Promise.all(
      Array.from({ length: 50 }, (_, at) => groupSync.sync(join(temporary.path, at % 2 === 0 ? 'a' : '.'))),
    );
  });

  it('tells whoever waits for a directory that is gone, and nobody later', async () => {
    await using temporary = await temporaryDirectory();
    const groupSync = new GroupSync();
    const path = join(temporary.path, 'gone');
    await expect(groupSync.sync(path)).rejects.toThrow('ENOENT');
    await mkdir(path);
    await groupSync.sync(path);
    await rmdir(path);
    await expect(Promise.all([groupSync.sync(path), groupSync.sync(path)])).rejects.toThrow('ENOENT');
  });
});

describe('concurrently', () => {
  it('runs so many at once and no more, and all of them', async () => {
    let running = 0;
    let most = 0;
    const done: number[] = [];
    await concurrently(
      Array.from({ length: 20 }, (_, at) => at),
      3,
      async (value) => {
        running++;
        most = Math.max(most, running);
        await new Promise((resolve) => setImmediate(resolve));
        running--;
        done.push(value);
      },
    );
    expect(most).toBe(3);
    expect(done.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, at) => at));
  });

  it('begins no more where one fails, and waits for those under way', async () => {
    const done: number[] = [];
    const running = concurrently([1, 2, 3, 4, 5, 6], 2, async (value) => {
      await new Promise((resolve) => setImmediate(resolve));
      if (value === 3) throw new Error('three');
      await new Promise((resolve) => setImmediate(resolve));
      done.push(value);
    });
    await expect(running).rejects.toThrow('three');
    expect(done).toEqual([1, 2, 4]);
  });

  it('takes values as they are needed', async () => {
    let taken = 0;
    function* values(): Generator<number> {
      for (; taken < 100; taken++) yield taken;
    }
    let most = 0;
    let done = 0;
    await concurrently(values(), 3, async () => {
      await new Promise((resolve) => setImmediate(resolve));
      most = Math.max(most, taken - done);
      done++;
    });
    expect(done).toBe(100);
    expect(most).toBeLessThanOrEqual(3);
  });
});
