import { expect, test } from 'vitest';
import { createBucketExistence } from '../../../src/backend/bucket-existence.ts';

function asked(answers: Readonly<Record<string, number>>) {
  const calls: string[] = [];
  const clock = { ms: 0 };
  const existence = createBucketExistence(
    async (bucket) => {
      calls.push(bucket);
      return answers[bucket] ?? 404;
    },
    () => clock.ms,
  );
  return { calls, clock, existence };
}

test('a bucket that exists is remembered for ten seconds', async () => {
  const { calls, clock, existence } = asked({ a: 200 });
  expect(await existence.exists('a')).toBe(true);
  clock.ms = 9_999;
  expect(await existence.exists('a')).toBe(true);
  expect(calls).toEqual(['a']);
  clock.ms = 10_000;
  expect(await existence.exists('a')).toBe(true);
  expect(calls).toEqual(['a', 'a']);
});

test('a bucket that does not exist is asked for each time', async () => {
  const { calls, existence } = asked({});
  expect(await existence.exists('b')).toBe(false);
  expect(await existence.exists('b')).toBe(false);
  expect(calls).toEqual(['b', 'b']);
});

test('a bucket that was deleted is forgotten', async () => {
  const { calls, existence } = asked({ a: 200 });
  await existence.exists('a');
  existence.forget('a');
  await existence.exists('a');
  expect(calls).toEqual(['a', 'a']);
});

test.each([403, 301, 500, 503])('status %i is no answer', async (status) => {
  const { existence } = asked({ a: status });
  await expect(existence.exists('a')).rejects.toMatchObject({
    code: 'ServiceUnavailable',
    reason: expect.stringContaining(String(status)),
  });
});
