// The gateway over its embedded store, with the AWS SDK.

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { GetObjectCommand, HeadBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { parseConfig } from '../../../src/config/load.ts';
import { quotasOf } from '../../../src/serve/embedded-stores.ts';
import { serve } from '../../../src/serve/serve.ts';
import { numbersOf } from '../../support/capacity-document.ts';
import { waitFor } from '../../support/wait.ts';
import { embeddedGateway, isAlive, scratch, TestLog } from './embedded-fixture.ts';

const Bucket = 'veeam-1';
const QUOTA = 'buckets: [{ match: "veeam-*", backend: local, quota: 10KiB }, { match: "*", backend: local }]';

test('used moves by exactly what was written', async () => {
  await using directory = await scratch();
  await using at = await embeddedGateway(directory.path);
  const before = await numbersOf(at.client, Bucket);
  expect(before.used).toBe(0);
  const Body = Buffer.alloc(123_457, 'x');
  await at.client.send(new PutObjectCommand({ Bucket, Key: 'a', Body }));
  await at.client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'second' }));
  // The numbers are as old as a second.
  await waitFor(async () => (await numbersOf(at.client, Bucket)).used === 123_463, { what: 'both versions' });
  const after = await numbersOf(at.client, Bucket);
  expect(after.capacity).toBe(before.capacity);
});

test('the quota of the rule is what capacity.xml shows and what the store enforces', async () => {
  await using directory = await scratch();
  await using at = await embeddedGateway(directory.path, QUOTA);
  expect(await numbersOf(at.client, Bucket)).toEqual({ capacity: 10_240, available: 10_240, used: 0 });
  await at.client.send(new PutObjectCommand({ Bucket, Key: 'fits', Body: Buffer.alloc(10_000) }));
  const beyond = at.client.send(new PutObjectCommand({ Bucket, Key: 'does-not', Body: Buffer.alloc(241) }));
  await expect(beyond).rejects.toMatchObject({ name: 'QuotaExceeded', $metadata: { httpStatusCode: 403 } });
  await at.client.send(new PutObjectCommand({ Bucket, Key: 'fits-too', Body: Buffer.alloc(240) }));
});

test('only the rules that lead to the store are handed over, in their order', () => {
  const embedded = (name: string) => `{ name: ${name}, kind: embedded, dataDirectory: /srv/${name} }`;
  const { config } = parseConfig(
    `backends: [${embedded('one')}, ${embedded('two')}]
buckets:
  - { match: "a-*", backend: one, quota: 1KiB }
  - { match: "a*", backend: two, quota: 2KiB }
  - { match: "*", backend: one }
credentials: [{ accessKeyId: KEY, secretAccessKey: secret-1, access: read-only }]`,
    { file: '/f', env: {} },
  );
  const [one] = config.backends;
  if (one?.kind !== 'embedded') throw new Error('not embedded');
  const quotas = quotasOf(config, one);
  expect(quotas.map(({ bytes }) => bytes)).toEqual([1024n, undefined]);
  expect(quotas.map(({ pattern }) => pattern.test('a-1'))).toEqual([true, true]);
  expect(quotas.map(({ pattern }) => pattern.test('ab1'))).toEqual([false, true]);
});

test('while the store is down clients get 503, and what was written is there when it is back', async () => {
  await using directory = await scratch();
  await using at = await embeddedGateway(directory.path);
  await at.client.send(new PutObjectCommand({ Bucket, Key: 'kept', Body: 'all of it' }));
  process.kill(at.log.pids[0] ?? 0, 'SIGKILL');
  await at.log.line(/^the store ended/);
  const head = () => at.client.send(new HeadBucketCommand({ Bucket }));
  await head().catch((error: { readonly $metadata: { readonly httpStatusCode?: number } }) => {
    expect(error.$metadata.httpStatusCode).toBe(503);
  });
  await waitFor(head, { what: 'the store to be back', everyMs: 10 });
  const { Body } = await at.client.send(new GetObjectCommand({ Bucket, Key: 'kept' }));
  expect(await Body?.transformToString()).toBe('all of it');
});

test('where a port is taken nothing is left: no store and no lock on its directory', async () => {
  await using directory = await scratch();
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  const log = new TestLog();
  const { config } = parseConfig(
    `listeners: { s3: [{ host: 127.0.0.1, port: ${port} }], admin: { host: 127.0.0.1, port: 0 } }
backends: [{ name: local, kind: embedded, dataDirectory: ${directory.path} }]
credentials: [{ accessKeyId: KEY, secretAccessKey: secret-1, access: read-only }]`,
    { file: '/f', env: {} },
  );
  await expect(serve(config, log.logger)).rejects.toThrow('another program uses that port');
  expect(log.pids.length).toBe(1);
  expect(log.pids.filter(isAlive)).toEqual([]);
  taken.close();
  await using _again = await embeddedGateway(directory.path);
});

test('one of two stores that is refused ends the other, and nothing listens', async () => {
  await using directory = await scratch();
  await using first = await embeddedGateway(join(directory.path, 'one'));
  const log = new TestLog();
  const { config } = parseConfig(
    `listeners: { s3: [{ host: 127.0.0.1, port: 0 }], admin: { host: 127.0.0.1, port: 0 } }
backends:
  - { name: two, kind: embedded, dataDirectory: ${join(directory.path, 'two')} }
  - { name: one, kind: embedded, dataDirectory: ${join(directory.path, 'one')} }
buckets: [{ match: "*", backend: two }]
credentials: [{ accessKeyId: KEY, secretAccessKey: secret-1, access: read-only }]`,
    { file: '/f', env: {} },
  );
  await expect(serve(config, log.logger)).rejects.toThrow(`in use by the process ${first.log.pids[0]}`);
  expect(log.pids.filter(isAlive)).toEqual([]);
  expect(log.lines.some(({ msg }) => msg === 'listening')).toBe(false);
});
