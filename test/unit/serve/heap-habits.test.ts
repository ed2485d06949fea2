// The nursery of a process that serves: it grows, and not without end; in a process of its own, for its flags are the process's.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

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
