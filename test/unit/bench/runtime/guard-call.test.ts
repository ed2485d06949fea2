// A case can't touch what is not its own, whatever it tries.
import { describe, expect, test } from 'vitest';
import type { S3Call } from '../../../../src/bench/bench-context.ts';
import { guardCall } from '../../../../src/bench/runtime/guard-call.ts';

const OWN = 'Veeam/Backup/sosapi-bench-0123456789ab/case/';
const BUCKET = 'sosapi-bench-0123456789ab-1';
const deletes = (...keys: string[]) =>
  `<Delete>${keys.map((key) => `<Object><Key>${key}</Key></Object>`).join('')}</Delete>`;

describe('guardCall', () => {
  test.each<[string, S3Call]>([
    ['reads', { method: 'GET', key: 'Veeam/anything' }],
    ['reads of other buckets', { method: 'HEAD', bucket: 'other' }],
    ['its own keys', { method: 'PUT', key: `${OWN}k` }],
    ['its own keys with a slash before them', { method: 'DELETE', key: `/${OWN}k` }],
    [
      'the documents of SOSAPI',
      { method: 'PUT', key: '.system-d26a9498-cb7c-4a87-a44a-8ae204f5ba6c/system.xml' },
    ],
    [
      'its own keys at once',
      { method: 'POST', query: [['delete', '']], body: deletes(`${OWN}a`, `${OWN}b`) },
    ],
    ['a broken document', { method: 'POST', query: [['delete', '']], body: '<Delete>' }],
    ['its own buckets', { method: 'PUT', bucket: BUCKET, query: [['versioning', '']] }],
    ['keys in its own buckets', { method: 'PUT', bucket: BUCKET, key: 'Veeam/' }],
  ])('lets through %s', (_, call) => {
    expect(() => guardCall(call, 'bucket')).not.toThrow();
  });

  test.each<[string, S3Call]>([
    ['a foreign key', { method: 'PUT', key: 'Veeam/Backup/other/k' }],
    ['a parent of its own', { method: 'DELETE', key: 'Veeam/Backup/' }],
    ['the settings of the bucket', { method: 'PUT', query: [['versioning', '']], body: 'x' }],
    ['the bucket itself', { method: 'DELETE' }],
    [
      'a foreign key among its own',
      { method: 'POST', query: [['delete', '']], body: deletes(`${OWN}a`, 'b') },
    ],
    ['another bucket', { method: 'PUT', bucket: 'other', key: `${OWN}k` }],
    ['a bucket with a like name', { method: 'DELETE', bucket: 'sosapi-bench-production' }],
  ])('keeps back %s', (_, call) => {
    expect(() => guardCall(call, 'bucket')).toThrow('was not sent');
  });
});
