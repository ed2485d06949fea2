// What runs without a config file, as far as nothing is started.
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UsageError } from '../../../src/cli/arguments.ts';
import { writeCredentials } from '../../../src/cli/credentials-file.ts';
import { readDefaultSetup } from '../../../src/cli/default-setup.ts';
import { Secret } from '../../../src/secret.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'default-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const PAIR = { SOSAPI_ACCESS_KEY_ID: 'FROMENV', SOSAPI_SECRET_ACCESS_KEY: 'secret-from-env' };
const LOG = { level: 'info', access: true } as const;

function setup(env: NodeJS.ProcessEnv = {}) {
  return readDefaultSetup({
    env: { SOSAPI_DATA_DIR: directory, ...env },
    randomBytes: (count) => Buffer.alloc(count),
    log: LOG,
  });
}

async function sentenceOf(env: NodeJS.ProcessEnv): Promise<string> {
  const error = await setup(env).catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(UsageError);
  const { message } = error as UsageError;
  expect(message).not.toContain('\n');
  return message;
}

describe('the config', () => {
  test('is an embedded store with one bucket, one client and listeners on loopback', async () => {
    const { config } = await setup();
    expect(config).toMatchObject({
      region: 'us-east-1',
      listeners: { s3: [{ host: '127.0.0.1', port: 8080 }], admin: { host: '127.0.0.1', port: 8081 } },
      buckets: [{ match: '*', backend: 'embedded', sosapi: true }],
      log: LOG,
    });
    expect(config.backends).toEqual([
      {
        name: 'embedded',
        kind: 'embedded',
        dataDirectory: directory,
        reserveBytes: 2n ** 30n,
        createBuckets: ['veeam-backup'],
        maxConnections: 512,
      },
    ]);
    expect(config.credentials).toEqual([
      {
        accessKeyId: 'A'.repeat(20),
        secretAccessKey: expect.any(Secret),
        buckets: ['*'],
        access: 'read-write',
        bypassGovernance: false,
        explain: false,
        unsignedHeaders: [],
      },
    ]);
  });

  test('keeps the state beside the data, or where systemd says', async () => {
    expect((await setup()).config.stateDirectory).toEqual({ path: resolve('state'), isDefault: true });
    expect((await setup({ STATE_DIRECTORY: '/var/lib/gw' })).config.stateDirectory.path).toBe('/var/lib/gw');
  });

  test('takes its ports and its directory from the environment', async () => {
    const { config, dataDirectory } = await setup({
      SOSAPI_PORT: '9000',
      SOSAPI_ADMIN_PORT: '0',
      SOSAPI_DATA_DIR: 'some/where',
    });
    expect(config.listeners.s3[0]?.port).toBe(9000);
    expect(config.listeners.admin.port).toBe(0);
    expect(dataDirectory).toBe(join(process.cwd(), 'some/where'));
    expect(config.backends[0]).toMatchObject({ dataDirectory });
  });

  test('./data, and empty variables are as good as none', async () => {
    const empty = {
      SOSAPI_DATA_DIR: '',
      SOSAPI_PORT: '',
      SOSAPI_ACCESS_KEY_ID: '',
      SOSAPI_SECRET_ACCESS_KEY: '',
    };
    const { config, dataDirectory, origin } = await setup(empty);
    expect(dataDirectory).toBe(join(process.cwd(), 'data'));
    expect(config.listeners.s3[0]?.port).toBe(8080);
    expect(origin.kind).toBe('file');
  });
});

describe('the key pair', () => {
  test('is made where there is none, and written when it is to be kept, not before', async () => {
    const { keyPair, origin, keepKeyPair } = await setup();
    expect(origin).toEqual({ kind: 'file', path: join(directory, 'credentials'), isNew: true });
    expect(await readdir(directory)).toEqual([]);
    await keepKeyPair();
    const again = await setup();
    expect(again.origin).toMatchObject({ isNew: false });
    expect(again.keyPair.accessKeyId).toBe(keyPair.accessKeyId);
    expect(again.keyPair.secretAccessKey.equals(keyPair.secretAccessKey)).toBe(true);
    await again.keepKeyPair();
    expect(again.config.credentials[0]?.secretAccessKey.equals(keyPair.secretAccessKey)).toBe(true);
  });

  test('of the environment wins, and the file is neither read nor written', async () => {
    await writeCredentials(join(directory, 'credentials'), {
      accessKeyId: 'FROMFILE',
      secretAccessKey: new Secret('secret-from-file'),
    });
    const { config, origin, keepKeyPair } = await setup(PAIR);
    expect(origin).toEqual({ kind: 'environment' });
    expect(config.credentials[0]?.accessKeyId).toBe('FROMENV');
    expect(config.credentials[0]?.secretAccessKey.reveal()).toBe('secret-from-env');
    await keepKeyPair();
    expect((await setup()).keyPair.accessKeyId).toBe('FROMFILE');
  });

  test.each(Object.keys(PAIR))('%s alone is refused: both or neither', async (alone) => {
    const missing = Object.keys(PAIR).find((name) => name !== alone);
    expect(await sentenceOf({ ...PAIR, [missing ?? '']: undefined })).toBe(
      `${alone} is set and ${missing} is not: set both, or neither to have a key pair made.`,
    );
  });
});

describe('what is wrong is told by its variable', () => {
  test.each([
    ['SOSAPI_PORT', 'abc', 'SOSAPI_PORT: expected a whole number from 0 to 65535, found "abc".'],
    ['SOSAPI_PORT', '65536', 'SOSAPI_PORT: expected a whole number from 0 to 65535, found 65536.'],
    ['SOSAPI_PORT', '-1', 'SOSAPI_PORT: expected a whole number from 0 to 65535, found "-1".'],
    ['SOSAPI_ADMIN_PORT', '8e1', 'SOSAPI_ADMIN_PORT: expected a whole number from 0 to 65535, found "8e1".'],
    [
      'SOSAPI_ADMIN_PORT',
      '8080',
      'SOSAPI_ADMIN_PORT: expected an address of its own, found 127.0.0.1:8080 again.',
    ],
  ])('%s=%s', async (name, value, sentence) => {
    expect(await sentenceOf({ [name]: value })).toBe(sentence);
  });

  test('a secret that is too short is named and not shown', async () => {
    expect(await sentenceOf({ ...PAIR, SOSAPI_SECRET_ACCESS_KEY: 'short' })).toBe(
      'SOSAPI_SECRET_ACCESS_KEY: expected a secret of at least 8 characters in the environment variable SOSAPI_SECRET_ACCESS_KEY, found a shorter one.',
    );
  });

  test('an access key id that is none is named and not shown', async () => {
    const sentence = await sentenceOf({ ...PAIR, SOSAPI_ACCESS_KEY_ID: 'a/secret/perhaps' });
    expect(sentence).toMatch(/^SOSAPI_ACCESS_KEY_ID: expected an access key id /);
    expect(sentence).not.toContain('perhaps');
  });

  test('a secret in the file that is too short', async () => {
    const path = join(directory, 'credentials');
    await writeCredentials(path, { accessKeyId: 'KEY', secretAccessKey: new Secret('short') });
    expect(await sentenceOf({})).toBe(
      `${path}: expected a secret of at least 8 characters in ${path}, found a shorter one.`,
    );
  });

  test('several at once', async () => {
    expect(await sentenceOf({ SOSAPI_PORT: 'a', SOSAPI_ADMIN_PORT: 'b' })).toMatch(
      /^SOSAPI_PORT: .*; SOSAPI_ADMIN_PORT: .*\.$/,
    );
  });
});
