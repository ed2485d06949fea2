// GetBucketLocation is the gateway's own region, for buckets that there are.
import { expect, test } from 'vitest';
import { answerBucketLocation } from '../../../src/gateway/answer-bucket-location.ts';
import { renderBucketLocation } from '../../../src/s3/bucket-location.ts';
import { fakeBackend } from './fake-backend.ts';

test.each([
  ['us-east-1', '<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/"></LocationConstraint>'],
  [
    'eu-west-3',
    '<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">eu-west-3</LocationConstraint>',
  ],
])('%s', async (region, expected) => {
  const backend = fakeBackend();
  const answer = await answerBucketLocation('bucket', backend, region);
  expect(answer.status).toBe(200);
  expect(answer.body?.toString().split('\n')[1]).toBe(expected);
  expect(answer.body).toEqual(renderBucketLocation(region));
  expect(backend.asked).toEqual(['exists bucket']);
});

test('a bucket that is not there', async () => {
  const backend = fakeBackend('store', { bucketExists: () => false });
  await expect(answerBucketLocation('bucket', backend, 'us-east-1')).rejects.toMatchObject({
    code: 'NoSuchBucket',
  });
});
