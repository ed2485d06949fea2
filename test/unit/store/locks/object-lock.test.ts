import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { elements, headerOf, useObjectStore, verdict } from '../objects/object-fixture.ts';

const store = useObjectStore();
const MODE = 'x-amz-object-lock-mode';
const UNTIL = 'x-amz-object-lock-retain-until-date';
const HOLD = 'x-amz-object-lock-legal-hold';
const NAMESPACE = ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';

const inSeconds = (seconds: number): string => new Date(store.nowMs() + seconds * 1000).toISOString();
const retention = (mode: string, until: string, attributes = ''): string =>
  `<Retention${attributes}><Mode>${mode}</Mode><RetainUntilDate>${until}</RetainUntilDate></Retention>`;
const putRetention = async (target: string, body: string, headers: Record<string, string> = {}) =>
  verdict(await store.ask('PUT', target, { body, headers }));

describe('retention of an object', () => {
  test.each([
    ['row 7 (seaweedfs#7516): without a namespace', (until: string) => retention('COMPLIANCE', until)],
    ['with the namespace', (until: string) => retention('COMPLIANCE', until, NAMESPACE)],
    [
      'laid out in lines behind a declaration',
      (until: string) =>
        `<?xml version="1.0" encoding="utf-8"?>\r\n<Retention${NAMESPACE}>\r\n  <Mode>COMPLIANCE</Mode>\r\n  <RetainUntilDate>${until}</RetainUntilDate>\r\n</Retention>\r\n`,
    ],
    [
      'behind a byte order mark, as .NET writes it',
      (until: string) => `\ufeff<?xml version="1.0" encoding="utf-8"?>${retention('COMPLIANCE', until)}`,
    ],
    [
      'in another order',
      (until: string) =>
        `<Retention><RetainUntilDate>${until}</RetainUntilDate><Mode>COMPLIANCE</Mode></Retention>`,
    ],
  ])('%s', async (_name, document) => {
    const bucket = await store.bucket('locked');
    const versionId = await store.put(`/${bucket}/a`, 'x');
    const until = inSeconds(60);
    const answer = await store.done('PUT', `/${bucket}/a?retention`, { body: document(until) });
    expect(headerOf(answer, 'x-amz-version-id')).toBe(versionId);
    const got = await store.done('GET', `/${bucket}/a?retention`);
    expect([elements(got, 'Mode'), elements(got, 'RetainUntilDate')]).toEqual([['COMPLIANCE'], [until]]);
    expect(verdict(await store.ask('DELETE', `/${bucket}/a?versionId=${versionId}`))).toBe(
      '403 AccessDenied',
    );
  });

  test('row 36 (MaxIOFS): of one version, by its id', async () => {
    const bucket = await store.bucket('locked');
    const first = await store.put(`/${bucket}/a`, 'first');
    await store.put(`/${bucket}/a`, 'second');
    const body = retention('COMPLIANCE', inSeconds(60));
    await store.done('PUT', `/${bucket}/a?retention&versionId=${first}`, { body });
    expect(headerOf(await store.done('HEAD', `/${bucket}/a?versionId=${first}`), MODE)).toBe('COMPLIANCE');
    expect(headerOf(await store.done('HEAD', `/${bucket}/a`), MODE)).toBeUndefined();
    const got = await store.ask('GET', `/${bucket}/a?retention`);
    expect(verdict(got)).toBe('404 NoSuchObjectLockConfiguration');
  });

  test.each([
    [
      'fractions finer than milliseconds are rounded up',
      '2999-01-02T03:04:05.1230001Z',
      '2999-01-02T03:04:05.124Z',
    ],
    ['whole seconds', '2999-01-02T03:04:05Z', '2999-01-02T03:04:05.000Z'],
    ['another zone', '2999-01-02T03:04:05+01:00', '2999-01-02T02:04:05.000Z'],
  ])('%s', async (_name, given, kept) => {
    const bucket = await store.bucket('locked');
    await store.put(`/${bucket}/a`, 'x', { [MODE]: 'GOVERNANCE', [UNTIL]: given });
    expect(headerOf(await store.done('HEAD', `/${bucket}/a`), UNTIL)).toBe(kept);
    expect(await putRetention(`/${bucket}/a?retention`, retention('GOVERNANCE', given))).toBe('200');
  });

  test.each([
    ['a date that is over', retention('COMPLIANCE', '2020-01-01T00:00:00Z'), '400 InvalidArgument'],
    ['no date', '<Retention><Mode>COMPLIANCE</Mode></Retention>', '400 MalformedXML'],
    ['an empty date', retention('COMPLIANCE', ''), '400 MalformedXML'],
    [
      'no mode',
      '<Retention><RetainUntilDate>2999-01-01T00:00:00Z</RetainUntilDate></Retention>',
      '400 MalformedXML',
    ],
    ['an unknown mode', retention('compliance', '2999-01-01T00:00:00Z'), '400 MalformedXML'],
    ['no date at all', retention('COMPLIANCE', 'tomorrow'), '400 MalformedXML'],
    ['a day alone', retention('COMPLIANCE', '2999-01-01'), '400 MalformedXML'],
    [
      'two modes',
      '<Retention><Mode>COMPLIANCE</Mode><Mode>GOVERNANCE</Mode><RetainUntilDate>2999-01-01T00:00:00Z</RetainUntilDate></Retention>',
      '400 MalformedXML',
    ],
    [
      'something else beside',
      `<Retention><Forever/>${retention('COMPLIANCE', '2999-01-01T00:00:00Z')}</Retention>`,
      '400 MalformedXML',
    ],
    ['another root', '<Retain/>', '400 MalformedXML'],
    ['text', '<Retention>COMPLIANCE</Retention>', '400 MalformedXML'],
    ['no body', '', '400 MalformedXML'],
    ['an entity of its own', '<!DOCTYPE a [<!ENTITY b "c">]><Retention/>', '400 MalformedXML'],
  ])('%s is refused', async (_name, body, expected) => {
    const bucket = await store.bucket('locked');
    await store.put(`/${bucket}/a`, 'x');
    expect(await putRetention(`/${bucket}/a?retention`, body)).toBe(expected);
    expect(headerOf(await store.done('HEAD', `/${bucket}/a`), MODE)).toBeUndefined();
  });

  test('Content-MD5 and checksums are not demanded, and looked at where they are there', async () => {
    const bucket = await store.bucket('locked');
    await store.put(`/${bucket}/a`, 'x');
    const body = retention('GOVERNANCE', inSeconds(60));
    const md5 = (text: string) => createHash('md5').update(text).digest('base64');
    const put = (headers: Record<string, string>) => putRetention(`/${bucket}/a?retention`, body, headers);
    expect(await put({ 'content-md5': md5('other') })).toBe('400 BadDigest');
    expect(await put({ 'x-amz-checksum-crc32': 'AAAAAA==' })).toBe('400 BadDigest');
    expect(headerOf(await store.done('HEAD', `/${bucket}/a`), MODE)).toBeUndefined();
    expect(await put({ 'content-md5': md5(body) })).toBe('200');
  });

  test.each(['plain', 'versioned', 'suspended'] as const)('a %s bucket has no object lock', async (kind) => {
    const bucket = await store.bucket(kind);
    await store.put(`/${bucket}/a`, 'x');
    const until = inSeconds(60);
    const calls = [
      ['PUT', `/${bucket}/a?retention`, { body: retention('COMPLIANCE', until) }],
      ['GET', `/${bucket}/a?retention`, {}],
      ['PUT', `/${bucket}/a?legal-hold`, { body: '<LegalHold><Status>ON</Status></LegalHold>' }],
      ['GET', `/${bucket}/a?legal-hold`, {}],
      ['PUT', `/${bucket}/b`, { body: 'x', headers: { [MODE]: 'COMPLIANCE', [UNTIL]: until } }],
      ['PUT', `/${bucket}/b`, { body: 'x', headers: { [HOLD]: 'ON' } }],
      ['PUT', `/${bucket}/b`, { headers: { 'x-amz-copy-source': `/${bucket}/a`, [HOLD]: 'ON' } }],
    ] as const;
    for (const [method, target, asked] of calls) {
      const answer = await store.ask(method, target, asked);
      expect([target, verdict(answer)]).toEqual([target, '400 InvalidRequest']);
      expect(answer.text).toContain('Bucket is missing Object Lock Configuration');
    }
    expect((await store.ask('HEAD', `/${bucket}/b`)).status).toBe(404);
  });

  test('of nothing', async () => {
    const bucket = await store.bucket('locked');
    expect(verdict(await store.ask('GET', `/${bucket}/a?retention`))).toBe('404 NoSuchKey');
    expect(verdict(await store.ask('GET', `/${bucket}/a?legal-hold`))).toBe('404 NoSuchKey');
    const body = retention('COMPLIANCE', inSeconds(60));
    expect(await putRetention(`/${bucket}/a?retention`, body)).toBe('404 NoSuchKey');
    expect(await putRetention(`/${bucket}/a?retention&versionId=v0000000000ffffff`, body)).toBe(
      '404 NoSuchVersion',
    );
    expect(await putRetention('/no-such-bucket/a?retention', body)).toBe('404 NoSuchBucket');
  });
});

describe('locks in the headers of a write', () => {
  test('all three come back', async () => {
    const bucket = await store.bucket('locked');
    const until = inSeconds(60);
    await store.put(`/${bucket}/a`, 'x', { [MODE]: 'COMPLIANCE', [UNTIL]: until, [HOLD]: 'ON' });
    for (const method of ['GET', 'HEAD']) {
      const answer = await store.done(method, `/${bucket}/a`);
      expect([MODE, UNTIL, HOLD].map((name) => headerOf(answer, name))).toEqual(['COMPLIANCE', until, 'ON']);
    }
  });

  test.each([
    ['a mode without a date', { [MODE]: 'COMPLIANCE' }],
    ['a date without a mode', { [UNTIL]: '2999-01-01T00:00:00Z' }],
    ['a date that is over', { [MODE]: 'COMPLIANCE', [UNTIL]: '2020-01-01T00:00:00Z' }],
    ['a date that is none', { [MODE]: 'COMPLIANCE', [UNTIL]: '2999-02-30T00:00:00Z' }],
    ['an unknown mode', { [MODE]: 'compliance', [UNTIL]: '2999-01-01T00:00:00Z' }],
    ['an unknown hold', { [HOLD]: 'yes' }],
  ])('%s is refused', async (_name, headers) => {
    const bucket = await store.bucket('locked');
    const answer = await store.ask('PUT', `/${bucket}/a`, { body: 'x', headers });
    expect(verdict(answer)).toBe('400 InvalidArgument');
    expect((await store.ask('HEAD', `/${bucket}/a`)).status).toBe(404);
  });
});

describe('the default retention of a bucket', () => {
  const setDefault = (bucket: string, rule: string) =>
    store.done('PUT', `/${bucket}?object-lock`, {
      body: `<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled>${rule}</ObjectLockConfiguration>`,
    });
  const rule = (mode: string, length: string) =>
    `<Rule><DefaultRetention><Mode>${mode}</Mode>${length}</DefaultRetention></Rule>`;
  const DAY_MS = 86_400_000;

  test('is for what brings none, from now on', async () => {
    const bucket = await store.bucket('locked');
    await store.put(`/${bucket}/before`, 'x');
    await setDefault(bucket, rule('COMPLIANCE', '<Days>2</Days>'));
    const fromMs = store.nowMs();
    await store.put(`/${bucket}/a`, 'x', { [HOLD]: 'ON' });
    const own = inSeconds(60);
    await store.put(`/${bucket}/own`, 'x', { [MODE]: 'GOVERNANCE', [UNTIL]: own });
    await store.done('PUT', `/${bucket}/copy`, { headers: { 'x-amz-copy-source': `/${bucket}/own` } });

    const head = async (key: string) => await store.done('HEAD', `/${bucket}/${key}`);
    expect(headerOf(await head('before'), MODE)).toBeUndefined();
    expect(headerOf(await head('own'), UNTIL)).toBe(own);
    for (const key of ['a', 'copy']) {
      const answer = await head(key);
      const untilMs = Date.parse(headerOf(answer, UNTIL) ?? '');
      expect(headerOf(answer, MODE)).toBe('COMPLIANCE');
      expect(untilMs).toBeGreaterThanOrEqual(fromMs + 2 * DAY_MS);
      expect(untilMs).toBeLessThanOrEqual(store.nowMs() + 2 * DAY_MS);
    }
    expect(headerOf(await head('a'), HOLD)).toBe('ON');
  });

  test('is not for delete markers, and one that was taken away is for nobody', async () => {
    const bucket = await store.bucket('locked');
    await setDefault(bucket, rule('COMPLIANCE', '<Years>1</Years>'));
    const marker = headerOf(await store.done('DELETE', `/${bucket}/a`), 'x-amz-version-id');
    await store.done('DELETE', `/${bucket}/a?versionId=${marker}`);
    await setDefault(bucket, '');
    await store.put(`/${bucket}/a`, 'x');
    expect(headerOf(await store.done('HEAD', `/${bucket}/a`), MODE)).toBeUndefined();
  });

  test('attack: with the clock set back it does not count from then', async () => {
    const bucket = await store.bucket('locked');
    await setDefault(bucket, rule('COMPLIANCE', '<Days>2</Days>'));
    await store.put(`/${bucket}/a`, 'x');
    const beforeMs = store.nowMs();
    store.clocks.wallMs -= 10 * 60_000;
    try {
      await store.put(`/${bucket}/b`, 'x');
      const untilMs = Date.parse(headerOf(await store.done('HEAD', `/${bucket}/b`), UNTIL) ?? '');
      expect(untilMs).toBeGreaterThan(beforeMs + 2 * DAY_MS - 60_000);
    } finally {
      store.clocks.wallMs += 10 * 60_000;
    }
  });
});

describe('legal hold', () => {
  const hold = (status: string, attributes = '') =>
    `<LegalHold${attributes}><Status>${status}</Status></LegalHold>`;

  test('on, off, and for each version by itself', async () => {
    const bucket = await store.bucket('locked');
    const first = await store.put(`/${bucket}/a`, 'first');
    const second = await store.put(`/${bucket}/a`, 'second');
    const status = async (query: string) =>
      elements(await store.done('GET', `/${bucket}/a?legal-hold${query}`), 'Status');
    expect(await status('')).toEqual(['OFF']);
    const put = await store.done('PUT', `/${bucket}/a?legal-hold&versionId=${first}`, { body: hold('ON') });
    expect(headerOf(put, 'x-amz-version-id')).toBe(first);
    expect([await status(`&versionId=${first}`), await status('')]).toEqual([['ON'], ['OFF']]);
    expect(headerOf(await store.done('HEAD', `/${bucket}/a?versionId=${first}`), HOLD)).toBe('ON');
    expect(verdict(await store.ask('DELETE', `/${bucket}/a?versionId=${first}`))).toBe('403 AccessDenied');
    await store.done('DELETE', `/${bucket}/a?versionId=${second}`);
    await store.done('PUT', `/${bucket}/a?legal-hold`, { body: hold('OFF', NAMESPACE) });
    await store.done('DELETE', `/${bucket}/a?versionId=${first}`);
  });

  test.each([
    '<LegalHold/>',
    hold('on'),
    hold(''),
    '<LegalHold><On/></LegalHold>',
    '<Hold><Status>ON</Status></Hold>',
    '',
  ])('%s is refused', async (body) => {
    const bucket = await store.bucket('locked');
    await store.put(`/${bucket}/a`, 'x', { [HOLD]: 'ON' });
    expect(verdict(await store.ask('PUT', `/${bucket}/a?legal-hold`, { body }))).toBe('400 MalformedXML');
    expect(headerOf(await store.done('HEAD', `/${bucket}/a`), HOLD)).toBe('ON');
  });
});
