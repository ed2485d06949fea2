// Every key with a value other than its default, and what becomes of it.
import { describe, expect, test } from 'vitest';
import type { GatewayConfig } from '../../../src/config/gateway-config.ts';
import { Secret } from '../../../src/secret.ts';
import { configOf, embeddedOf, MINIMAL, pem, remoteOf, withBackend } from './fixture.ts';

function section<Key extends keyof GatewayConfig>(key: Key, text: string): GatewayConfig[Key] {
  return configOf(`${text}\n${MINIMAL}`)[key];
}

describe('full mapping', () => {
  test('top level', () => {
    const config = configOf(
      `region: eu-west-3\nacceptedRegions: [us-east-1, eu-west-3]\nhostNames: [S3.Example.com]\n${MINIMAL}`,
    );
    expect(config.region).toBe('eu-west-3');
    expect(config.acceptedRegions).toEqual(['us-east-1']);
    expect(config.hostNames).toEqual(['s3.example.com']);
  });

  test('listeners', () => {
    const text = `listeners:
  s3:
    - { host: 0.0.0.0, port: 8443, tls: { cert: tls.crt, key: /keys/tls.key, minVersion: TLSv1.3 } }
    - { host: "::", port: 0 }
  admin: { host: localhost, port: 0 }
${MINIMAL}`;
    const disk = { '/etc/gateway/tls.crt': pem('gateway.crt'), '/keys/tls.key': pem('gateway.key') };
    const { s3, admin } = configOf(text, { disk }).listeners;
    expect(s3).toEqual([
      {
        host: '0.0.0.0',
        port: 8443,
        tls: {
          cert: pem('gateway.crt'),
          certFile: '/etc/gateway/tls.crt',
          key: expect.any(Secret),
          names: ['s3.example.com', '*.s3.example.com'],
          minVersion: 'TLSv1.3',
          certificates: [],
        },
      },
      { host: '::', port: 0 },
    ]);
    expect(s3[0]?.tls?.key.reveal()).toBe(pem('gateway.key'));
    expect(admin).toEqual({ host: 'localhost', port: 0 });
  });

  test('backends', () => {
    const text = withBackend(`name: ceph
    kind: ceph-rgw
    endpoints: [https://rgw1.example.com, https://rgw2.example.com:8443]
    region: default
    accessKeyId: KEY
    secretAccessKey: { file: store.secret }
    addressing: virtual-hosted
    tls: { ca: ca.pem }
    maxConnections: 64
    maxInFlightPerCredential: 16
    balancing: entity
    health: { probes: false, path: /alive, interval: 10s, timeout: 500ms, slowStart: 1m }
    resolve: 5s
    awsChunked: decode
    verifyPayload: gateway
    reserve: 2TiB
    capacity:
      source: ceph-rgw
      metrics: [http://mgr:9283/metrics, http://standby:9283/metrics]
      pool: default.rgw.buckets.data
      admin: { accessKeyId: ADMIN, secretAccessKey: { env: ADMIN_SECRET } }
      refresh: 1m
      maxAge: 1h
      timeout: 250ms`);
    const disk = { '/etc/gateway/store.secret': 'from a file\n', '/etc/gateway/ca.pem': pem('gateway.crt') };
    const backend = remoteOf(configOf(text, { disk, env: { ADMIN_SECRET: 'from env' } }));
    expect(backend).toEqual({
      name: 'ceph',
      kind: 'ceph-rgw',
      endpoints: [
        { protocol: 'https', host: 'rgw1.example.com', port: 443, authority: 'rgw1.example.com' },
        { protocol: 'https', host: 'rgw2.example.com', port: 8443, authority: 'rgw2.example.com:8443' },
      ],
      region: 'default',
      accessKeyId: 'KEY',
      secretAccessKey: expect.any(Secret),
      addressing: 'virtual-hosted',
      tls: { ca: pem('gateway.crt') },
      maxConnectionsPerEndpoint: 64,
      maxInFlightPerCredential: 16,
      balancing: 'entity',
      health: { probes: false, path: '/alive', everyMs: 10_000, timeoutMs: 500, slowStartMs: 60_000 },
      resolveEveryMs: 5_000,
      awsChunked: 'decode',
      verifyPayload: 'gateway',
      reserveBytes: 2n * 2n ** 40n,
      capacity: [
        {
          source: 'ceph-rgw',
          metricsUrls: ['http://mgr:9283/metrics', 'http://standby:9283/metrics'],
          pool: 'default.rgw.buckets.data',
          admin: { accessKeyId: 'ADMIN', secretAccessKey: expect.any(Secret) },
        },
      ],
      capacityPace: { refreshMs: 60_000, maxAgeMs: 3_600_000, timeoutMs: 250 },
    });
    expect(backend.secretAccessKey.reveal()).toBe('from a file');
    const capacity = backend.capacity?.[0];
    expect(capacity?.source === 'ceph-rgw' && capacity.admin.secretAccessKey.reveal()).toBe('from env');
  });

  test('backends: an embedded store', () => {
    const text = withBackend(`name: local
    kind: embedded
    dataDirectory: /srv/backups
    reserve: 50GB
    createBuckets: [veeam-1, veeam.2]
    maxConnections: 64`);
    expect(embeddedOf(configOf(text))).toEqual({
      name: 'local',
      kind: 'embedded',
      dataDirectory: '/srv/backups',
      reserveBytes: 50_000_000_000n,
      createBuckets: ['veeam-1', 'veeam.2'],
      maxConnections: 64,
    });
  });

  test('backends: an embedded store that leaves no reserve', () => {
    const text = withBackend('{ name: local, kind: embedded, dataDirectory: ../data/, reserve: 0B }');
    expect(embeddedOf(configOf(text))).toMatchObject({ dataDirectory: '/etc/data', reserveBytes: 0n });
  });

  test('buckets', () => {
    expect(
      section('buckets', 'buckets: [{ match: "veeam-?", backend: ceph, sosapi: false, quota: 5TiB }]'),
    ).toEqual([
      { match: 'veeam-?', backend: 'ceph', sosapi: false, quotaBytes: 5n * 2n ** 40n, pool: false },
    ]);
  });

  test('credentials', () => {
    const text = MINIMAL.replace(
      'access: read-write',
      'access: read-only, buckets: ["veeam-*", archive], bypassGovernance: true, explain: true, unsignedHeaders: [X-Amz-Acl, x-amz-storage-class]',
    );
    expect(configOf(text).credentials).toEqual([
      {
        accessKeyId: 'VEEAMKEY',
        secretAccessKey: expect.any(Secret),
        buckets: ['veeam-*', 'archive'],
        access: 'read-only',
        bypassGovernance: true,
        explain: true,
        unsignedHeaders: ['x-amz-acl', 'x-amz-storage-class'],
      },
    ]);
  });

  test('workers', () => {
    expect(section('workers', 'workers: 3')).toBe(3);
    expect(section('workers', 'workers: auto')).toBe('auto');
  });

  test('sosapi', () => {
    expect(
      section('sosapi', 'sosapi: { modelName: Our Store, recommendations: { kbBlockSize: 4096 } }'),
    ).toEqual({
      modelName: 'Our Store',
      recommendations: { kbBlockSize: 4096 },
    });
  });

  test('limits', () => {
    const text =
      'limits: { headBytes: 64KiB, headers: 100, connections: 10, deleteObjectsBody: 1MiB, clockSkew: 5m, perAddress: { incompleteHeads: 5, failedSignatures: 0, window: 1m, exempt: [10.0.0.0/8, "2001:db8::/32", "::1"] } }';
    expect(section('limits', text)).toEqual({
      headBytes: 65_536,
      headers: 100,
      connections: 10,
      deleteObjectsBodyBytes: 1_048_576,
      clockSkewMs: 300_000,
      perAddress: {
        incompleteHeads: 5,
        failedSignatures: 0,
        windowMs: 60_000,
        exempt: ['10.0.0.0/8', '2001:db8::/32', '::1'],
      },
    });
  });

  test('timeouts', () => {
    const text =
      'timeouts: { head: 1s, idle: 2s, bodyIdle: 3s, connect: 4s, storeAnswer: 6s, backendIdle: 7s, leave: 9s, drain: 8s }';
    expect(section('timeouts', text)).toEqual({
      headMs: 1000,
      idleMs: 2000,
      bodyIdleMs: 3000,
      connectMs: 4000,
      storeAnswerMs: 6000,
      backendIdleMs: 7000,
      leaveMs: 9000,
      drainMs: 8000,
    });
  });

  test('log', () => {
    expect(section('log', 'log: { level: silent, access: false }')).toEqual({
      level: 'silent',
      access: false,
    });
  });
});
