// Finding out whether a store takes aws-chunked bodies: what is asked, how often, and what is made of each answer.
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { type AwsChunkedSetting, AwsChunkedSupport } from '../../../src/backend/aws-chunked-support.ts';
import type { OwnAnswer, OwnCall } from '../../../src/backend/backend.ts';
import { HeaderList } from '../../../src/http1/header-list.ts';
import { bucketList, ownAnswer } from '../gateway/fake-backend.ts';

const CREATED = ownAnswer(
  200,
  '<InitiateMultipartUploadResult><UploadId>an id/+</UploadId></InitiateMultipartUploadResult>',
);
const ETAG = `"${createHash('md5').update('aws-chunked?').digest('hex')}"`;

function stored(etag: string): OwnAnswer {
  const { head, body } = ownAnswer(200, '');
  return { head: { ...head, headers: HeaderList.of(['ETag', etag]) }, body };
}

interface Scripted {
  readonly setting?: AwsChunkedSetting;
  readonly part?: () => OwnAnswer;
  readonly create?: () => OwnAnswer;
}

function supportOver({ setting = 'auto', part = () => stored(ETAG), create = () => CREATED }: Scripted = {}) {
  const calls: string[] = [];
  const learnt: (boolean | undefined)[] = [];
  const clock = { ms: 0 };
  const support = new AwsChunkedSupport({
    setting,
    now: () => clock.ms,
    onLearnt: (takes) => learnt.push(takes),
    call: async (call: OwnCall) => {
      calls.push(`${call.method} /${call.bucket}?${call.rawQuery}`);
      if (call.bucket === '') return bucketList('theirs', 'ours', 'ours-too');
      if (call.method === 'POST') return create();
      return call.method === 'PUT' ? part() : ownAnswer(204, '');
    },
  });
  return { support, calls, learnt, clock };
}

const PROBE = [
  'POST /ours?uploads=',
  'PUT /ours?partNumber=1&uploadId=an%20id%2F%2B',
  'DELETE /ours?uploadId=an%20id%2F%2B',
];

test('a store that decodes takes them; it is asked once, in a bucket that may be used, and nothing stays', async () => {
  const { support, calls, learnt } = supportOver();
  await support.learn((bucket) => bucket !== 'theirs');
  expect(await support.takes('ours')).toBe(true);
  expect(calls).toEqual(['GET /?', ...PROBE]);
  expect(learnt).toEqual([true]);
});

test.each([true, false])(
  'what another process found out (%s) is not asked again, and a setting stands above it',
  async (takes) => {
    const { support, calls, learnt } = supportOver();
    support.heard(takes);
    await support.learn(() => true);
    expect(await support.takes('ours')).toBe(takes);
    const decoding = supportOver({ setting: 'decode' });
    decoding.support.heard(takes);
    expect(await decoding.support.takes('ours')).toBe(false);
    expect([...calls, ...decoding.calls, ...learnt]).toEqual([]);
  },
);

test('all who ask at the same time wait for one answer', async () => {
  const { support, calls } = supportOver();
  const answers = await Promise.all([support.takes('ours'), support.takes('ours'), support.takes('other')]);
  expect(answers).toEqual([true, true, true]);
  expect(calls).toEqual(PROBE);
});

test.each([
  ['keeps the chunks as data', () => stored('"0123"')],
  ['finds another MD5', () => ownAnswer(400, '')],
  ['knows no such mode', () => ownAnswer(501, '')],
])('a store that %s takes none, and the upload is aborted', async (_, part) => {
  const { support, calls, learnt } = supportOver({ part });
  expect(await support.takes('ours')).toBe(false);
  expect(await support.takes('ours')).toBe(false);
  expect(calls).toEqual(PROBE);
  expect(learnt).toEqual([false]);
});

test.each([
  ['fails', { part: () => ownAnswer(503, '') }],
  ['may not be written to', { create: () => ownAnswer(403, '') }],
])('a store that %s is asked again, but not with every upload', async (_, scripted) => {
  const { support, calls, learnt, clock } = supportOver(scripted);
  expect(await support.takes('ours')).toBe(false);
  const once = calls.length;
  expect(await support.takes('ours')).toBe(false);
  expect(calls.length).toBe(once);
  clock.ms = 30_000;
  expect(await support.takes('ours')).toBe(false);
  expect(calls.length).toBe(2 * once);
  expect(learnt).toEqual([undefined, undefined]);
});

test('without a bucket nothing is asked until an upload brings one', async () => {
  const { support, calls, learnt } = supportOver();
  await support.learn(() => false);
  expect([calls, learnt]).toEqual([['GET /?'], []]);
  expect(await support.takes('ours')).toBe(true);
});

test.each([
  ['relay', true],
  ['decode', false],
] as const)('with "%s" nothing is asked', async (setting, takes) => {
  const { support, calls } = supportOver({ setting });
  await support.learn(() => true);
  expect(await support.takes('ours')).toBe(takes);
  expect(calls).toEqual([]);
});
