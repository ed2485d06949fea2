// The gateway as it runs without a config file: the command, its store, the AWS SDK, and what a user reads.
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import { readCredentials } from '../../../src/cli/credentials-file.ts';
import { numbersOf } from '../../support/capacity-document.ts';
import { run } from '../../support/owned-process.ts';
import { hasPythonClient } from '../../support/python.ts';
import { sdk } from '../../support/s3-clients.ts';
import { waitFor } from '../../support/wait.ts';
import { gone, isAlive } from '../serve/embedded-fixture.ts';
import { Command, FREE_PORTS, ran, scratch } from './cli-fixture.ts';

const Bucket = 'veeam-backup';
const SYSTEM = '.system-d26a9498-cb7c-4a87-a44a-8ae204f5ba6c/system.xml';
const awsCli = await hasPythonClient('aws');

class Gateway extends Command {
  readonly cwd: string;

  constructor(cwd: string, env: NodeJS.ProcessEnv = {}) {
    super(['serve'], { cwd, env: { ...FREE_PORTS, ...env } });
    this.cwd = cwd;
  }

  /** The block has been printed. */
  async served(): Promise<this> {
    await this.until(() => /"HTTPS"\)\.\n\n$/.test(this.err), 'the block');
    return this;
  }

  get endpoint(): string {
    return /Endpoint +(http:\S+)/.exec(this.err)?.[1] ?? '';
  }

  get storePid(): number {
    return Number(this.lines.findLast(({ msg }) => msg === 'the store serves')?.['pid']);
  }

  async client(): Promise<S3Client> {
    const pair = await readCredentials(join(this.cwd, 'data/credentials'));
    if (pair === undefined) throw new Error('no credentials');
    const { accessKeyId, secretAccessKey } = pair;
    return sdk({
      endpoint: this.endpoint,
      credentials: { accessKeyId, secretAccessKey: secretAccessKey.reveal() },
    });
  }
}

test('npm start: a bucket with object lock and live numbers, with nothing configured, and all of it there after a restart', async () => {
  await using directory = await scratch();
  const Body = Buffer.alloc(1_234_567, 'v');
  {
    await using gateway = await new Gateway(directory.path).served();
    const client = await gateway.client();
    const system = await client.send(new GetObjectCommand({ Bucket, Key: SYSTEM }));
    expect(await system.Body?.transformToString()).toContain('<ProtocolVersion>"1.0"</ProtocolVersion>');
    const before = await numbersOf(client, Bucket);
    const put = await client.send(
      new PutObjectCommand({
        Bucket,
        Key: 'Veeam/Backup/block',
        Body,
        ObjectLockMode: 'COMPLIANCE',
        ObjectLockRetainUntilDate: new Date(Date.now() + 3_600_000),
      }),
    );
    expect(put.VersionId).toBeDefined();
    const after = await waitFor(
      async () => {
        const numbers = await numbersOf(client, Bucket);
        return numbers.used === before.used ? undefined : numbers;
      },
      { what: 'the numbers to move' },
    );
    expect(after.used - before.used).toBe(Body.length);
    client.destroy();
    gateway.process.signal('SIGTERM');
    expect(await gateway.code()).toBe(0);
    expect(isAlive(gateway.storePid)).toBe(false);
  }
  const data = await readdir(join(directory.path, 'data'));
  expect(data.filter((name) => /sock|new$|wal|shm/.test(name))).toEqual([]);
  expect((await stat(join(directory.path, 'data'))).mode & 0o777).toBe(0o700);

  await using again = await new Gateway(directory.path).served();
  const client = await again.client();
  const head = await client.send(new HeadObjectCommand({ Bucket, Key: 'Veeam/Backup/block' }));
  expect([head.ContentLength, head.ObjectLockMode]).toEqual([Body.length, 'COMPLIANCE']);
  client.destroy();
});

describe('what is printed', () => {
  test('no secret where it is no terminal; the log is JSON lines, the block is not among them', async () => {
    await using directory = await scratch();
    await using gateway = await new Gateway(directory.path).served();
    const secret = (
      await readCredentials(join(directory.path, 'data/credentials'))
    )?.secretAccessKey.reveal();
    expect(secret).toMatch(/^.{40}$/);
    expect(`${gateway.out}${gateway.err}`).not.toContain(secret);
    expect(gateway.err).not.toContain('\u001b');
    for (const line of gateway.out.trim().split('\n')) expect(line).toMatch(/^\{.*\}$/);
    const port = gateway.lines.find(({ listener }) => listener === 's3')?.['port'];
    expect(gateway.endpoint).toBe(`http://127.0.0.1:${port}`);
  });

  test('on a terminal the secret once, bold headings, and no log line until something is wrong', async ({
    skip,
  }) => {
    const isThere = await run('script', ['--version']).then(
      () => true,
      () => false,
    );
    skip(!isThere, 'no script(1)');
    await using directory = await scratch();
    const printed = async (env: NodeJS.ProcessEnv = {}): Promise<string> => {
      const gateway = new Command(['serve'], {
        cwd: directory.path,
        env: { ...FREE_PORTS, ...env },
        onTerminal: true,
      });
      await gateway.until(() => /"HTTPS"\)\.\r?\n\r?\n$/.test(gateway.out), 'the block');
      expect(await gateway.endOnTerminal()).toBe(0);
      return gateway.out;
    };
    const first = await printed();
    const secret = (
      await readCredentials(join(directory.path, 'data/credentials'))
    )?.secretAccessKey.reveal();
    expect(first).toContain(`${secret} (shown this once; kept in`);
    expect(first).toContain('\u001b[1mAWS CLI');
    expect(first).not.toContain('{"level"');
    const second = await printed({ NO_COLOR: '1' });
    expect(second).not.toContain(secret);
    expect(second).not.toContain('\u001b[1m');
    expect(second).toContain('AWS CLI');
  });

  test.skipIf(!awsCli)('the AWS commands work as they stand', { timeout: 120_000 }, async () => {
    await using directory = await scratch();
    const cwd = join(directory.path, "it's a folder");
    await mkdir(cwd);
    await using gateway = await new Gateway(cwd).served();
    const commands = gateway.err
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => /^(aws|export) /.test(line));
    expect(commands.length).toBe(5);
    const file = join(directory.path, 'upload.bin');
    await writeFile(file, Buffer.alloc(9 * 1024 * 1024, 'x'));
    const environment = { PATH: process.env['PATH'], HOME: directory.path, AWS_PAGER: '' };
    const script = commands.join('\n').replace(' FILE ', ` ${file} `);
    const out = await run('sh', ['-ec', script], environment);
    expect(out).toContain(Bucket);
    expect(out).toMatch(/<Used>\d+<\/Used>/);
    const client = await gateway.client();
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: 'upload.bin' }));
    expect(head.ContentLength).toBe(9 * 1024 * 1024);
    client.destroy();
  });

  test('a key pair of the environment is used and not written down', async () => {
    await using directory = await scratch();
    const env = { SOSAPI_ACCESS_KEY_ID: 'MYKEY', SOSAPI_SECRET_ACCESS_KEY: 'my-own-secret' };
    await using gateway = await new Gateway(directory.path, env).served();
    const client = sdk({
      endpoint: gateway.endpoint,
      credentials: { accessKeyId: 'MYKEY', secretAccessKey: 'my-own-secret' },
    });
    await client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'b' }));
    client.destroy();
    expect(existsSync(join(directory.path, 'data/credentials'))).toBe(false);
    expect(`${gateway.out}${gateway.err}`).not.toContain('my-own-secret');
  });
});

describe('how it ends', () => {
  test('the store ends with a gateway that was killed', async () => {
    await using directory = await scratch();
    const gateway = await new Gateway(directory.path).served();
    const { storePid } = gateway;
    expect(isAlive(storePid)).toBe(true);
    process.kill(gateway.process.pid, 'SIGKILL');
    await gateway.code();
    await gone(storePid);
    await using _again = await new Gateway(directory.path).served();
  });

  test('Ctrl-C, which reaches every process of the terminal, lets both finish', async () => {
    await using directory = await scratch();
    const gateway = await new Gateway(directory.path).served();
    const { storePid } = gateway;
    gateway.process.signal('SIGINT');
    expect(await gateway.code()).toBe(0);
    expect(isAlive(storePid)).toBe(false);
    expect(gateway.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  test('SIGHUP: there is no config to read again, and it serves as before', async () => {
    await using directory = await scratch();
    await using gateway = await new Gateway(directory.path).served();
    gateway.process.signal('SIGHUP');
    await gateway.until(
      () => gateway.lines.some(({ msg }) => msg === 'there is no config file, and so nothing to reload'),
      'the answer to the signal',
    );
    const client = await gateway.client();
    await client.send(new PutObjectCommand({ Bucket, Key: 'after', Body: 'v' }));
    client.destroy();
  });

  test('a stop that is told to both, as systemd does, lets both finish', async () => {
    await using directory = await scratch();
    const gateway = await new Gateway(directory.path).served();
    const { storePid } = gateway;
    process.kill(storePid, 'SIGTERM');
    gateway.process.signal('SIGTERM');
    expect(await gateway.code()).toBe(0);
    expect(isAlive(storePid)).toBe(false);
    expect(gateway.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  test('a key pair that cannot be kept stops the start, and nothing is left', async () => {
    await using directory = await scratch();
    {
      await using _first = await new Gateway(directory.path).served();
    }
    const credentials = join(directory.path, 'data/credentials');
    await run('rm', [credentials]);
    await mkdir(`${credentials}.new`);
    const gateway = new Gateway(directory.path);
    expect(await gateway.code()).toBe(1);
    expect(gateway.err).toMatch(/^sosapi-gateway: .*credentials\.new/);
    expect(isAlive(gateway.storePid)).toBe(false);
  });
});

describe('what is refused', () => {
  test.each([
    ['a port that is none', { SOSAPI_PORT: 'abc' }, /SOSAPI_PORT: expected a whole number .* found "abc"/],
    [
      'half a key pair',
      { SOSAPI_ACCESS_KEY_ID: 'KEY' },
      /SOSAPI_ACCESS_KEY_ID is set and SOSAPI_SECRET_ACCESS_KEY is not/,
    ],
  ])('%s: one sentence, exit code 2, nothing made', async (_name, env, sentence) => {
    await using directory = await scratch();
    const { code, out, err } = await ran(['serve'], directory.path, { ...FREE_PORTS, ...env });
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/^sosapi-gateway: [^\n]*\n$/);
    expect(err).toMatch(sentence);
    expect(await readdir(directory.path)).toEqual([]);
  });

  test('credentials that others may read: exit code 2', async () => {
    await using directory = await scratch();
    await mkdir(join(directory.path, 'data'));
    await writeFile(join(directory.path, 'data/credentials'), '[default]\n', { mode: 0o644 });
    const { code, err } = await ran(['serve'], directory.path, FREE_PORTS);
    expect(code).toBe(2);
    expect(err).toMatch(/^sosapi-gateway: .*chmod 600 it\.\n$/);
  });

  test('a second gateway on the same directory, and a check of it: one sentence that says who has it', async () => {
    await using directory = await scratch();
    await using gateway = await new Gateway(directory.path).served();
    const second = await ran(['serve'], directory.path, FREE_PORTS);
    expect([second.code, second.out]).toEqual([1, '']);
    expect(second.err).toMatch(
      new RegExp(`^sosapi-gateway: [^\\n]*is in use by the process ${gateway.storePid}: [^\\n]*\\n$`),
    );
    const check = await ran(['check'], directory.path);
    expect(check.code).toBe(1);
    expect(check.out).toMatch(new RegExp(`embedded +no .*is in use by the process ${gateway.storePid}`));
    // The first one was not disturbed.
    const client = await gateway.client();
    await client.send(new PutObjectCommand({ Bucket, Key: 'still', Body: 'here' }));
    client.destroy();
  });
});

describe('check without a config', () => {
  test('starts the store, tries it, and stops it', async () => {
    await using directory = await scratch();
    {
      await using _gateway = await new Gateway(directory.path).served();
    }
    const { code, out } = await ran(['check'], directory.path);
    expect(code, out).toBe(0);
    // A busy machine may take a second to hear an answer.
    expect(out).toMatch(/embedded +yes +[-+]?[0-2] s +1 +-/);
    expect(out).toMatch(/veeam-backup +embedded +enabled +enabled +\d.*embedded\n/);
    expect((await readdir(join(directory.path, 'data'))).includes('store.sock')).toBe(false);
    const { out: json } = await ran(['check', '--json'], directory.path);
    expect(JSON.parse(json)).toMatchObject({
      backends: [{ name: 'embedded', reachable: true, buckets: [{ name: Bucket }] }],
      certificates: [],
    });
  });

  test('where nothing was ever started it says so, and makes nothing', async () => {
    await using directory = await scratch();
    const { code, err } = await ran(['check'], directory.path);
    expect(code).toBe(2);
    expect(err).toMatch(
      /^sosapi-gateway: no config file is named and there is no data directory .*serve first\.\n$/,
    );
    expect(await readdir(directory.path)).toEqual([]);
  });
});

test('the file of the key pair is what AWS_SHARED_CREDENTIALS_FILE takes', async () => {
  await using directory = await scratch();
  await using _gateway = await new Gateway(directory.path).served();
  const text = await readFile(join(directory.path, 'data/credentials'), 'utf8');
  expect(text).toMatch(
    /^\[default\]\naws_access_key_id = [A-Z2-7]{20}\naws_secret_access_key = [\w-]{40}\n$/,
  );
});

test('a signal while it starts stops it in good order, and leaves no process', async () => {
  await using directory = await scratch();
  const gateway = new Gateway(directory.path);
  await gateway.until(
    () => gateway.lines.some(({ msg }) => msg === 'the store serves'),
    'the store to serve',
  );
  gateway.process.signal('SIGTERM');
  expect(await gateway.code()).toBe(0);
  expect(isAlive(gateway.storePid)).toBe(false);
});
