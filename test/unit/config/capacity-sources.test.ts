// Where a store's capacity comes from: one source as ever, or a list in order, and what is refused.
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { Secret } from '../../../src/secret.ts';
import { configOf, load, problemsOf, remoteOf, withBackend } from './fixture.ts';

const store = (capacity: string, kind = 's3') =>
  withBackend(
    `{ name: a, kind: ${kind}, endpoints: [http://h], accessKeyId: KEY, secretAccessKey: storesecret, ${capacity} }`,
  );
const sourcesOf = (capacity: string, kind?: string) => remoteOf(configOf(store(capacity, kind))).capacity;
const complaints = (capacity: string, kind?: string) =>
  problemsOf(store(capacity, kind)).map(({ path, message }) => ({ path, message }));

describe('one source', () => {
  test.each<[name: string, written: string, read: object]>([
    ['sosapi', '{ source: sosapi, lag: 2m }', { source: 'sosapi', lagMs: 120_000 }],
    ['sosapi by default', '{ source: sosapi }', { source: 'sosapi', lagMs: 3_600_000 }],
    [
      'prometheus with a token',
      '{ source: prometheus, url: "https://p/base", total: sum(a), free: sum(b), used: "c{bucket=\\"$bucket\\"}", token: t, lag: 1s }',
      {
        source: 'prometheus',
        url: 'https://p/base',
        total: 'sum(a)',
        free: 'sum(b)',
        used: 'c{bucket="$bucket"}',
        token: expect.any(Secret),
        lagMs: 1000,
      },
    ],
    [
      'prometheus with a password',
      '{ source: prometheus, url: "http://p:9090", total: a, free: b, used: c, user: u, password: p }',
      {
        source: 'prometheus',
        url: 'http://p:9090',
        total: 'a',
        free: 'b',
        used: 'c',
        user: 'u',
        password: expect.any(Secret),
        lagMs: 300_000,
      },
    ],
    [
      'seaweedfs',
      '{ source: seaweedfs, masters: [http://a:9333, http://b:9333], metrics: http://c:9327/metrics, volumeSize: 30GB }',
      {
        source: 'seaweedfs',
        masters: ['http://a:9333', 'http://b:9333'],
        metricsUrl: 'http://c:9327/metrics',
        volumeSizeBytes: 30_000_000_000n,
      },
    ],
    [
      'seaweedfs by default',
      '{ source: seaweedfs, masters: http://a:9333 }',
      { source: 'seaweedfs', masters: ['http://a:9333'] },
    ],
    [
      'garage',
      '{ source: garage, adminUrl: http://g:3903, token: t, countUploads: false }',
      { source: 'garage', adminUrl: 'http://g:3903', token: expect.any(Secret), countUploads: false },
    ],
    [
      'garage by default',
      '{ source: garage, adminUrl: http://g:3903, token: t }',
      { source: 'garage', adminUrl: 'http://g:3903', token: expect.any(Secret), countUploads: true },
    ],
    [
      'fixed numbers, beyond what a double holds',
      '{ source: static, capacity: 9007199254740993B, used: 1.5KiB }',
      { source: 'static', capacityBytes: 9007199254740993n, usedBytes: 1536n },
    ],
  ])('%s', (_name, written, read) => {
    expect(sourcesOf(`capacity: ${written}`)).toEqual([read]);
  });

  test('MinIO', () => {
    const backend = remoteOf(
      configOf(
        store(
          'capacity: { source: minio, admin: { accessKeyId: ADMIN, secretAccessKey: adminsecret }, scannerLag: 5m, refresh: 1s, maxAge: 2s, timeout: 3s }',
          'minio',
        ),
      ),
    );
    expect(backend.capacity).toEqual([
      {
        source: 'minio',
        admin: { accessKeyId: 'ADMIN', secretAccessKey: expect.any(Secret) },
        scannerLagMs: 300_000,
      },
    ]);
    expect(backend.capacityPace).toEqual({ refreshMs: 1000, maxAgeMs: 2000, timeoutMs: 3000 });
  });
});

describe('a list', () => {
  test('each source as it stands, the pace of the first', () => {
    const backend = remoteOf(
      configOf(
        store(
          `capacity: [
      { source: filesystem, path: ../mnt/store, refresh: 1m, maxAge: 1h, timeout: 2s },
      { source: s3-walk, requestsPerSecond: 1000, every: 1d, countNoncurrent: false, countUploads: false } ]`,
        ),
      ),
    );
    expect(backend.capacity).toEqual([
      { source: 'filesystem', path: '/etc/mnt/store' },
      {
        source: 's3-walk',
        requestsPerSecond: 1000,
        everyMs: 86_400_000,
        countNoncurrent: false,
        countUploads: false,
      },
    ]);
    expect(backend.capacityPace).toEqual({ refreshMs: 60_000, maxAgeMs: 3_600_000, timeoutMs: 2000 });
  });

  test('a walk by default', () => {
    expect(sourcesOf('capacity: [{ source: static, capacity: 1TiB }, { source: s3-walk }]')?.[1]).toEqual({
      source: 's3-walk',
      requestsPerSecond: 10,
      everyMs: 21_600_000,
      countNoncurrent: true,
      countUploads: true,
    });
  });

  test('of one is that one', () => {
    const one = '{ source: static, capacity: 1TiB, refresh: 1m }';
    expect(configOf(store(`capacity: [${one}]`))).toEqual(configOf(store(`capacity: ${one}`)));
  });

  test('a store is asked by its own means among others', () => {
    const list = 'capacity: [{ source: minio }, { source: filesystem, path: /srv }]';
    expect(sourcesOf(list, 'minio')?.map(({ source }) => source)).toEqual(['minio', 'filesystem']);
  });
});

const PROMETHEUS = 'source: prometheus, url: "http://p", total: a, free: b, used: c';

describe('one thing wrong: one problem', () => {
  test.each<[name: string, written: string, path: string, message: string]>([
    [
      'an empty list',
      '[]',
      '',
      'expected a map with the key source, or a list of at least one such, found an empty list',
    ],
    [
      'a word',
      'minio',
      '',
      'expected a map with the key source, or a list of at least one such, found a text',
    ],
    ['a word in a list', '[minio]', '[0]', 'expected a map with the key source, found a text'],
    [
      'a pace on a later source',
      '[{ source: static, capacity: 1TiB }, { source: s3-walk, refresh: 1m }]',
      '[1].refresh',
      'expected refresh on the first of the list, where it is for all, found it here',
    ],
    [
      'a stale pace in a list',
      '[{ source: static, capacity: 1TiB, maxAge: 1s }, { source: s3-walk }]',
      '[0].maxAge',
      'expected no less than refresh, found less',
    ],
    [
      'a source of another kind of store, further down',
      '[{ source: static, capacity: 1TiB }, { source: minio }]',
      '[1].source',
      'expected a source that fits kind s3, found minio, which asks a store of kind minio',
    ],
    [
      'only a file system',
      '{ source: filesystem, path: /srv }',
      '',
      'expected sources that together tell total, free and used, found none for used in filesystem',
    ],
    [
      'only a walk',
      '[{ source: s3-walk }]',
      '',
      'expected sources that together tell total, free and used, found none for total and free in s3-walk',
    ],
    [
      'Prometheus without an expression',
      '{ source: prometheus, url: "http://p" }',
      '',
      'expected sources that together tell total, free and used, found none for total and free and used in prometheus',
    ],
    [
      'Prometheus with a part beside another with the same part',
      '[{ source: prometheus, url: "http://p", used: u }, { source: s3-walk }]',
      '',
      'expected sources that together tell total, free and used, found none for total and free in prometheus, s3-walk',
    ],
    [
      'an expression of spaces',
      '{ source: prometheus, url: "http://p", total: a, free: b, used: "  " }',
      '.used',
      'expected an expression in PromQL of up to 4000 characters, found "  "',
    ],
    [
      'a user without password',
      `{ ${PROMETHEUS}, user: u }`,
      '.password',
      'expected user and password together, found one of them',
    ],
    [
      'a password without user',
      `{ ${PROMETHEUS}, password: p }`,
      '.user',
      'expected user and password together, found one of them',
    ],
    [
      'a token and a user',
      `{ ${PROMETHEUS}, token: t, user: u, password: p }`,
      '.token',
      'expected either token or user and password, found both',
    ],
    [
      'a URL with credentials',
      '{ source: prometheus, url: "http://u:p@h", total: a, free: b, used: c }',
      '.url',
      'expected an http or https URL without query and credentials, such as http://127.0.0.1:9090, found a URL with credentials',
    ],
    [
      'a host that is none',
      '{ source: garage, adminUrl: "http://h:99999", token: t }',
      '.adminUrl',
      'expected an http or https URL without query and credentials, such as http://127.0.0.1:3903, found "http://h:99999"',
    ],
    [
      'no master',
      '{ source: seaweedfs }',
      '.masters',
      'expected an http or https URL without credentials, such as http://127.0.0.1:9333, or a list of such, found nothing',
    ],
    [
      'a walk that never asks',
      '[{ source: static, capacity: 1TiB }, { source: s3-walk, requestsPerSecond: 0 }]',
      '[1].requestsPerSecond',
      'expected a whole number from 1 to 1000, found 0',
    ],
    [
      'a walk in a hurry',
      '[{ source: static, capacity: 1TiB }, { source: s3-walk, requestsPerSecond: 1001 }]',
      '[1].requestsPerSecond',
      'expected a whole number from 1 to 1000, found 1001',
    ],
    [
      'a key of another source',
      '{ source: sosapi, scannerLag: 1h }',
      '.scannerLag',
      'scannerLag does not belong to source sosapi',
    ],
  ])('%s', (_name, written, path, message) => {
    expect(complaints(`capacity: ${written}`)).toEqual([{ path: `backends[0].capacity${path}`, message }]);
  });

  test('Ceph fits no MinIO and may be told by another source', () => {
    expect(complaints('capacity: { source: ceph-rgw, metrics: "http://h/m" }', 'minio')).toEqual([
      {
        path: 'backends[0].capacity.source',
        message:
          'expected a source that fits kind minio, found ceph-rgw, which asks a store of kind ceph-rgw',
      },
    ]);
    expect(sourcesOf(`capacity: { ${PROMETHEUS} }`, 'ceph-rgw')).toHaveLength(1);
  });

  test('an embedded store knows its own capacity', () => {
    const text = withBackend(
      '{ name: e, kind: embedded, dataDirectory: data, capacity: [{ source: s3-walk }] }',
    );
    expect(problemsOf(text)).toMatchObject([{ message: 'capacity does not belong to kind embedded' }]);
  });
});

test('no print of the config shows a secret of a source', () => {
  const text = store(
    'capacity: [{ source: garage, adminUrl: http://g, token: hush-1 }, { source: prometheus, url: "http://p", used: u, user: u, password: hush-2 }]',
  );
  const { config } = load(text);
  for (const shown of [inspect(config, { depth: 20 }), JSON.stringify(config, bigintAsText)]) {
    expect(shown).not.toContain('hush');
  }
  expect(inspect(config, { depth: 20 })).toContain('garage');
});

function bigintAsText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
