// `token`: what it makes is what the config takes and the admin listener knows; and how commands come by a token.
import { randomBytes } from 'node:crypto';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findToken } from '../../../src/admin/admin-token.ts';
import { readAdminToken } from '../../../src/cli/admin-token.ts';
import { UsageError } from '../../../src/cli/arguments.ts';
import { makeToken } from '../../../src/cli/token.ts';
import { OPERATOR, READER, runningAdmin } from '../admin/login-fixture.ts';
import { configOf, MINIMAL } from '../config/fixture.ts';
import { ran, scratch } from './cli-fixture.ts';

describe('token', () => {
  test('what it prints stands in the config as it is, and the listener knows the token by it', async () => {
    await using directory = await scratch();
    const { code, out, err } = await ran(['token', '--name', 'ann', '--role', 'operator'], directory.path);
    expect([code, err]).toEqual([0, '']);
    const [token = ''] = /sgw_[\w-]{43}/.exec(out) ?? [];
    const [, lines = ''] = /^(admin:\n(?: .*\n)+)/m.exec(out) ?? [];
    expect(lines).not.toContain(token);
    const { tokens } = configOf(`${lines}${MINIMAL}`).admin;
    expect(findToken(token, tokens)).toMatchObject({ name: 'ann', role: 'operator' });
  });

  test('as JSON, with a role that only reads where none is named', async () => {
    await using directory = await scratch();
    const { code, out } = await ran(['token', '--json'], directory.path);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({
      token: expect.stringMatching(/^sgw_[\w-]{43}$/),
      name: 'read-only',
      role: 'read-only',
      hash: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
    });
  });

  test('never the same, with all the randomness there is', () => {
    const asked: number[] = [];
    const make = () =>
      makeToken({}, (size) => {
        asked.push(size);
        return randomBytes(size);
      }).token;
    expect(make()).not.toBe(make());
    expect(asked).toEqual([32, 32]);
  });

  test.each([
    [['--role', 'root'], '--role is read-only or operator'],
    [['--name', 'my token'], '--name is up to 63 letters'],
    [['--nmae', 'x'], "Unknown option '--nmae'"],
    [['ann'], "Unexpected argument 'ann'"],
  ])('%j: one sentence', async (args, message) => {
    await using directory = await scratch();
    const { code, out, err } = await ran(['token', ...args], directory.path);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/^sosapi-gateway: [^\n]+\n$/);
    expect(err).toContain(message);
  });
});

describe('readAdminToken', () => {
  const env = { SOSAPI_ADMIN_TOKEN: READER };

  test('from a file before the environment, without its line break', async () => {
    await using directory = await scratch();
    const file = join(directory.path, 'token');
    await writeFile(file, `${OPERATOR}\n`);
    expect(readAdminToken(file, env)?.reveal()).toBe(OPERATOR);
    expect(readAdminToken(undefined, env)?.reveal()).toBe(READER);
    expect(readAdminToken(undefined, {})).toBeUndefined();
    expect(readAdminToken(undefined, { SOSAPI_ADMIN_TOKEN: '' })).toBeUndefined();
  });

  test.each([
    ['nothing', '', /token is empty: write the token into it\.$/],
    ['a line break', '\n', /is empty/],
    ['two lines', `${OPERATOR}\n${READER}\n`, /holds is no token: one line/],
    ['bytes', 'sgw_\u0000\u0007', /holds is no token/],
  ])('a file with %s is refused, and not shown', async (_what, text, message) => {
    await using directory = await scratch();
    const file = join(directory.path, 'token');
    await writeFile(file, text);
    const refused = () => readAdminToken(file, {});
    expect(refused).toThrow(UsageError);
    expect(refused).toThrow(message);
    expect(refused).not.toThrow(/sgw_/);
  });

  test('a file that is not there, or that is a directory', async () => {
    await using directory = await scratch();
    expect(() => readAdminToken(join(directory.path, 'none'), {})).toThrow(/cannot be read \(ENOENT\)\.$/);
    expect(() => readAdminToken(directory.path, {})).toThrow(/cannot be read \(EISDIR\)\.$/);
    expect(() => readAdminToken('', {})).toThrow('--token-file names no file');
  });

  test.skipIf(process.getuid?.() === 0)('a file that this user may not read', async () => {
    await using directory = await scratch();
    const file = join(directory.path, 'token');
    await writeFile(file, OPERATOR);
    await chmod(file, 0);
    expect(() => readAdminToken(file, {})).toThrow(/cannot be read \(EACCES\)\.$/);
  });
});

describe('capacity, where the gateway wants a token', () => {
  const ports = { capacities: async () => [] };
  const asked = (port: number, ...more: readonly string[]) => [
    'capacity',
    '--admin',
    `http://127.0.0.1:${port}`,
    ...more,
  ];

  test('shows it one, from a file or the environment', async () => {
    await using directory = await scratch();
    await using admin = await runningAdmin({ ports });
    await writeFile(join(directory.path, 'token'), `${READER}\n`);
    const byFile = await ran(asked(admin.port, '--token-file', 'token', '--json'), directory.path);
    expect([byFile.code, byFile.err]).toEqual([0, '']);
    expect(JSON.parse(byFile.out)).toEqual({ version: '1.2.3', capacities: [] });
    const env = { SOSAPI_ADMIN_TOKEN: READER };
    expect(await ran(asked(admin.port, '--json'), directory.path, env)).toEqual(byFile);
  });

  test.each([
    [
      'without one',
      {},
      /wants a token: name a file that holds it with --token-file FILE, or set SOSAPI_ADMIN_TOKEN\.\n$/,
    ],
    [
      'with a wrong one',
      { SOSAPI_ADMIN_TOKEN: `sgw_${'x'.repeat(43)}` },
      /does not know this token: make one with/,
    ],
  ])('%s: one sentence that does not show it', async (_what, env, message) => {
    await using directory = await scratch();
    await using admin = await runningAdmin({ ports });
    const { code, out, err } = await ran(asked(admin.port), directory.path, env);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(/^sosapi-gateway: [^\n]+\n$/);
    expect(err).toMatch(message);
    expect(err).not.toContain('xxxx');
  });
});
