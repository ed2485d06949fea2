// The unit file: systemd takes it, finds it hardened, and it fits what the gateway does.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../../src/config/load.ts';
import { packagingTool, runTool } from '../../support/packaging/packaging-tool.ts';

const FOLDER = new URL('../../../packaging/systemd/', import.meta.url).pathname;
const UNIT = await readFile(join(FOLDER, 'sosapi-gateway.service'), 'utf8');
const ANALYZE = packagingTool('systemd-analyze');
/** The worst that the overall exposure level may be; 10 is a service without any protection. */
const MOST_EXPOSURE = 2;

/** All values of a setting, in their order. */
function values(name: string): readonly string[] {
  return [...UNIT.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map(([, value = '']) => value);
}

/** The unit with a command that is there, since the package is not installed here. */
async function analyzed(args: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'unit-'));
  try {
    const file = join(folder, 'sosapi-gateway.service');
    await writeFile(file, UNIT.replace('=/usr/bin/sosapi-gateway ', `=${process.execPath} `));
    const { code, stdout, stderr } = await runTool(ANALYZE ?? '', [...args, file]);
    expect(code, stderr).toBe(0);
    return `${stdout}${stderr}`;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

describe('the unit', () => {
  test.skipIf(ANALYZE === undefined)('is what systemd takes, without a word', async () => {
    expect(await analyzed(['verify'])).toBe('');
  });

  test.skipIf(ANALYZE === undefined)(`is exposed by ${MOST_EXPOSURE} at the most`, async () => {
    const said = await analyzed(['security', '--offline=true', '--no-pager']);
    const [, level] = /Overall exposure level for sosapi-gateway.service: ([\d.]+)/.exec(said) ?? [];
    expect(Number(level), said).toBeLessThanOrEqual(MOST_EXPOSURE);
  });

  test('waits longer than a stop takes', () => {
    const { config } = parseConfig(
      'backends: [{ name: a, kind: embedded, dataDirectory: data }]\n' +
        'credentials: [{ accessKeyId: VEEAMKEY, secretAccessKey: "a-long-secret", access: read-write }]\n',
      { file: '/etc/sosapi-gateway/gateway.yaml', env: {} },
    );
    const [seconds] = values('TimeoutStopSec').map((text) => Number.parseInt(text, 10));
    // Workers are killed 5 s after their time, the embedded store gets 10 s and 2 s more; the rest is reserve.
    expect(seconds).toBeGreaterThan(config.timeouts.drainMs / 1000 + 5 + 12);
    expect(values('KillMode')).toEqual(['mixed']);
  });

  test('does not run as root, and its user is made', async () => {
    const users = await readFile(join(FOLDER, 'sosapi-gateway.sysusers'), 'utf8');
    expect(users).toMatch(/^u sosapi-gateway /m);
    expect([...values('User'), ...values('Group')]).toEqual(['sosapi-gateway', 'sosapi-gateway']);
  });

  test('takes secrets from a directory that is no part of its own', () => {
    const [, directory] = /^secrets:(.+)$/.exec(values('LoadCredential')[0] ?? '') ?? [];
    expect(directory).toBe('/etc/sosapi-gateway/secrets');
    expect(UNIT).not.toMatch(/^Environment=.*(?:SECRET|PASSWORD|TOKEN)/m);
  });
});
