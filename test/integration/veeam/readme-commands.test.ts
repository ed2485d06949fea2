// The commands of the README's section on Veeam run as they stand there, against a rehearsal in the place of the Veeam server.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { VeeamSetup } from './veeam-setup.ts';

// Each command is a process of its own.
vi.setConfig({ testTimeout: 120_000 });

const README = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
const [, block = ''] = /^<!-- veeam commands -->\n```sh\n(.*?)^```$/ms.exec(README) ?? [];
const COMMANDS = block.trimEnd().split('\n');
const PREFIX = 'npm run cli -- veeam ';

let setup: VeeamSetup;

beforeAll(async () => {
  setup = await VeeamSetup.start();
});
afterAll(() => setup[Symbol.asyncDispose]());

test('there are some', () => {
  expect(COMMANDS.length).toBeGreaterThanOrEqual(5);
  for (const command of COMMANDS) expect(command.startsWith(PREFIX), command).toBe(true);
});

// One after the other: each stands on those before.
test.each(COMMANDS)('%s', async (command) => {
  const words = command.slice(PREFIX.length).split(' ');
  expect(words).toContain('--config');
  const { code, out, err } = await setup.veeam(
    words.map((word) => (word === 'gateway.yaml' ? setup.configFile : word)),
  );
  expect(code, out + err).toBe(0);
});
