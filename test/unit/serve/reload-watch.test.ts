// A change is told when it is over: not while it goes on, not twice, and not where it was taken back.
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { watchFiles } from '../../../src/serve/reload-watch.ts';
import { waitFor } from '../../support/wait.ts';

const EVERY_MS = 100;

async function watched(run: (at: { file: string; told: () => number }) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'watched-'));
  const file = join(directory, 'file');
  await writeFile(file, 'first');
  let told = 0;
  const watch = await watchFiles({
    files: () => [file, join(directory, 'other')],
    onChanged: async () => {
      told++;
    },
    everyMs: EVERY_MS,
  });
  try {
    await run({ file, told: () => told });
  } finally {
    watch.close();
    await rm(directory, { recursive: true });
  }
}

test('a change is told once', () =>
  watched(async ({ file, told }) => {
    await writeFile(file, 'second, and longer');
    await waitFor(() => told() === 1, { what: 'it to be told', everyMs: 5 });
    await sleep(4 * EVERY_MS);
    expect(told()).toBe(1);
  }));

test('nothing is told while it goes on', () =>
  watched(async ({ file, told }) => {
    for (let turn = 0; turn < 50; turn++) {
      await appendFile(file, 'more');
      await sleep(10);
      expect(told()).toBe(0);
    }
    await waitFor(() => told() === 1, { what: 'it to be told', everyMs: 5 });
  }));

test('a file that goes and one that comes are changes', () =>
  watched(async ({ file, told }) => {
    await rm(file);
    await waitFor(() => told() === 1, { what: 'that it is gone', everyMs: 5 });
    await writeFile(file, 'again');
    await waitFor(() => told() === 2, { what: 'that it is back', everyMs: 5 });
  }));
