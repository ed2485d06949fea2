import { describe, expect, test } from 'vitest';
import type { BucketRule } from '../../../src/gateway/bucket-rules.ts';
import { type Route, routeOf } from '../../../src/gateway/route.ts';
import { OPERATIONS } from '../../../src/s3/operation.ts';
import { CAPACITY_KEY, SOSAPI_PREFIX, SYSTEM_KEY } from '../../../src/sosapi/keys.ts';
import { authorizedRequest } from '../backend/authorized-fixture.ts';
import { codeOf, refusalOf } from '../s3/s3-fixture.ts';
import { fakeBackend } from './fake-backend.ts';

const one = fakeBackend('one');
const two = fakeBackend('two');
const RULES: readonly BucketRule[] = [
  { matches: (bucket) => bucket === 'plain', backend: one, sosapi: false },
  { matches: (bucket) => bucket.startsWith('two'), backend: two, sosapi: true },
  { matches: (bucket) => bucket !== 'nowhere', backend: one, sosapi: true },
];

function routed(method: string, target: string, ...lines: string[]): { route: Route; probes: string[] } {
  const probes: string[] = [];
  const all = method === 'PUT' ? ['Content-Length: 0', ...lines] : lines;
  const route = routeOf(authorizedRequest({ method, target, lines: all }), RULES, ({ key }) =>
    probes.push(key),
  );
  return { route, probes };
}

describe('routes', () => {
  test.each([
    ['GET', '/', { kind: 'bucket-list' }],
    ['HEAD', '/', { kind: 'bucket-list' }],
    ['GET', '/bucket/key', { kind: 'pass-through', backend: one }],
    ['GET', '/two-b/key', { kind: 'pass-through', backend: two }],
    ['PUT', '/two-b', { kind: 'pass-through', backend: two }],
    ['POST', '/two-b?delete', { kind: 'screened', backend: two }],
    ['GET', `/bucket/${SYSTEM_KEY}`, { kind: 'sosapi', document: 'system', backend: one }],
    ['HEAD', `/two-b/${CAPACITY_KEY}`, { kind: 'sosapi', document: 'capacity', backend: two }],
    ['GET', `/bucket/${CAPACITY_KEY}?versionId=null`, { kind: 'sosapi', document: 'capacity', backend: one }],
    [
      'GET',
      `/bucket/${SYSTEM_KEY.replaceAll('.', '%2E').replaceAll('/', '%2f')}`,
      { kind: 'sosapi', document: 'system', backend: one },
    ],
    ['GET', `/bucket/folder/${SYSTEM_KEY}`, { kind: 'pass-through', backend: one }],
    ['GET', `/bucket?prefix=${SOSAPI_PREFIX}`, { kind: 'pass-through', backend: one }],
  ] as const)('%s %s', (method, target, route) => {
    expect(routed(method, target)).toEqual({ route, probes: [] });
  });

  test('a bucket that no rule covers', () => {
    expect(codeOf(() => routed('GET', '/nowhere/key'))).toBe('NoSuchBucket');
    expect(codeOf(() => routed('PUT', '/nowhere'))).toBe('AccessDenied');
    expect(codeOf(() => routed('GET', `/nowhere/${SYSTEM_KEY}`))).toBe('NoSuchBucket');
  });
});

describe('reserved keys through every operation on an object', () => {
  const rows = OPERATIONS.filter(({ level }) => level === 'object');
  const KEYS = [
    SYSTEM_KEY,
    CAPACITY_KEY,
    SOSAPI_PREFIX,
    `${SOSAPI_PREFIX}other.xml`,
    `/${SYSTEM_KEY}`,
    SYSTEM_KEY.replace('/', '//'),
  ];

  test.each(rows.map((row) => [row.name, row] as const))('%s', (_name, row) => {
    const query = row.requires.map((name) => `${name}=x`).join('&');
    const lines = row.copies ? ['x-amz-copy-source: source/key'] : [];
    for (const bucket of ['bucket', 'plain']) {
      for (const key of KEYS) {
        const code = codeOf(() =>
          routed(row.method, `/${bucket}/${key}${query === '' ? '' : `?${query}`}`, ...lines),
        );
        if (row.access === 'write') expect(code, key).toBe('AccessDenied');
        else if (bucket === 'plain' || (key !== SYSTEM_KEY && key !== CAPACITY_KEY))
          expect(code, key).toBe('NoSuchKey');
        else if (row.name === 'GetObject' || row.name === 'HeadObject') expect(code, key).toBe('accepted');
        else expect(code, key).toBe('MethodNotAllowed');
      }
    }
  });

  test('a version that is not theirs', () => {
    const refusal = refusalOf(() => routed('GET', `/bucket/${SYSTEM_KEY}?versionId=3`));
    expect(refusal.code).toBe('NoSuchVersion');
    expect(refusal.details).toEqual({ Key: SYSTEM_KEY, VersionId: '3' });
  });

  test('a key that nobody knows is told as a probe, once; a write is not', () => {
    const probes: string[] = [];
    const ask = (method: string, target: string): string =>
      codeOf(() =>
        routeOf(authorizedRequest({ method, target, lines: ['Content-Length: 0'] }), RULES, ({ key }) =>
          probes.push(key),
        ),
      );
    expect(ask('GET', `/bucket/${SOSAPI_PREFIX}new.xml`)).toBe('NoSuchKey');
    expect(ask('PUT', `/bucket/${SOSAPI_PREFIX}new.xml`)).toBe('AccessDenied');
    expect(probes).toEqual([`${SOSAPI_PREFIX}new.xml`]);
  });
});

describe('copies', () => {
  const copy = (target: string, source: string): string =>
    codeOf(() => routed('PUT', target, `x-amz-copy-source: ${source}`));

  test.each([
    ['within one store', '/bucket/key', '/other/key', 'accepted'],
    ['from a store to another', '/bucket/key', '/two-b/key', 'NotImplemented'],
    ['from a bucket without a rule', '/bucket/key', '/nowhere/key', 'NoSuchBucket'],
    ['from a document', '/bucket/key', `/other/${SYSTEM_KEY}`, 'NoSuchKey'],
    ['from an encoded document', '/bucket/key', `/other/${SYSTEM_KEY.replaceAll('/', '%2F')}`, 'NoSuchKey'],
    ['from another key under the prefix', '/bucket/key', `/other/${SOSAPI_PREFIX}x`, 'NoSuchKey'],
    ['from a document where there is no SOSAPI', '/bucket/key', `/plain/${CAPACITY_KEY}`, 'NoSuchKey'],
    ['onto a document', `/bucket/${SYSTEM_KEY}`, '/other/key', 'AccessDenied'],
    ['of a part, from another store', '/bucket/key?partNumber=1&uploadId=u', '/two-b/key', 'NotImplemented'],
    [
      'of a part, from a document',
      '/bucket/key?partNumber=1&uploadId=u',
      `/other/${SYSTEM_KEY}`,
      'NoSuchKey',
    ],
  ])('%s', (_name, target, source, code) => {
    expect(copy(target, source)).toBe(code);
  });
});
