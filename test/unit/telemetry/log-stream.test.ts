import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { waitFor } from '../../support/wait.ts';

const LOGGER = new URL('../../../src/telemetry/logger.ts', import.meta.url).href;

function child(then: string) {
  const script = `
    const { createLogger } = await import(${JSON.stringify(LOGGER)});
    const logger = createLogger({ level: 'info' });
    for (let i = 0; i < 5000; i += 1) logger.info({ i, padding: 'x'.repeat(200) }, 'line');
    ${then}`;
  return spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

test.each([
  ['when the process is ended at once', 'process.exit(0);'],
  ['when it ends by itself', ''],
])('every line arrives, whole and in order, %s', async (_what, then) => {
  const running = child(then);
  let text = '';
  running.stdout.setEncoding('utf8').on('data', (data: string) => {
    text += data;
  });
  await once(running, 'close');
  const numbers = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).i);
  expect(numbers).toEqual(Array.from({ length: 5000 }, (_, i) => i));
});

test.each([
  ['and ends by itself', 'setTimeout(() => logger.info("late"), 100);'],
  ['and is ended at once', 'process.exit(0);'],
])(
  'a reader that has gone holds nothing up: the process goes on %s',
  async (_what, then) => {
    const running = child(then);
    running.stdout.destroy();
    expect(await once(running, 'exit')).toEqual([0, null]);
  },
  10_000,
);

/** Four processes that write to one descriptor, each 2,000 lines of many lengths up to that of a piece. */
const WRITERS = `
  import { spawn } from 'node:child_process';
  import { createLogger } from ${JSON.stringify(LOGGER)};
  if (process.argv[1] === undefined) {
    const source = process.env.SOURCE;
    for (let writer = 1; writer <= 3; writer++) {
      const args = ['--input-type=module', '-e', source, String(writer)];
      spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] });
    }
  }
  const writer = Number(process.argv[1] ?? 0);
  const logger = createLogger({ level: 'info' });
  for (let n = 0; n < 2000; n += 1) {
    logger.info({ writer, n, padding: String(writer).repeat((n * 37) % 3900) }, 'line');
    // Now and then everything so far, so that few and many wait at a time.
    if (n % 50 === 0) await new Promise((resolve) => logger.flush(resolve));
  }`;

function writers(stdout: 'pipe' | number) {
  return spawn(process.execPath, ['--input-type=module', '-e', WRITERS], {
    stdio: ['ignore', stdout, 'inherit'],
    env: { ...process.env, SOURCE: WRITERS },
  });
}

function expectWhole(text: string): void {
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly writer: number; readonly n: number });
  expect(lines).toHaveLength(8000);
  for (const writer of [0, 1, 2, 3]) {
    const own = lines.filter((line) => line.writer === writer).map(({ n }) => n);
    expect(own).toEqual(Array.from({ length: 2000 }, (_, n) => n));
  }
}

/** A pipe as a shell makes it; what Node makes for a child is a pair of sockets. */
function throughPipe() {
  const quoted = WRITERS.replaceAll("'", "'\\''");
  const command = `'${process.execPath}' --input-type=module -e '${quoted}' | cat`;
  return spawn('sh', ['-c', command], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, SOURCE: WRITERS },
  });
}

test.each([
  ['a pipe', throughPipe],
  ['a socket', () => writers('pipe')],
])('lines of several processes stay whole, also for a slow reader: %s', async (_what, start) => {
  const running = start();
  const parts: Buffer[] = [];
  running.stdout?.on('data', (data: Buffer) => {
    parts.push(data);
    // It is full most of the time.
    running.stdout?.pause();
    setImmediate(() => running.stdout?.resume());
  });
  await once(running, 'close');
  expectWhole(Buffer.concat(parts).toString());
});

test('lines of several processes stay whole: a file', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'log-'));
  const path = join(directory, 'log');
  const file = await open(path, 'w');
  await once(writers(file.fd), 'exit');
  await file.close();
  // Its children write on after it.
  const text = await waitFor(
    async () => {
      const written = await readFile(path, 'utf8');
      return written.split('\n').length === 8001 ? written : undefined;
    },
    { what: 'all lines', everyMs: 50 },
  );
  expectWhole(text);
  await rm(directory, { recursive: true });
});
