import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';

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
