// A worker's copy of the capacity documents: how often the primary is asked, and what is told meanwhile.
import { expect, test } from 'vitest';
import { S3Error } from '../../../src/s3/error.ts';
import { createCapacityCopy } from '../../../src/serve/capacity-copy.ts';

function copy(answer: (bucket: string, nth: number) => Promise<string>) {
  const asked: string[] = [];
  let nowMs = 0;
  const of = createCapacityCopy({
    async ask(bucket) {
      asked.push(bucket);
      return { body: Buffer.from(await answer(bucket, asked.length)), lastModifiedMs: asked.length };
    },
    now: () => nowMs,
  });
  return {
    asked,
    read: async (bucket: string) => (await of(bucket)).body.toString(),
    pass(ms: number) {
      nowMs += ms;
    },
  };
}

test('whoever asks at the same time shares one question, whoever asks within 250 ms its answer', async () => {
  const at = copy(async (bucket, nth) => `${bucket} ${nth}`);
  expect(await Promise.all([at.read('a'), at.read('a'), at.read('a')])).toEqual(['a 1', 'a 1', 'a 1']);
  at.pass(249);
  expect(await at.read('a')).toBe('a 1');
  at.pass(1);
  expect(await at.read('a')).toBe('a 2');
  expect(at.asked).toEqual(['a', 'a']);
});

test('the time counts from the answer, however long the primary took', async () => {
  const slow = Promise.withResolvers<string>();
  const at = copy(() => slow.promise);
  const first = at.read('a');
  at.pass(5_000);
  const second = at.read('a');
  slow.resolve('late');
  expect(await Promise.all([first, second])).toEqual(['late', 'late']);
  at.pass(200);
  await at.read('a');
  expect(at.asked).toHaveLength(1);
});

test('buckets are asked for each for itself', async () => {
  const at = copy(async (bucket) => bucket);
  expect(await Promise.all([at.read('a'), at.read('b')])).toEqual(['a', 'b']);
});

test('a refusal is kept as long, and what follows it is told then', async () => {
  const at = copy(async (_bucket, nth) => {
    if (nth === 1) throw new S3Error('ServiceUnavailable', { reason: 'down' });
    return 'up';
  });
  for (let n = 0; n < 3; n++) await expect(at.read('a')).rejects.toMatchObject({ reason: 'down' });
  expect(at.asked).toHaveLength(1);
  at.pass(250);
  expect(await at.read('a')).toBe('up');
});

test('of more than a thousand buckets the one asked for longest ago is forgotten', async () => {
  const at = copy(async (bucket) => bucket);
  for (let n = 0; n < 1_001; n++) await at.read(`b${n}`);
  await at.read('b1');
  expect(at.asked).toHaveLength(1_001);
  await at.read('b0');
  expect(at.asked).toHaveLength(1_002);
});
