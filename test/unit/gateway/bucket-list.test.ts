import { describe, expect, test } from 'vitest';
import { answerBucketList } from '../../../src/gateway/answer-bucket-list.ts';
import type { BucketRule } from '../../../src/gateway/bucket-rules.ts';
import { authorizedRequest } from '../backend/authorized-fixture.ts';
import { bucketList, type FakeBackend, fakeBackend, ownAnswer } from './fake-backend.ts';

const listing = (name: string, ...buckets: string[]): FakeBackend =>
  fakeBackend(name, { call: () => bucketList(...buckets) });

const everything = (backend: FakeBackend): BucketRule => ({ matches: () => true, backend, sosapi: true });

async function names(
  rules: readonly BucketRule[],
  target = '/',
  buckets: (bucket: string) => boolean = () => true,
): Promise<{ names: string[]; text: string }> {
  const { request, credential } = authorizedRequest({ target, buckets });
  const answer = await answerBucketList(request.request, credential, rules);
  const text = answer.body?.toString() ?? '';
  expect(answer.status).toBe(200);
  expect(answer.headers).toContainEqual(['Content-Length', String(text.length)]);
  return { names: [...text.matchAll(/<Name>([^<]*)</g)].map(([, name = '']) => name), text };
}

describe('ListBuckets', () => {
  test('shows what the caller may access, and nothing else', async () => {
    const store = listing('store', 'mine-a', 'theirs', 'mine-b');
    expect((await names([everything(store)], '/', (bucket) => bucket.startsWith('mine'))).names).toEqual([
      'mine-a',
      'mine-b',
    ]);
    expect((await names([everything(store)], '/', () => false)).names).toEqual([]);
  });

  test('joins the stores, each with the buckets that rules lead to on it', async () => {
    const one = listing('one', 'a', 'z', 'b-two');
    const two = listing('two', 'm-two', 'a', 'b-two');
    const rules = [
      { matches: (bucket: string) => bucket.endsWith('two'), backend: two, sosapi: true },
      everything(one),
    ];
    expect((await names(rules)).names).toEqual(['a', 'b-two', 'm-two', 'z']);
    expect(one.asked).toEqual(['call GET /?']);
    expect(two.asked).toEqual(['call GET /?']);
  });

  test('leaves out a bucket that no rule covers', async () => {
    const store = listing('store', 'a', 'b');
    expect(
      (await names([{ matches: (bucket) => bucket === 'b', backend: store, sosapi: true }])).names,
    ).toEqual(['b']);
  });

  test('asks each store once, however many rules lead to it', async () => {
    const store = listing('store', 'a');
    await names([everything(store), everything(store)]);
    expect(store.asked).toHaveLength(1);
  });

  test('pages', async () => {
    const rules = [everything(listing('store', 'a', 'b', 'c'))];
    const first = await names(rules, '/?max-buckets=2');
    expect(first.names).toEqual(['a', 'b']);
    expect(first.text).toContain('<ContinuationToken>b</ContinuationToken>');
    expect((await names(rules, '/?max-buckets=2&continuation-token=b')).names).toEqual(['c']);
    expect((await names(rules, '/?prefix=b')).names).toEqual(['b']);
  });

  test('HEAD gives the length and no body', async () => {
    const { request, credential } = authorizedRequest({ method: 'HEAD', target: '/' });
    const answer = await answerBucketList(request.request, credential, [everything(listing('store', 'a'))]);
    expect(answer.body).toBeUndefined();
    expect(answer.headers.map(([name]) => name)).toContain('Content-Length');
  });

  test.each(['0', '10001', '-1', '1e3', 'x', '999999'])('max-buckets=%s is refused', async (value) => {
    await expect(names([everything(listing('store'))], `/?max-buckets=${value}`)).rejects.toMatchObject({
      code: 'InvalidArgument',
    });
  });

  test.each([
    ['a status', ownAnswer(403, '<Error><Code>AccessDenied</Code></Error>')],
    ['a page', ownAnswer(200, '<html>hello</html>')],
    ['broken XML', ownAnswer(200, '<ListAllMyBucketsResult><Buck')],
  ])('half a list would look like lost buckets: %s fails the whole', async (_name, answer) => {
    const bad = fakeBackend('bad', { call: () => answer });
    const rules = [
      { matches: (bucket: string) => bucket === 'x', backend: bad, sosapi: true },
      everything(listing('good', 'a')),
    ];
    await expect(names(rules)).rejects.toMatchObject({
      code: 'ServiceUnavailable',
      reason: expect.stringContaining('bad'),
    });
  });
});
