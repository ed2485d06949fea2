// `reload` and `config diff` as people type them.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { ReloadGateway } from './reload-fixture.ts';

const ROOT = new URL('../../..', import.meta.url).pathname;
const TOKEN = `sgw_${'t'.repeat(43)}`;
const ADMIN = {
  tokens: [
    { name: 'me', role: 'operator', hash: `sha256:${createHash('sha256').update(TOKEN).digest('hex')}` },
  ],
};

interface Printed {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(...args: readonly string[]): Promise<Printed> {
  const node = join(ROOT, 'node_modules/.bin/node');
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, SOSAPI_ADMIN_TOKEN: TOKEN };
  return new Promise((resolve) => {
    execFile(node, ['src/cli/main.ts', ...args], { cwd: ROOT, env }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

test('reload prints what changed, or why not', async () => {
  await using at = await ReloadGateway.start({ workers: 1, admin: ADMIN });
  const admin = ['--admin', at.gateway.adminUrl];
  expect(await run('reload', ...admin)).toEqual({
    code: 0,
    stdout: 'The config says what it said before.\n',
    stderr: '',
  });
  // At once, so that the watch has not yet noticed.
  await at.write((config) => {
    config['timeouts'] = { idle: '2m' };
  });
  const good = await at.written();
  const json = await run('reload', ...admin, '--json');
  expect(json.code).toBe(0);
  const { result, changes } = JSON.parse(json.stdout) as { result: string; changes: unknown };
  // The watch may have been first.
  if (result === 'applied') expect(changes).toEqual([{ path: 'timeouts.idle', before: '1m', after: '2m' }]);
  else expect(result).toBe('unchanged');

  await writeFile(
    at.gateway.configFile,
    JSON.stringify({ ...good, buckets: [...good.buckets, ...good.buckets] }),
  );
  const refused = await run('reload', ...admin);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(
    /^The config cannot be used; the gateway goes on with the one it has:\n {2}\S+gateway\.yaml:1 buckets\[1\]\.match: expected each match once/,
  );
});

test('reload says what keeps it from being asked', async () => {
  const unheard = await run('reload', '--admin', 'http://127.0.0.1:1');
  expect(unheard.code).toBe(2);
  expect(unheard.stderr).toMatch(/^sosapi-gateway: no gateway answers at http:\/\/127\.0\.0\.1:1 .*\n$/);
});

test('config diff compares with the gateway that runs, and with a file', async () => {
  await using at = await ReloadGateway.start({ workers: 1, admin: ADMIN });
  const { configFile, adminUrl } = at.gateway;
  const good = await at.written();
  const other = join(dirname(configFile), 'new.yaml');
  await writeFile(other, JSON.stringify({ ...good, workers: 3, timeouts: { idle: '2m' } }));

  const same = await run('config', 'diff', '--config', configFile, '--admin', adminUrl);
  expect([same.code, same.stdout]).toEqual([0, 'Nothing differs.\n']);
  for (const against of [
    ['--admin', adminUrl],
    ['--against', configFile],
  ]) {
    const found = await run('config', 'diff', '--config', other, ...against);
    expect(found.code).toBe(1);
    expect(found.stdout).toBe(
      [
        'SETTING        BEFORE  AFTER',
        'workers        1       3      needs a restart',
        'timeouts.idle  1m      2m',
        '',
        'A reload is refused as a whole: restart the gateway for what is marked.',
        '',
      ].join('\n'),
    );
  }
  const missing = await run('config', 'diff', '--config', other, '--against', '/no/such/file');
  expect(missing.code).toBe(2);
  expect(missing.stderr).toBe('/no/such/file: expected the config file, found no such file\n');
});
