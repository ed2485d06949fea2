// What differs between two configs, in the words of their files and without a secret.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { differencesOf } from '../../../src/config/difference.ts';
import { type ConfigDescription, describeConfig } from '../../../src/config/difference-description.ts';
import { FIXED_SETTINGS, restartNeeded } from '../../../src/config/difference-restart.ts';
import { parseConfig } from '../../../src/config/load.ts';
import { pem } from './fixture.ts';

const BASE = `
listeners:
  s3:
    - { host: 127.0.0.1, port: 8080, tls: { cert: gateway.crt, key: gateway.key } }
backends:
  - { name: ceph, kind: s3, endpoints: ["http://127.0.0.1:7480"], accessKeyId: STOREKEY, secretAccessKey: store-secret-text }
buckets:
  - { match: "a-*", backend: ceph, quota: 5TiB }
  - { match: "b-*", backend: ceph }
  - { match: "*", backend: ceph }
credentials:
  - { accessKeyId: VEEAMKEY, secretAccessKey: client-secret-text, buckets: ["a-*"], access: read-only }
  - { accessKeyId: OTHERKEY, secretAccessKey: other-secret-text, buckets: ["*"], access: read-write }
capacity:
  webhook: { url: "https://hooks.example.com/sender-secret-text", token: webhook-secret-text }
`;

function described(text: string): ConfigDescription {
  const { tree } = parseConfig(text, {
    file: '/etc/gateway/gateway.yaml',
    env: {},
    readFile: (path) => ({
      text: path.endsWith('.yaml') ? text : pem(path.replace('/etc/gateway/', '')),
      isWorldReadable: false,
    }),
  });
  return describeConfig(tree);
}

function changes(from: string, to: string) {
  const [before, after] = [described(from), described(to)];
  const found = differencesOf(before, after);
  return { found, restart: restartNeeded(found, { before, after }).map(({ path }) => path) };
}

const replaced = (one: string, other: string): string => {
  if (!BASE.includes(one)) throw new Error(`nothing to replace: ${one}`);
  return BASE.replace(one, other);
};

describe('differences', () => {
  test('the same text has none, whatever its order of keys', () => {
    expect(changes(BASE, BASE).found).toEqual([]);
    expect(changes(BASE, `${BASE}\nregion: us-east-1\n`).found).toEqual([]);
  });

  test.each<[name: string, text: string, found: unknown]>([
    [
      'an item of a list is called by its name',
      replaced('access: read-only', 'access: read-write'),
      [{ path: 'credentials[VEEAMKEY].access', before: 'read-only', after: 'read-write' }],
    ],
    [
      'a secret shows that it changed, and nothing else',
      replaced('client-secret-text', 'new-secret-text'),
      [{ path: 'credentials[VEEAMKEY].secretAccessKey', before: '(hidden)', after: '(hidden)' }],
    ],
    [
      'an address that tells who sends is a secret too',
      replaced('sender-secret-text', 'new-secret-text'),
      [{ path: 'capacity.webhook.url', before: '(hidden)', after: '(hidden)' }],
    ],
    [
      'sizes and endpoints are as people write them',
      replaced('quota: 5TiB', 'quota: 6144GiB').replace('127.0.0.1:7480', 's3.example.com:7480'),
      [
        {
          path: 'backends[ceph].endpoints',
          before: 'http://127.0.0.1:7480',
          after: 'http://s3.example.com:7480',
        },
        { path: 'buckets[a-*].quota', before: '5TiB', after: '6TiB' },
      ],
    ],
    [
      'durations are, and a default is what it stands for',
      `${BASE}\ntimeouts: { idle: 90s, storeAnswer: 300s }\n`,
      [{ path: 'timeouts.idle', before: '1m', after: '90s' }],
    ],
    [
      'the order counts where the first rule that matches does',
      replaced('match: "a-*"', 'match: "x"')
        .replace('match: "b-*"', 'match: "a-*", quota: 5TiB')
        .replace('match: "x", backend: ceph, quota: 5TiB', 'match: "b-*", backend: ceph'),
      [{ path: 'buckets (order)', before: 'a-*, b-*, *', after: 'b-*, a-*, *' }],
    ],
  ])('%s', (_name, text, found) => {
    expect(changes(BASE, text)).toEqual({ found, restart: [] });
  });

  test('what comes has no before, what goes no after, and the order of the others is not told', () => {
    const { found } = changes(BASE, replaced('  - { match: "b-*", backend: ceph }\n', ''));
    expect(found.map(({ path, after }) => [path, after])).toEqual([
      ['buckets[b-*].match', undefined],
      ['buckets[b-*].backend', undefined],
      ['buckets[b-*].sosapi', undefined],
      ['buckets[b-*].pool', undefined],
    ]);
  });

  test('a certificate is told by subject, end and fingerprint, its key not at all', () => {
    const cert = described(BASE).get('listeners.s3[0].tls.cert');
    expect(cert).toMatch(/^CN=.*, valid until \d{4}-\d\d-\d\d, SHA-256 [0-9a-f]{64}$/);
    expect(String(described(BASE).get('listeners.s3[0].tls.key'))).toBe('[redacted]');
  });

  test('no secret is in any of it', () => {
    const everything = JSON.stringify([...described(BASE), ...changes(`${BASE}\nworkers: 1\n`, BASE).found]);
    expect(everything).not.toContain('-secret-text');
    expect(everything).not.toContain('PRIVATE KEY');
  });
});

describe('what needs a restart', () => {
  const embedded = `
backends: [{ name: own, kind: embedded, dataDirectory: /srv/one }]
credentials: [{ accessKeyId: VEEAMKEY, secretAccessKey: client-secret-text, buckets: ["*"], access: read-only }]
`;
  test.each<[name: string, from: string, to: string, restart: readonly string[]]>([
    ['a port', BASE, replaced('port: 8080', 'port: 8090'), ['listeners.s3[0].port']],
    [
      'TLS that goes',
      BASE,
      replaced(', tls: { cert: gateway.crt, key: gateway.key }', ''),
      ['listeners.s3[0].tls.cert'],
    ],
    ['workers', BASE, `${BASE}\nworkers: 3\n`, ['workers']],
    ['the state directory', BASE, `${BASE}\nstateDirectory: /srv/state\n`, ['stateDirectory']],
    ['a data directory', embedded, embedded.replace('one', 'other'), ['backends[own].dataDirectory']],
    ['the region of an embedded store', embedded, `${embedded}\nregion: eu-west-1\n`, ['region']],
  ])('%s', (_name, from, to, restart) => {
    expect(changes(from, to).restart).toEqual(restart);
  });

  test('the region without an embedded store does not', () => {
    expect(changes(BASE, `${BASE}\nregion: eu-west-1\n`).restart).toEqual([]);
  });

  test('docs/reload.md names each such setting with its reason', () => {
    const text = readFileSync(new URL('../../../docs/reload.md', import.meta.url), 'utf8');
    for (const { shown, why } of FIXED_SETTINGS) expect(text).toContain(`| \`${shown}\` | ${why} |`);
    expect(text.match(/^\| `.*` \| .* \|$/gm)).toHaveLength(FIXED_SETTINGS.length);
  });
});
