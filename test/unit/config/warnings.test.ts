import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';
import { formatProblems } from '../../../src/config/problem.ts';
import { CREDENTIALS, FILE, load, MINIMAL, pem } from './fixture.ts';

const open = (text: string) => ({ text, isWorldReadable: true });

test.each<[name: string, ...Parameters<typeof load>, string[]]>([
  ['nothing to warn of', MINIMAL, {}, []],
  [
    'a secret in a file that everyone may read',
    MINIMAL.replace('veeamsecret', '{ file: s }'),
    { disk: { '/etc/gateway/s': open('veeamsecret') } },
    [`${FILE}:2 credentials[0].secretAccessKey: everyone may read the secret in s; chmod 600 it`],
  ],
  [
    'a private key that everyone may read',
    `listeners: { s3: [{ host: h, port: 1, tls: { cert: c, key: k } }] }\n${MINIMAL}`,
    { disk: { '/etc/gateway/c': open(pem('gateway.crt')), '/etc/gateway/k': open(pem('gateway.key')) } },
    [`${FILE}:1 listeners.s3[0].tls.key: everyone may read the private key in k; chmod 600 it`],
  ],
  [
    'a rule behind one that matches all',
    `${MINIMAL}buckets:\n  - { match: "*", backend: ceph }\n  - { match: "a-*", backend: ceph }`,
    {},
    [`${FILE}:5 buckets[1]: never counts: buckets[0] matches all of it first`],
  ],
  [
    'a right to bypass that a reader cannot use',
    MINIMAL.replace(CREDENTIALS, CREDENTIALS.replace('read-write', 'read-only, bypassGovernance: true')),
    {},
    [`${FILE}:2 credentials[0].bypassGovernance: has no effect: access is read-only`],
  ],
  [
    'a certificate for endpoints without TLS',
    MINIMAL.replace('kind: s3', 'kind: s3, tls: { ca: ca }'),
    { disk: { '/etc/gateway/ca': pem('gateway.crt') } },
    [`${FILE}:1 backends[0].tls: has no effect: no endpoint is https`],
  ],
  [
    'balancing over one endpoint',
    MINIMAL.replace('kind: s3', 'kind: s3, balancing: entity'),
    {},
    [`${FILE}:1 backends[0].balancing: has no effect: there is one endpoint`],
  ],
])('%s', (_name, text, surroundings, lines) => {
  const { warnings } = load(text, surroundings);
  expect(warnings.length === 0 ? [] : formatProblems(FILE, warnings).split('\n')).toEqual(lines);
});

test('secrets written into a config on disk that everyone may read', () => {
  const directory = mkdtempSync(join(tmpdir(), 'config-'));
  const file = join(directory, 'gateway.yaml');
  writeFileSync(file, MINIMAL);
  try {
    chmodSync(file, 0o644);
    expect(loadConfig({ file, env: {} }).warnings.map(({ path }) => path)).toEqual([
      'backends[0].secretAccessKey',
      'credentials[0].secretAccessKey',
    ]);
    chmodSync(file, 0o600);
    expect(loadConfig({ file, env: {} }).warnings).toEqual([]);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
