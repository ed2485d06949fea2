// What a tree of processes took: read from /proc of real processes, and from texts that are hard to read.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { cpuMicrosOf, memoryOf, parseStat, readTree, treeOf } from '../../perf/hotpath/process-tree.ts';

const BURNT_MICROS = 300_000;
/** Its child burns that much and ends; then it says so and waits. */
const PARENT = `
  const { execFileSync } = require('node:child_process');
  const burn = 'while (process.cpuUsage().user + process.cpuUsage().system < ${BURNT_MICROS});';
  execFileSync(process.execPath, ['-e', burn]);
  process.stdout.write('ended');
  setInterval(() => {}, 1000);
`;

test('counts the time of a child that has ended, and memory', async () => {
  const parent = spawn(process.execPath, ['-e', PARENT], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const pid = parent.pid ?? 0;
    await once(parent.stdout, 'data');
    expect((await readTree(pid)).map((stat) => stat.pid)).toEqual([pid]);
    // Its clock ticks in hundredths of a second.
    expect(await cpuMicrosOf(pid)).toBeGreaterThanOrEqual(BURNT_MICROS - 20_000);
    const { nowBytes, peakBytes } = await memoryOf(pid);
    expect(nowBytes).toBeGreaterThan(10 * 1024 * 1024);
    expect(peakBytes).toBeGreaterThanOrEqual(nowBytes);
  } finally {
    parent.kill('SIGKILL');
    await once(parent, 'close');
  }
  await expect(readTree(parent.pid ?? 0)).rejects.toThrow('has ended');
});

test('reads a stat whose name holds spaces and parentheses', () => {
  const rest = 'S 7 42 42 0 -1 4194560 1 2 3 4 100 20 3 4 20 0 1 0 5 6 7';
  expect(parseStat(`42 (a) S 1 (b)) ${rest}`)).toEqual({
    pid: 42,
    parent: 7,
    cpuMicros: 1_270_000,
    isStopped: false,
  });
  expect(parseStat(`42 (T) ${rest.replace('S', 'T')}`)?.isStopped).toBe(true);
  expect(parseStat('')).toBeUndefined();
});

test('finds grandchildren wherever they stand in the list, and nobody else', () => {
  const all = [
    [30, 20],
    [20, 10],
    [10, 1],
    [99, 1],
  ].map(([pid = 0, parent = 0]) => ({ pid, parent, cpuMicros: 1, isStopped: false }));
  expect(new Set(treeOf(10, all).map(({ pid }) => pid))).toEqual(new Set([10, 20, 30]));
  expect(treeOf(11, all)).toEqual([]);
});
