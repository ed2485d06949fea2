import { describe, expect, test } from 'vitest';
import { parseCommand, USAGE, UsageError } from '../../../src/cli/arguments.ts';

const parsed = (line: string, env: NodeJS.ProcessEnv = {}) =>
  parseCommand(line === '' ? [] : line.split(' '), env);

describe('parseCommand', () => {
  test.each([
    ['serve', { name: 'serve', config: undefined }],
    ['serve --config f.yaml', { name: 'serve', config: 'f.yaml' }],
    ['serve --config=f.yaml', { name: 'serve', config: 'f.yaml' }],
    ['--config f.yaml serve', { name: 'serve', config: 'f.yaml' }],
    ['check --config f.yaml', { name: 'check', config: 'f.yaml', json: false }],
    ['check --json --config f.yaml', { name: 'check', config: 'f.yaml', json: true }],
    ['help', { name: 'help' }],
    ['--help', { name: 'help' }],
    ['-h', { name: 'help' }],
    ['serve --help', { name: 'help' }],
    ['--version', { name: 'version' }],
  ])('%s', (line, command) => {
    expect(parsed(line)).toMatchObject(command);
  });

  test('the environment names the config where the line does not', () => {
    expect(parsed('serve', { SOSAPI_CONFIG: 'e.yaml' })).toMatchObject({ config: 'e.yaml' });
    expect(parsed('serve --config f.yaml', { SOSAPI_CONFIG: 'e.yaml' })).toMatchObject({ config: 'f.yaml' });
  });

  test.each([
    ['', 'sub-command is missing'],
    ['run', 'no sub-command "run"'],
    ['serve now', '"now" is one word too many'],
    ['serve --json', '--json'],
    ['serve --port 1', '--port'],
    ['serve --config', '--config'],
    ['check --json=yes', '--json'],
  ])('%s is refused in one sentence', (line, text) => {
    try {
      parsed(line);
    } catch (error) {
      expect(error).toBeInstanceOf(UsageError);
      const { message } = error as UsageError;
      expect(message).toContain(text);
      expect(message).not.toContain('\n');
      return;
    }
    throw new Error('accepted');
  });

  test('the usage names every sub-command', () => {
    for (const name of ['serve', 'check']) expect(USAGE).toContain(`sosapi-gateway ${name}`);
  });
});
