// What is remembered of uploads that were completed: the outcome for the same call, a failure not at all, and not without end.
import { expect, test } from 'vitest';
import { type CompletedUpload, CompletedUploads } from '../../../../src/store/multipart/completed-uploads.ts';

const became = (rowId: number): CompletedUpload => ({
  bucketId: 1,
  key: 'key',
  rowId,
  versionId: 'null',
  answer: { status: 200, headers: [] },
});

test('the same call finds the outcome, also while it is under way; another one does not', async () => {
  const completed = new CompletedUploads();
  const outcome = Promise.withResolvers<CompletedUpload>();
  completed.remember('a', 'print', outcome.promise);
  const found = completed.find('a', 'print');
  expect(completed.find('a', 'other')).toBeUndefined();
  expect(completed.find('b', 'print')).toBeUndefined();
  expect([completed.has('a'), completed.has('b')]).toEqual([true, false]);
  outcome.resolve(became(1));
  expect(await found).toEqual(became(1));
  expect(await completed.find('a', 'print')).toEqual(became(1));
});

test('the first call stays remembered where another one comes', async () => {
  const completed = new CompletedUploads();
  completed.remember('a', 'first', Promise.resolve(became(1)));
  completed.remember('a', 'second', Promise.resolve(became(2)));
  expect(await completed.find('a', 'first')).toEqual(became(1));
  expect(completed.find('a', 'second')).toBeUndefined();
});

test('a failure is told to who joined, and forgotten', async () => {
  const completed = new CompletedUploads();
  const outcome = Promise.withResolvers<CompletedUpload>();
  completed.remember('a', 'print', outcome.promise);
  const joined = completed.find('a', 'print');
  outcome.reject(new Error('failed'));
  await expect(joined).rejects.toThrow('failed');
  expect(completed.has('a')).toBe(false);
});

test('of many the oldest are forgotten', async () => {
  const completed = new CompletedUploads();
  for (let at = 0; at < 3000; at++) completed.remember(`upload ${at}`, 'print', Promise.resolve(became(at)));
  const kept = Array.from({ length: 3000 }, (_, at) => completed.has(`upload ${at}`));
  expect(kept.filter(Boolean)).toHaveLength(1024);
  expect(kept.slice(-1024).every(Boolean)).toBe(true);
});
