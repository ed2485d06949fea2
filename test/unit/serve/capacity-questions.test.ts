// A worker asks its primary: the answer, the error, no answer, nobody to ask.
import { deserialize, serialize } from 'node:v8';
import { expect, test } from 'vitest';
import { S3Error } from '../../../src/s3/error.ts';
import { CapacityQuestions, sentError } from '../../../src/serve/capacity-questions.ts';
import type { FromWorker } from '../../../src/serve/worker-messages.ts';

function asking(patienceMs = 60_000, isThere = true) {
  const sent: FromWorker[] = [];
  const questions = new CapacityQuestions((message) => {
    if (isThere) sent.push(message);
    return isThere;
  }, patienceMs);
  return { sent, questions };
}

const DOCUMENT = { body: Buffer.from('<CapacityInfo/>'), lastModifiedMs: 1_000 };

test('each answer goes to its own question', async () => {
  const { sent, questions } = asking();
  const [a, b] = [questions.ask('a'), questions.ask('b')];
  expect(sent).toEqual([
    { kind: 'capacity', id: 1, bucket: 'a' },
    { kind: 'capacity', id: 2, bucket: 'b' },
  ]);
  questions.answered(2, DOCUMENT);
  questions.refused(1, sentError(new S3Error('NoSuchBucket')));
  expect(await b).toBe(DOCUMENT);
  await expect(a).rejects.toMatchObject({ code: 'NoSuchBucket', status: 404 });
});

test('an S3Error arrives as it was, over the channel too', async () => {
  const { questions } = asking();
  const error = new S3Error('ServiceUnavailable', {
    message: 'Not known.',
    reason: 'no answer from 127.0.0.1',
    details: { Region: 'eu-west-3' },
    retryAfterSeconds: 7,
  });
  const answer = questions.ask('a');
  questions.refused(1, deserialize(serialize(sentError(error))));
  const arrived = await answer.catch((thrown: unknown) => thrown);
  expect(arrived).toBeInstanceOf(S3Error);
  const { code, status, message, reason, details, retryAfterSeconds } = error;
  expect(arrived).toMatchObject({ code, status, message, reason, details, retryAfterSeconds });
});

test('what is no S3Error is an internal error', () => {
  expect(sentError(new RangeError('capacity that cannot be'))).toEqual({
    code: 'InternalError',
    reason: 'RangeError: capacity that cannot be',
  });
});

test('a primary that does not answer in time is ServiceUnavailable, and its late answer is dropped', async () => {
  const { questions } = asking(1);
  await expect(questions.ask('a')).rejects.toMatchObject({
    code: 'ServiceUnavailable',
    reason: 'the primary process did not answer in time',
  });
  expect(() => questions.answered(1, DOCUMENT)).not.toThrow();
});

test('where the primary is gone the answer does not wait', async () => {
  const { questions } = asking(60_000, false);
  await expect(questions.ask('a')).rejects.toMatchObject({ reason: 'the primary process is gone' });
});
