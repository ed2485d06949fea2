// What one worker gets of limits that are for the whole gateway.
import { expect, test } from 'vitest';
import { parseConfig } from '../../../src/config/load.ts';
import { workerShare } from '../../../src/serve/worker-share.ts';

const configOf = (text: string) =>
  parseConfig(
    `${text}
backends:
  - { name: far, kind: minio, endpoints: [http://m:9000], accessKeyId: STORE, secretAccessKey: store-secret, maxConnections: 513, maxInFlightPerCredential: 100 }
  - { name: near, kind: embedded, dataDirectory: /srv/near, maxConnections: 100 }
buckets: [{ match: "*", backend: far }]
credentials: [{ accessKeyId: KEY, secretAccessKey: secret-1, access: read-only }]`,
    { file: '/f', env: {} },
  ).config;

test('connections of clients and to stores are divided, rounded up', () => {
  const { limits, backends } = workerShare(configOf('limits: { connections: 1001 }'), 3);
  expect(limits.connections).toBe(334);
  expect(backends).toMatchObject([
    { maxConnectionsPerEndpoint: 171, maxInFlightPerCredential: 34 },
    { maxConnections: 34 },
  ]);
});

test.each([
  ['a large one is divided', 1024, 2, 512],
  ['rounded up', 1025, 2, 513],
  ['not below what one client may need at once', 20, 4, 16],
  ['a small one stays as it is', 3, 2, 3],
  ['none stays none', 0, 2, 0],
])('incomplete heads of an address: %s', (_what, whole, workers, share) => {
  const config = configOf(`limits: { perAddress: { incompleteHeads: ${whole} } }`);
  expect(workerShare(config, workers).limits.perAddress.incompleteHeads).toBe(share);
});

test('wrong signatures are counted over all workers, so that limit is not divided', () => {
  const config = configOf('');
  expect(workerShare(config, 4).limits.perAddress).toEqual({
    ...config.limits.perAddress,
    incompleteHeads: 256,
  });
});

test('the key that asks for capacity stays with the primary', () => {
  const config = configOf('');
  expect(config.backends[0]).toHaveProperty(['capacity', 0, 'admin']);
  expect(workerShare(config, 2).backends[0]).not.toHaveProperty('capacity');
});

test('so does where warnings are sent, and with which token', () => {
  const config = configOf('capacity: { webhook: { url: https://hooks.example.com/x, token: hook-token } }');
  expect(config.capacity).toHaveProperty('webhook.token');
  expect(workerShare(config, 2).capacity).not.toHaveProperty('webhook');
});

test('all else is as it was', () => {
  const config = configOf('hostNames: [s3.example.com]');
  const { backends: _b, limits: _l, ...rest } = workerShare(config, 2);
  const { backends: _backends, limits: _limits, ...whole } = config;
  expect(rest).toEqual(whole);
});

test('lines of refusals are divided, rounded up', () => {
  const { audit } = workerShare(configOf('audit: { stream: stderr, refusalsPerMinute: 5 }'), 2);
  expect(audit).toEqual({ to: { kind: 'stream', name: 'stderr' }, refusalsPerMinute: 3 });
});
