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
    ['verify', { name: 'verify', config: undefined, data: undefined, json: false }],
    ['verify --config f.yaml --json', { name: 'verify', config: 'f.yaml', data: undefined, json: true }],
    ['verify --data /srv/data', { name: 'verify', config: undefined, data: '/srv/data', json: false }],
    [
      'capacity',
      {
        name: 'capacity',
        config: undefined,
        bucket: undefined,
        admin: undefined,
        json: false,
        history: false,
      },
    ],
    ['capacity veeam-1 --config f.yaml', { name: 'capacity', config: 'f.yaml', bucket: 'veeam-1' }],
    ['capacity --admin http://h:1 --json', { name: 'capacity', admin: 'http://h:1', json: true }],
    ['capacity veeam-1 --history', { name: 'capacity', bucket: 'veeam-1', history: true }],
    ['bench run --bucket b --help', { name: 'bench', args: ['run', '--bucket', 'b', '--help'] }],
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
    expect(parsed('serve', { SOSAPI_CONFIG: '' })).toMatchObject({ config: undefined });
    expect(parsed('verify --data d', { SOSAPI_CONFIG: 'e.yaml' })).toMatchObject({ data: 'd' });
  });

  test.each([
    ['', 'sub-command is missing'],
    ['run', 'no sub-command "run"'],
    ['serve now', '"now" is one word too many'],
    ['serve --json', '--json'],
    ['serve --port 1', '--port'],
    ['serve --config', '--config'],
    ['check --json=yes', '--json'],
    ['serve --config=', '--config names no file'],
    ['verify --data=', '--data names no directory'],
    ['serve --data d', '--data goes with verify alone'],
    ['check --data d', '--data goes with verify alone'],
    ['verify --config f --data d', 'exclude each other'],
    ['capacity a b', '"b" is one word too many'],
    ['capacity --config f --admin u', 'exclude each other'],
    ['check --history', '--history goes with capacity alone'],
    ['serve --admin u', '--admin goes with capacity alone'],
    ['capacity --data d', '--data goes with verify alone'],
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
    for (const name of ['serve', 'check', 'verify', 'capacity']) {
      expect(USAGE).toContain(`sosapi-gateway ${name}`);
    }
  });
});
