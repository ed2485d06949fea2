// XML that is wrong, hostile or too much: the S3 error for each, from the store itself, and nothing changed.
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { useEmbeddedStore } from '../../support/embedded-store-fixture.ts';
import { elementOf } from '../../support/raw-http.ts';
import type { SigningInput } from '../../support/raw-sigv4.ts';
import { ask } from '../../support/raw-target.ts';
import { useUnchangedDocuments } from './unchanged-documents.ts';

const at = useEmbeddedStore();
const documents = useUnchangedDocuments(at);
const { Bucket } = documents;

/** Each operation that reads XML, with a document that it would take. */
const OPERATIONS: readonly (readonly [string, string, () => string, string])[] = [
  ['DeleteObjects', 'POST', () => `/${Bucket}?delete`, '<Delete><Object><Key>there</Key></Object></Delete>'],
  [
    'CompleteMultipartUpload',
    'POST',
    () => `/${Bucket}/parts?uploadId=${documents.uploadId}`,
    '<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>x</ETag></Part></CompleteMultipartUpload>',
  ],
  [
    'PutBucketVersioning',
    'PUT',
    () => `/${Bucket}?versioning`,
    '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>',
  ],
  [
    'PutObjectLockConfiguration',
    'PUT',
    () => `/${Bucket}?object-lock`,
    '<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>',
  ],
  [
    'PutObjectRetention',
    'PUT',
    () => `/${Bucket}/there?retention`,
    '<Retention><Mode>COMPLIANCE</Mode><RetainUntilDate>2099-01-01T00:00:00Z</RetainUntilDate></Retention>',
  ],
  [
    'PutObjectLegalHold',
    'PUT',
    () => `/${Bucket}/there?legal-hold`,
    '<LegalHold><Status>ON</Status></LegalHold>',
  ],
  [
    'PutObjectTagging',
    'PUT',
    () => `/${Bucket}/there?tagging`,
    '<Tagging><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet></Tagging>',
  ],
  [
    'CreateBucket',
    'PUT',
    () => '/new-bucket',
    '<CreateBucketConfiguration><LocationConstraint>us-east-1</LocationConstraint></CreateBucketConfiguration>',
  ],
];

const BILLION_LAUGHS = `<!DOCTYPE d [<!ENTITY a0 "ha">${Array.from(
  { length: 9 },
  (_, index) => `<!ENTITY a${index + 1} "${`&a${index};`.repeat(10)}">`,
).join('')}]>`;
const QUADRATIC = `<!DOCTYPE d [<!ENTITY a "${'a'.repeat(10_000)}">]>`;
const rootOf = (document: string) => /^<(\w+)>/.exec(document)?.[1] ?? '';

const HOSTILE: readonly (readonly [string, (good: string) => string | Buffer])[] = [
  ['not XML', () => 'hello'],
  ['JSON', () => '{"Delete":{}}'],
  ['only a declaration', () => '<?xml version="1.0" encoding="UTF-8"?>'],
  ['another root', () => '<Other><Status>Enabled</Status></Other>'],
  ['cut in the middle', (good) => good.slice(0, -5)],
  ['an element that is not closed', (good) => good.replace(/<\/\w+><\/\w+>$/, '')],
  ['elements that cross', () => '<Delete><Object><Key>a</Object></Key></Delete>'],
  ['two roots', (good) => good + good],
  ['text behind the root', (good) => `${good}text`],
  ['an entity bomb (billion laughs)', (good) => `${BILLION_LAUGHS}${good.replace('>', '>&a9;')}`],
  ['an entity bomb (quadratic)', (good) => `${QUADRATIC}${good.replace('>', `>${'&a;'.repeat(1000)}`)}`],
  [
    'an external entity',
    (good) => `<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>${good.replace('>', '>&x;')}`,
  ],
  ['an external DTD', (good) => `<!DOCTYPE d SYSTEM "http://127.0.0.1:1/x.dtd">${good}`],
  ['an undeclared entity', (good) => good.replace('>', '>&nbsp;')],
  ['a processing instruction', (good) => `<?php echo 1 ?>${good}`],
  ['CDATA', (good) => good.replace(/>([^<>]+)</, '><![CDATA[$1]]><')],
  [
    '5,000 levels',
    (good) => `<${rootOf(good)}>${'<a>'.repeat(5000)}${'</a>'.repeat(5000)}</${rootOf(good)}>`,
  ],
  [
    'not UTF-8',
    (good) =>
      Buffer.concat([Buffer.from(good.slice(0, -12)), Buffer.from([0xff]), Buffer.from(good.slice(-12))]),
  ],
  ['UTF-16', (good) => Buffer.from(`\ufeff${good}`, 'utf16le')],
  ['a NUL', (good) => good.replace('>', '>\0')],
  ['a character that is none', (good) => good.replace('>', '>&#0;')],
  ['a prefix', (good) => good.replace(/^<(\w+)>/, '<s:$1 xmlns:s="x">').replace(/<\/(\w+)>$/, '</s:$1>')],
];

describe.each(OPERATIONS)('%s', (_operation, method, target, good) => {
  const refusal = async (body: string | Buffer, more: Partial<SigningInput> = {}) => {
    const answer = await ask(at.store.target, { method, target: target(), body, ...more });
    return [answer.status, elementOf(answer, 'Code')];
  };

  test.each(HOSTILE)('%s', async (_, make) => {
    expect(await refusal(make(good))).toEqual([400, 'MalformedXML']);
  });

  test('2 MiB and a byte', async () => {
    const padded = good.replace('>', `>${' '.repeat(2 * 1024 * 1024 + 1 - good.length)}`);
    expect(padded).toHaveLength(2 * 1024 * 1024 + 1);
    const [status, code] = await refusal(padded);
    expect([status, code]).toEqual([400, expect.toBeOneOf(['EntityTooLarge', 'MalformedXML'])]);
  });

  test('a body that is not what its digests say', async () => {
    expect(await refusal(good, { payload: createHash('sha256').update('other').digest('hex') })).toEqual([
      400,
      'XAmzContentSHA256Mismatch',
    ]);
    const md5 = createHash('md5').update('other').digest('base64');
    expect(await refusal(good, { headers: { 'content-md5': md5 } })).toEqual([400, 'BadDigest']);
    expect(await refusal(good, { headers: { 'content-md5': 'short' } })).toEqual([400, 'InvalidDigest']);
  });
});

test('an empty body is no document, except for CreateBucket where there is nothing to say', async () => {
  for (const [operation, method, target] of OPERATIONS) {
    if (operation === 'CreateBucket') continue;
    const answer = await ask(at.store.target, { method, target: target(), body: '' });
    expect([operation, answer.status, elementOf(answer, 'Code')]).toEqual([operation, 400, 'MalformedXML']);
  }
});

describe('documents that are XML and yet none', () => {
  const many = (count: number) => '<Object><Key>k</Key></Object>'.repeat(count);
  test.each<[string, string, () => string, string, number, string]>([
    ['1001 keys', 'POST', () => '?delete', `<Delete>${many(1001)}</Delete>`, 400, 'MalformedXML'],
    ['no key at all', 'POST', () => '?delete', '<Delete></Delete>', 400, 'MalformedXML'],
    [
      'an empty key',
      'POST',
      () => '?delete',
      '<Delete><Object><Key></Key></Object></Delete>',
      400,
      'MalformedXML',
    ],
    [
      'an object without a key',
      'POST',
      () => '?delete',
      '<Delete><Object><VersionId>null</VersionId></Object></Delete>',
      400,
      'MalformedXML',
    ],
    [
      'two keys in an object',
      'POST',
      () => '?delete',
      '<Delete><Object><Key>a</Key><Key>b</Key></Object></Delete>',
      400,
      'MalformedXML',
    ],
    [
      'an unknown element',
      'POST',
      () => '?delete',
      '<Delete><Object><Key>a</Key></Object><Force>true</Force></Delete>',
      400,
      'MalformedXML',
    ],
    [
      'a status of versioning',
      'PUT',
      () => '?versioning',
      '<VersioningConfiguration><Status>On</Status></VersioningConfiguration>',
      400,
      'MalformedXML',
    ],
    [
      'MFA delete',
      'PUT',
      () => '?versioning',
      '<VersioningConfiguration><Status>Enabled</Status><MfaDelete>Enabled</MfaDelete></VersioningConfiguration>',
      501,
      'NotImplemented',
    ],
    [
      'versioning suspended under object lock',
      'PUT',
      () => '?versioning',
      '<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>',
      409,
      'InvalidBucketState',
    ],
    [
      'object lock that is not Enabled',
      'PUT',
      () => '?object-lock',
      '<ObjectLockConfiguration><ObjectLockEnabled>Disabled</ObjectLockEnabled></ObjectLockConfiguration>',
      400,
      'MalformedXML',
    ],
    [
      'days and years',
      'PUT',
      () => '?object-lock',
      '<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention><Mode>COMPLIANCE</Mode><Days>1</Days><Years>1</Years></DefaultRetention></Rule></ObjectLockConfiguration>',
      400,
      'MalformedXML',
    ],
    [
      'no days',
      'PUT',
      () => '?object-lock',
      '<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention><Mode>COMPLIANCE</Mode><Days>0</Days></DefaultRetention></Rule></ObjectLockConfiguration>',
      400,
      'InvalidArgument',
    ],
    [
      'negative days',
      'PUT',
      () => '?object-lock',
      '<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention><Mode>COMPLIANCE</Mode><Days>-1</Days></DefaultRetention></Rule></ObjectLockConfiguration>',
      400,
      'InvalidArgument',
    ],
    [
      'a tag twice',
      'PUT',
      () => '/there?tagging',
      '<Tagging><TagSet><Tag><Key>k</Key><Value>1</Value></Tag><Tag><Key>k</Key><Value>2</Value></Tag></TagSet></Tagging>',
      400,
      'InvalidTag',
    ],
    [
      'eleven tags',
      'PUT',
      () => '/there?tagging',
      `<Tagging><TagSet>${Array.from({ length: 11 }, (_, index) => `<Tag><Key>${index}</Key><Value/></Tag>`).join('')}</TagSet></Tagging>`,
      400,
      'InvalidTag',
    ],
    [
      'a tag without a key',
      'PUT',
      () => '/there?tagging',
      '<Tagging><TagSet><Tag><Value>1</Value></Tag></TagSet></Tagging>',
      400,
      'MalformedXML',
    ],
    [
      'a location that is elsewhere',
      'PUT',
      () => '',
      '<CreateBucketConfiguration><LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>',
      400,
      'IllegalLocationConstraintException',
    ],
  ])('%s', async (title, method, rest, body, status, code) => {
    const bucket = title.startsWith('a location') ? 'another-bucket' : Bucket;
    const answer = await ask(at.store.target, { method, target: `/${bucket}${rest()}`, body });
    expect([answer.status, elementOf(answer, 'Code')]).toEqual([status, code]);
  });

  test('keys in a multi-delete that cannot be keys', async () => {
    for (const [key, code] of [
      ['k'.repeat(1025), 'KeyTooLongError'],
      ['ü'.repeat(513), 'KeyTooLongError'],
      ['../there', 'InvalidArgument'],
    ]) {
      const body = `<Delete><Object><Key>${key}</Key></Object></Delete>`;
      const answer = await ask(at.store.target, { method: 'POST', target: `/${Bucket}?delete`, body });
      expect([answer.status, elementOf(answer, 'Code')]).toEqual([200, code]);
      expect(answer.body.toString()).not.toContain('<Deleted>');
    }
  });
});
