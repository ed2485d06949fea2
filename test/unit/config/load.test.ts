// Whole configs: the smallest that design.md shows, and the example with every key.
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';
import { configOf, load, MINIMAL, remoteOf } from './fixture.ts';

const ENV = { STORE_SECRET: 'storesecret', VEEAM_SECRET: 'veeamsecret' };

const smallest = (backend: string) => `region: us-east-1
listeners:
  s3: [{ host: 127.0.0.1, port: 8080 }]
  admin: { host: 127.0.0.1, port: 8081 }
backends:
  - name: ceph
${backend}
    accessKeyId: STOREKEY
    secretAccessKey: { env: STORE_SECRET }
buckets:
  - { match: "*", backend: ceph }
credentials:
  - { accessKeyId: VEEAMKEY, secretAccessKey: { env: VEEAM_SECRET }, buckets: ["*"], access: read-write }
`;

test('the smallest config: Ceph with its metrics', () => {
  const text = smallest(`    kind: ceph-rgw
    endpoints: [http://127.0.0.1:7480]
    capacity: { source: ceph-rgw, metrics: http://127.0.0.1:9283/metrics, refresh: 30s, maxAge: 15m }`);
  expect(remoteOf(configOf(text, { env: ENV })).capacity?.[0]?.source).toBe('ceph-rgw');
});

test('the smallest config: kind s3 with fixed numbers', () => {
  const text = smallest(`    kind: s3
    endpoints: [http://127.0.0.1:7480]
    capacity: { source: static, capacity: 10TiB, used: 1TiB }`);
  expect(remoteOf(configOf(text, { env: ENV })).capacity?.[0]?.source).toBe('static');
});

test('the example loads without a warning', () => {
  const file = fileURLToPath(new URL('../../../config/gateway.example.yaml', import.meta.url));
  const { config, warnings } = loadConfig({ file, env: ENV });
  expect(config.backends.map(({ kind }) => kind)).toEqual(['ceph-rgw', 'minio', 's3', 'embedded']);
  expect(warnings).toEqual([]);
});

test('JSON is YAML too', () => {
  const backend = {
    name: 'a',
    kind: 's3',
    endpoints: ['http://h'],
    accessKeyId: 'KEY',
    secretAccessKey: 'secret',
  };
  const credential = { accessKeyId: 'KEY', secretAccessKey: 'veeamsecret', access: 'read-only' };
  const text = JSON.stringify({ backends: [backend], credentials: [credential] }, undefined, 2);
  expect(configOf(text).backends[0]?.name).toBe('a');
});

test('a list that is shared by an anchor', () => {
  const text = MINIMAL.replace(
    /credentials:.*/,
    `credentials:
  - { accessKeyId: ONE, secretAccessKey: veeamsecret, access: read-write, buckets: &mine [a, b] }
  - { accessKeyId: TWO, secretAccessKey: veeamsecret, access: read-only, buckets: *mine }`,
  );
  expect(configOf(text).credentials.map(({ buckets }) => buckets)).toEqual([
    ['a', 'b'],
    ['a', 'b'],
  ]);
});

test('the result is frozen all the way down', () => {
  const unfrozen: unknown[] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if (!Object.isFrozen(value)) unfrozen.push(value);
    Object.values(value).forEach(visit);
  };
  visit(load(MINIMAL));
  expect(unfrozen).toEqual([]);
});
