// The heap of a process that serves: it grows, and not without end; in processes of their own, for their flags are the process's.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { WORKER_HEAP } from '../../../src/serve/heap-habits.ts';

const HABITS = new URL('../../../src/serve/heap-habits.ts', import.meta.url).href;
const MIB = 1024 * 1024;

/** How large the nursery became while much of what was young stayed alive for a while, or what `end` says instead. */
async function grown(begin: string, end = ''): Promise<number> {
  const program = `
    import { getHeapSpaceStatistics } from 'node:v8';
    import { breakHeapHabits, holdNursery, shrinkHeap } from ${JSON.stringify(HABITS)};
    const size = () => getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space').space_size;
    ${begin}
    let largest = 0;
    const turns = [];
    for (let turn = 0; turn < 40; turn++) {
      const alive = [];
      for (let index = 0; index < 60_000; index++) alive.push({ index, text: [index, index] });
      turns[turn % 3] = alive;
      largest = Math.max(largest, size());
      await new Promise((resolve) => setTimeout(resolve, 70));
    }
    ${end}
    process.stdout.write(String(largest));`;
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...['--min-semi-space-size=1', '--max-semi-space-size=64'],
    ...['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', program],
  ]);
  return Number(stdout);
}

test('held, it grows and ends below what V8 would take', async () => {
  const [own, held, kept] = await Promise.all([
    grown(''),
    grown('breakHeapHabits(); holdNursery();'),
    grown('shrinkHeap();'),
  ]);
  expect(own).toBeGreaterThan(40 * MIB);
  expect(held).toBeGreaterThan(8 * MIB);
  expect(held).toBeLessThan(own);
  expect(kept).toBeLessThan(held);
});

test('shrunk after the start, it gives back what it had grown to', async () => {
  expect(await grown('', 'shrinkHeap(); largest = size();')).toBeLessThan(4 * MIB);
});

/** How large the part for old objects became; without the beginning, since what V8 allows before it first collected them is another matter. */
async function oldGrown(flags: readonly string[]): Promise<number> {
  const program = `
    import { getHeapSpaceStatistics } from 'node:v8';
    const size = () => getHeapSpaceStatistics().find(({ space_name }) => space_name === 'old_space').space_size;
    const objects = (count) => Array.from({ length: count }, (_, index) => ({ index, more: [index, index] }));
    const alive = objects(150_000);
    const turns = [];
    let largest = 0;
    for (let turn = 0; turn < 1_500; turn++) {
      turns[turn % 20] = objects(5_000);
      if (turn > 500) largest = Math.max(largest, size());
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    process.stdout.write(alive.length > 0 ? String(largest) : '');`;
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...flags,
    ...['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', program],
  ]);
  return Number(stdout);
}

test('in a worker less garbage piles up among old objects than V8 would let', async () => {
  const [own, worker] = await Promise.all([
    oldGrown(WORKER_HEAP.filter((flag) => !flag.startsWith('--heap-growing-percent'))),
    oldGrown(WORKER_HEAP),
  ]);
  expect(worker).toBeGreaterThan(0);
  expect(worker).toBeLessThan(own * 0.75);
});
