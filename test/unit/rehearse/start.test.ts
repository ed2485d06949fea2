// How the rehearsal server starts: its certificate, its data directory, its ports, and its command.
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { veeamRehearse } from '../../../src/cli/veeam-rehearse.ts';
import { startRehearsal } from '../../../src/rehearse/rehearsal-server.ts';
import { OwnedProcess } from '../../support/owned-process.ts';
import { waitFor } from '../../support/wait.ts';
import { movableClock, optionsOf, RehearsalClient } from './rehearsal-client.ts';

const ROOT = new URL('../../..', import.meta.url).pathname;

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rehearsal-start-'));
});
afterEach(async () => await rm(directory, { recursive: true, force: true }));

/** Of a server that is started in the directory and closed again. */
async function fingerprint(options: Parameters<typeof RehearsalClient.start>[0] = {}): Promise<string> {
  await using client = await RehearsalClient.start({ dataDirectory: directory, ...options });
  return client.fingerprint;
}

describe('the certificate', () => {
  test('is self-signed, says that this is not Veeam, and is for this machine', async () => {
    await using client = await RehearsalClient.start({ dataDirectory: directory });
    const certificate = new X509Certificate(client.certPem);
    expect(certificate.fingerprint256).toBe(client.fingerprint);
    expect(certificate.subject).toBe('CN=sosapi-gateway rehearsal\\, not Veeam');
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.checkHost('localhost')).toBe('localhost');
    expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(certificate.checkIP('::1')).toBe('::1');
    expect(certificate.publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
    expect((await stat(join(directory, 'key.pem'))).mode & 0o777).toBe(0o600);
    expect((await stat(join(directory, 'rehearsal.sqlite'))).mode & 0o777).toBe(0o600);
    expect(await readFile(join(directory, 'certificate.pem'), 'utf8')).toBe(client.certPem);
  });

  test('is kept, until it has expired or another one is wanted', async () => {
    const clock = movableClock();
    const first = await fingerprint({ clock });
    expect(await fingerprint({ clock })).toBe(first);
    const second = await fingerprint({ clock, newCertificate: true });
    expect(second).not.toBe(first);
    expect(await fingerprint({ clock })).toBe(second);
    clock.move(398 * 24 * 3_600_000);
    // Not with a client: its own clock does not move, and the certificate is not valid yet.
    const rehearsal = await startRehearsal(optionsOf({ dataDirectory: directory, clock }));
    await rehearsal.close();
    expect(rehearsal.fingerprint).not.toBe(second);
  });

  test('is made anew where its files are damaged', async () => {
    const first = await fingerprint();
    await writeFile(join(directory, 'certificate.pem'), 'no certificate');
    expect(await fingerprint()).not.toBe(first);
  });
});

describe('the state', () => {
  test('is there at the next start, without the tokens', async () => {
    let token: string | undefined;
    let id: string;
    {
      await using client = await RehearsalClient.start({ dataDirectory: directory });
      token = client.token;
      const body = { type: 'Amazon', accessKey: 'K', secretKey: 'S' };
      id = (await client.call('/api/v1/cloudCredentials', { body })).json.id;
    }
    await using client = await RehearsalClient.start({ dataDirectory: directory });
    expect((await client.call('/api/v1/serverInfo', { token })).status).toBe(401);
    expect((await client.call(`/api/v1/cloudCredentials/${id}`)).json.accessKey).toBe('K');
  });

  test('is gone with a temporary directory', async () => {
    const rehearsal = await startRehearsal(optionsOf());
    expect(await readdir(rehearsal.dataDirectory)).toContain('rehearsal.sqlite');
    await rehearsal.close();
    await expect(stat(rehearsal.dataDirectory)).rejects.toThrow('ENOENT');
    // To close it once more is no error.
    await rehearsal.close();
  });
});

describe('what cannot start says so in one sentence', () => {
  const refused = async (options: Parameters<typeof optionsOf>[0]): Promise<string> => {
    const error = await startRehearsal(optionsOf(options)).then(
      async (rehearsal) => {
        await rehearsal.close();
        throw new Error('it started');
      },
      (reason: Error) => reason,
    );
    expect(error.name).toBe('StartRefusal');
    return error.message;
  };

  test('in the directory of another program', async () => {
    await writeFile(join(directory, 'a.txt'), '');
    expect(await refused({ dataDirectory: directory })).toContain('holds files of another program');
    expect(await readdir(directory)).toEqual(['a.txt']);
  });

  test('over the database of another program', async () => {
    const other = new DatabaseSync(join(directory, 'rehearsal.sqlite'));
    other.exec('CREATE TABLE other (a)');
    other.close();
    expect(await refused({ dataDirectory: directory })).toContain('is a database of another program');
  });

  test('over what is no database', async () => {
    await writeFile(
      join(directory, 'rehearsal.sqlite'),
      'no database at all, but long enough to be looked at',
    );
    expect(await refused({ dataDirectory: directory })).toContain('cannot be used');
  });

  test('in a directory that is a file', async () => {
    const file = join(directory, 'file');
    await writeFile(file, '');
    expect(await refused({ dataDirectory: file })).toContain('cannot be used as the data directory');
  });

  test('in the directory of another rehearsal that runs', async () => {
    await using _first = await RehearsalClient.start({ dataDirectory: directory });
    expect(await refused({ dataDirectory: directory })).toContain('another rehearsal has it open');
  });

  test('on a port that is taken, and leaves the other one free', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const address = holder.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    expect(await refused({ onePort: port })).toContain(`Port ${port} on 127.0.0.1 is taken`);
    expect(await refused({ port })).toContain('choose another one with --port');
    holder.close();
  });
});

describe('the command', () => {
  const run = (args: readonly string[], env: NodeJS.ProcessEnv = { SOSAPI_REHEARSE_PASSWORD: 'x' }) =>
    veeamRehearse.run(['--data', directory, '--port', '0', '--one-port', '0', ...args], env);

  test.each([
    [['--port', 'many'], '--port "many" is no port'],
    [['--one-port', '65536'], '--one-port "65536" is no port'],
    [['--port', '7', '--one-port', '7'], 'they must differ'],
    [['--poll', '0'], '--poll "0" is no whole number of seconds'],
    [['--user', ''], '--user is empty'],
    [['--data', ''], '--data is empty'],
    [['--password-file', '/does/not/exist'], '--password-file /does/not/exist cannot be read (ENOENT)'],
    [['--storage-ca', '/dev/null'], 'holds no certificate in PEM'],
    [['--colour', 'red'], "Unknown option '--colour'"],
  ])('refuses %j', async (args, sentence) => {
    await expect(run(args)).rejects.toMatchObject({
      name: 'UsageError',
      message: expect.stringContaining(sentence),
    });
  });

  test('refuses to start without a password', async () => {
    await expect(run([], {})).rejects.toThrow('set SOSAPI_REHEARSE_PASSWORD or name a file');
    await expect(run([], { SOSAPI_REHEARSE_PASSWORD: '' })).rejects.toThrow('is empty');
    const file = join(directory, 'password');
    await writeFile(file, '\n');
    await expect(run(['--password-file', file])).rejects.toThrow('is empty');
  });

  test('prints where it is, and ends with 0 on a signal', async () => {
    const command = new OwnedProcess(
      'rehearsal',
      join(ROOT, 'node_modules/.bin/node'),
      ['src/cli/main.ts', 'veeam', 'rehearse', '--data', directory, '--port', '0', '--one-port', '0'],
      { cwd: ROOT, env: { ...process.env, SOSAPI_REHEARSE_PASSWORD: 'the password' } },
    );
    let text = '';
    command.child.stdout?.on('data', (chunk: Buffer) => {
      text += String(chunk);
    });
    const isUp = () => text.includes('stops it.');
    await waitFor(isUp, { what: 'the rehearsal to start', timeoutMs: 30_000, everyMs: 20 });
    const pem = await readFile(join(directory, 'certificate.pem'), 'utf8');
    expect(text).toContain('This is a rehearsal by sosapi-gateway, not a Veeam server.');
    expect(text).toMatch(/VBR REST API +https:\/\/127\.0\.0\.1:\d+\n/);
    expect(text).toMatch(/Veeam ONE REST API +https:\/\/127\.0\.0\.1:\d+\n/);
    expect(text).toContain(new X509Certificate(pem).fingerprint256);
    expect(text).toContain(`Data                ${directory}\n`);
    expect(text).not.toContain('the password');
    expect((await command.stop(30_000)).code).toBe(0);
  });

  test('says what cannot start as a usage error', async () => {
    await writeFile(join(directory, 'a.txt'), '');
    await expect(run([])).rejects.toMatchObject({ name: 'UsageError' });
  });
});
