// Changing a default breaks one of these on purpose.
import { describe, expect, test } from 'vitest';
import { CREDENTIALS, configOf, embeddedOf, MINIMAL, remoteOf, withBackend } from './fixture.ts';

const config = configOf(MINIMAL);
const PACE = { refreshMs: 30_000, maxAgeMs: 900_000, timeoutMs: 10_000 };

describe('defaults', () => {
  test('top level', () => {
    expect(config.region).toBe('us-east-1');
    expect(config.acceptedRegions).toEqual([]);
    expect(config.hostNames).toEqual([]);
    expect(config.workers).toBe('auto');
  });

  test('listeners', () => {
    expect(config.listeners).toEqual({
      s3: [{ host: '127.0.0.1', port: 8080 }],
      admin: { host: '127.0.0.1', port: 8081 },
    });
  });

  test('backends: kind s3 knows no capacity', () => {
    const backend = remoteOf(config);
    expect(backend).toEqual({
      name: 'ceph',
      kind: 's3',
      endpoints: [{ protocol: 'http', host: '127.0.0.1', port: 7480, authority: '127.0.0.1:7480' }],
      region: 'us-east-1',
      accessKeyId: 'STOREKEY',
      secretAccessKey: expect.anything(),
      addressing: 'path',
      maxConnectionsPerEndpoint: 512,
      balancing: 'least-pending',
      health: { probes: true, everyMs: 5000, timeoutMs: 2000, slowStartMs: 30_000 },
      resolveEveryMs: 30_000,
      awsChunked: 'auto',
      verifyPayload: 'store',
      reserveBytes: 0n,
      capacityPace: PACE,
    });
    expect(backend.secretAccessKey.reveal()).toBe('storesecret');
  });

  test('backends: the region is that of the gateway', () => {
    expect(remoteOf(configOf(`region: eu-west-3\n${MINIMAL}`)).region).toBe('eu-west-3');
  });

  test('backends: kind minio is asked itself, with the credentials of the backend', () => {
    const text = withBackend(
      '{ name: m, kind: minio, endpoints: [http://m:9000], accessKeyId: KEY, secretAccessKey: minio123 }',
    );
    const backend = remoteOf(configOf(text));
    expect(backend.capacity).toEqual([
      {
        source: 'minio',
        admin: { accessKeyId: 'KEY', secretAccessKey: backend.secretAccessKey },
        scannerLagMs: 3_600_000,
      },
    ]);
    expect(backend.capacityPace).toEqual(PACE);
  });

  test('backends: capacity of kind ceph-rgw', () => {
    const text = withBackend(
      '{ name: c, kind: ceph-rgw, endpoints: [http://c], accessKeyId: KEY, secretAccessKey: secret, capacity: { source: ceph-rgw, metrics: "http://c:9283/metrics" } }',
    );
    const backend = remoteOf(configOf(text));
    expect(backend.capacity).toEqual([
      {
        source: 'ceph-rgw',
        metricsUrls: ['http://c:9283/metrics'],
        admin: { accessKeyId: 'KEY', secretAccessKey: backend.secretAccessKey },
      },
    ]);
    expect(backend.capacityPace).toEqual(PACE);
  });

  test('backends: static capacity is unused', () => {
    const text = withBackend(
      '{ name: c, kind: s3, endpoints: [http://c], accessKeyId: KEY, secretAccessKey: secret, capacity: { source: static, capacity: 1TiB } }',
    );
    expect(remoteOf(configOf(text)).capacity).toEqual([
      { source: 'static', capacityBytes: 2n ** 40n, usedBytes: 0n },
    ]);
  });

  test('backends: an embedded store needs its directory and nothing else', () => {
    const backend = embeddedOf(configOf(withBackend('{ name: local, kind: embedded, dataDirectory: data }')));
    expect(backend).toEqual({
      name: 'local',
      kind: 'embedded',
      dataDirectory: '/etc/gateway/data',
      reserveBytes: 2n ** 30n,
      createBuckets: [],
      maxConnections: 512,
    });
  });

  test('buckets: all of them go to the only backend', () => {
    expect(config.buckets).toEqual([{ match: '*', backend: 'ceph', sosapi: true, pool: false }]);
  });

  test('credentials', () => {
    expect(config.credentials).toEqual([
      {
        accessKeyId: 'VEEAMKEY',
        secretAccessKey: expect.anything(),
        buckets: ['*'],
        access: 'read-write',
        bypassGovernance: false,
        explain: false,
        unsignedHeaders: [],
      },
    ]);
  });

  test('sosapi: no recommendations', () => {
    expect(config.sosapi).toEqual({ modelName: 'sosapi-gateway' });
  });

  test('limits', () => {
    expect(config.limits).toEqual({
      headBytes: 32_768,
      headers: 200,
      connections: 4096,
      deleteObjectsBodyBytes: 2_097_152,
      clockSkewMs: 900_000,
      // A proxy on the same machine shows its own address for all clients.
      perAddress: {
        incompleteHeads: 1024,
        failedSignatures: 200,
        windowMs: 10_000,
        exempt: ['127.0.0.0/8', '::1'],
      },
    });
  });

  test('timeouts', () => {
    expect(config.timeouts).toEqual({
      headMs: 30_000,
      idleMs: 60_000,
      bodyIdleMs: 60_000,
      connectMs: 5000,
      storeAnswerMs: 300_000,
      backendIdleMs: 15_000,
      leaveMs: 0,
      drainMs: 30_000,
    });
  });

  test('log', () => {
    expect(config.log).toEqual({ level: 'info', access: true });
  });

  test('a section whose keys are all commented out is all defaults', () => {
    expect(configOf(`limits:\n  # headers: 5\nlisteners:\n${MINIMAL}`)).toEqual(config);
  });

  test('credentials must be there even so', () => {
    expect(() => configOf(MINIMAL.replace(CREDENTIALS, 'credentials:'))).toThrow(
      'expected a list of at least one',
    );
  });
});
