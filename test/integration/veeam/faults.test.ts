// What goes wrong between the commands and a Veeam server: one clear message, an exit code that is not 0, and nothing half-done
// that is not told of.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { RehearsalFaults, SessionFault } from '../../../src/rehearse/rehearsal-faults.ts';
import type { Rehearsal, RehearsalOptions } from '../../../src/rehearse/rehearsal-options.ts';
import { startRehearsal } from '../../../src/rehearse/rehearsal-server.ts';
import { Secret } from '../../../src/secret.ts';
import { extentStatuses } from '../../../src/veeam/vbr/schemas/scale-out-repository.ts';
import { waitFor } from '../../support/wait.ts';
import { Command } from '../../unit/cli/cli-fixture.ts';
import { type Ran, VeeamSetup } from './veeam-setup.ts';

// Each command is a process of its own.
vi.setConfig({ testTimeout: 240_000 });

const REPOSITORIES = '/api/v1/backupInfrastructure/repositories';

/** What the rehearsal of the setup does wrong just now. */
const now: { session?: SessionFault; refusesRefresh?: boolean; breaks?: (path: string) => boolean } = {};
const faults: RehearsalFaults = {
  sessionFault: () => now.session,
  refusesRefresh: () => now.refusesRefresh === true,
  breaks: ({ path }) => now.breaks?.(path) === true,
};

let setup: VeeamSetup;
let add: (folder: string, ...more: string[]) => Promise<Ran>;

beforeAll(async () => {
  // An access token lives for less than a second, so that every command needs another one in its midst.
  const tokenLifetimes = { accessMs: 800, refreshMs: 3_600_000 };
  setup = await VeeamSetup.start({ rehearsal: { faults, tokenLifetimes, sessionPaceMs: 1_500 } });
  add = (folder, ...more) =>
    setup.veeam([
      ...['add-repository', '--bucket', 'veeam-1', '--folder', folder, '--endpoint', setup.endpoint],
      ...more,
    ]);
});
afterAll(() => setup[Symbol.asyncDispose]());
beforeEach(() => {
  for (const key of Object.keys(now)) Reflect.deleteProperty(now, key);
});

/** Exit code 1 and one sentence or a few, without a stack trace. */
function failed({ code, err }: Ran): string {
  expect(code, err).toBe(1);
  expect(err).toMatch(/^sosapi-gateway: .+\n$/);
  expect(err).not.toMatch(/ {4}at |undefined|\[object/);
  return err;
}

async function repositories(): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const { name } of setup.vbr.repositories.list()) names.push(name);
  return names;
}

async function credentials(): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const { id } of setup.vbr.cloudCredentials.list()) ids.push(id);
  return ids;
}

describe('a session of add-repository', () => {
  test('that fails: says why, and that the credentials record stays', async () => {
    now.session = { kind: 'fails', message: 'The bucket is owned by another backup server' };
    const err = failed(await add('one'));
    expect(err).toContain('repository veeam-1/one was not added');
    expect(err).toContain('The bucket is owned by another backup server');
    const [record, ...others] = await credentials();
    expect(others).toEqual([]);
    expect(err).toContain(`The credentials record ${record} was made for it and stays`);
    expect(await repositories()).toEqual([]);
  });

  test('that never ends: says so at the deadline, and where to look', async () => {
    now.session = { kind: 'never-ends' };
    const before = await credentials();
    const err = failed(await add('one', '--deadline', '2'));
    expect(err).toContain('did not end within 2 seconds');
    const [, id = ''] =
      /Veeam goes on with session ([0-9a-f-]{36}): look with "veeam sessions show/.exec(err) ?? [];
    expect((await setup.vbr.sessions.get(id)).state).not.toBe('Stopped');
    expect((await setup.veeam(['sessions', 'stop', id, '--yes'])).code).toBe(0);
    // The record of the run before is used again: none is made, and none is told of.
    expect(await credentials()).toEqual(before);
    expect(err).not.toContain('credentials record');
  });

  test('that Ctrl-C leaves: says that it goes on, and logs out', async () => {
    now.session = { kind: 'never-ends' };
    const args = ['add-repository', '--bucket', 'veeam-1', '--folder', 'one', '--endpoint', setup.endpoint];
    const command = new Command(['veeam', ...args, '--config', setup.configFile], { cwd: setup.directory });
    const working = async () => {
      for await (const { state } of setup.vbr.sessions.list()) if (state === 'Working') return true;
      return false;
    };
    await waitFor(working, { what: 'the session to work', timeoutMs: 60_000 });
    command.process.signal('SIGINT');
    expect(await command.code()).toBe(130);
    expect(command.err).toContain('Ending, and logging out');
    expect(command.err).toMatch(/goes on with session [0-9a-f-]{36}/);
    for await (const { id, state } of setup.vbr.sessions.list()) {
      if (state !== 'Stopped') await setup.vbr.sessions.stop(id);
    }
  });
});

test('tokens that expire in mid-session, and refresh tokens that are refused, are replaced', async () => {
  now.refusesRefresh = true;
  const refused = await add('one');
  expect(refused.code, refused.err).toBe(0);
  now.refusesRefresh = false;
  const expired = await setup.veeam(['repositories', 'rescan', 'veeam-1/one']);
  expect(expired.code, expired.err).toBe(0);
  expect(await repositories()).toEqual(['veeam-1/one']);
});

test('another repository with the name is left alone', async () => {
  const err = failed(await add('two', '--name', 'veeam-1/one'));
  expect(err).toContain('Veeam has another repository named veeam-1/one');
  expect(err).toContain('nothing was changed');
});

test('500 in the middle of a list names the call, and prints no half of it', async () => {
  expect((await add('two')).code).toBe(0);
  let pages = 0;
  now.breaks = (path) => path === REPOSITORIES && ++pages > 1;
  const seen: string[] = [];
  const reading = async () => {
    for await (const { name } of setup.vbr.repositories.list({ pageSize: 1 })) seen.push(name);
  };
  await expect(reading()).rejects.toThrow(/GET .*repositories.* status 500/);
  expect(seen).toEqual(['veeam-1/one']);

  now.breaks = (path) => path === REPOSITORIES;
  const ran = await setup.veeam(['repositories']);
  expect(failed(ran)).toMatch(/GET .*repositories.* status 500/);
  expect(ran.out).toBe('');
});

describe('maintenance', () => {
  const record = async () =>
    (
      JSON.parse(await readFile(join(setup.directory, 'state', 'veeam-maintenance.json'), 'utf8')) as {
        readonly changes: readonly object[];
      }
    ).changes;
  const maintenance = (direction: string, ...more: string[]) =>
    setup.veeam(['maintenance', direction, '--backend', 'local', '--endpoint', setup.endpoint, ...more]);
  const statuses = async () => {
    for await (const { performanceTier } of setup.vbr.scaleOutRepositories.list()) {
      return performanceTier.performanceExtents.flatMap(extentStatuses);
    }
    return [];
  };

  test('whose session fails changes nothing and has nothing to restore', async () => {
    const [first] = await listOf(setup.vbr.repositories.list());
    const session = await setup.vbr.scaleOutRepositories.add({
      name: 'Scale',
      description: '',
      performanceTier: { performanceExtents: [{ id: first?.id ?? '' }] },
    });
    await setup.vbr.sessions.wait(session.id);
    now.session = { kind: 'fails', message: 'A job is writing' };
    const { code, out } = await maintenance('on');
    expect(code).toBe(1);
    expect(out).toContain('Scale: veeam-1/one: ');
    expect(out).toContain('A job is writing');
    expect(await statuses()).toEqual(['Normal']);
    expect(await record()).toEqual([]);
  });

  test('whose session does not end stays written down, and off restores it', async () => {
    now.session = { kind: 'never-ends' };
    const { code, out } = await maintenance('on', '--deadline', '2');
    expect(code).toBe(1);
    expect(out).toContain('did not end within 2 seconds');
    expect(await record()).toMatchObject([{ backend: 'local', extents: [{ name: 'veeam-1/one' }] }]);
    // Veeam got on with it after all.
    delete now.session;
    const { id } = (await listOf(setup.vbr.scaleOutRepositories.list()))[0] ?? { id: '' };
    const [extent] = await listOf(setup.vbr.repositories.list());
    const session = await setup.vbr.scaleOutRepositories.enableMaintenanceMode(id, [extent?.id ?? '']);
    await setup.vbr.sessions.wait(session.id);
    const off = await maintenance('off');
    expect(off.out).toBe('Scale: out of maintenance mode: veeam-1/one.\n');
    expect(off.code).toBe(0);
    expect(await statuses()).toEqual(['Normal']);
    expect(await record()).toEqual([]);
  });

  test('with a record that is not its own touches nothing', async () => {
    await writeFile(join(setup.directory, 'state', 'veeam-maintenance.json'), '{"changes": 7}');
    const err = failed(await maintenance('off'));
    expect(err).toContain('is not what "veeam maintenance" wrote');
    expect(err).toContain('nothing was changed');
  });
});

async function listOf<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe('the server', () => {
  const password = { SOSAPI_VEEAM_PASSWORD: 'rehearsed' };
  const asked = ({ vbrUrl, fingerprint }: Rehearsal, ...more: string[]) =>
    setup.veeam(
      [...['repositories', '--vbr', vbrUrl, '--user', 'me', '--fingerprint', fingerprint], ...more],
      password,
    );
  const another = (options: Partial<RehearsalOptions>) =>
    startRehearsal({
      ...{ port: 0, onePort: 0, host: '127.0.0.1', dataDirectory: undefined, userName: 'me' },
      password: new Secret('rehearsed'),
      ...options,
    });

  test('of an older revision is spoken to in that', async () => {
    const rehearsal = await another({ revisions: ['1.2-rev1'] });
    try {
      const { code, out, err } = await asked(rehearsal);
      expect(code, err).toBe(0);
      expect(out).toBe('Veeam has no such repository.\n');
    } finally {
      await rehearsal.close();
    }
  });

  test('of a newer revision alone, when an older one is asked for', async () => {
    const rehearsal = await another({ revisions: ['1.3-rev2'] });
    try {
      const err = failed(await asked(rehearsal, '--revision', '1.2-rev1'));
      expect(err).toContain('1.2-rev1');
      expect(err).toContain('supported: v1.3-rev2');
    } finally {
      await rehearsal.close();
    }
  });

  test('with another certificate than the pinned one is told nothing', async () => {
    const rehearsal = await another({});
    try {
      const pinned = { ...rehearsal, fingerprint: setup.rehearsal.fingerprint };
      const err = failed(await asked(pinned));
      expect(err).toContain('is not the pinned one');
      expect(err).toContain('nothing was sent');
      expect(err).toContain(`--fingerprint ${rehearsal.fingerprint}`);
    } finally {
      await rehearsal.close();
    }
  });

  test('whose certificate nobody signed shows which one it is', async () => {
    const { vbrUrl, fingerprint } = setup.rehearsal;
    const err = failed(await setup.veeam(['repositories', '--vbr', vbrUrl, '--user', 'me'], password));
    expect(err).toContain('cannot be verified');
    expect(err).toContain(`--fingerprint ${fingerprint}`);
  });

  test('that refuses the password says so, without the password', async () => {
    const err = failed(await asked(setup.rehearsal));
    expect(err).toContain('logging in as me');
    expect(err).not.toContain('rehearsed');
  });

  test('that is not there', async () => {
    const rehearsal = await another({});
    await rehearsal.close();
    expect(failed(await asked(rehearsal))).toContain(new URL(rehearsal.vbrUrl).host);
  });
});
