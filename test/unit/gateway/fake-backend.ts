// A Backend that records what is asked of it, and reaches no store.

import type { Backend, Lease, OwnAnswer, OwnCall } from '../../../src/backend/backend.ts';
import { outgoingHead } from '../../../src/backend/request-head.ts';
import { answerFields } from '../../../src/backend/response-head.ts';
import { storeFailure } from '../../../src/backend/store-failure.ts';
import { parseResponseHead } from '../../../src/http1/head-parser.ts';
import { S3Error } from '../../../src/s3/error.ts';

export interface FakeAnswers {
  readonly acquire?: (fresh: boolean) => Promise<Lease>;
  readonly call?: (call: OwnCall) => OwnAnswer | Promise<OwnAnswer>;
  readonly verifyPayload?: Backend['verifyPayload'];
  readonly takesAwsChunked?: boolean;
  readonly bucketExists?: (bucket: string) => boolean | Promise<boolean>;
}

export interface FakeBackend extends Backend {
  /** Everything that would have reached a store, in order. */
  readonly asked: string[];
}

export function ownAnswer(status: number, body: string): OwnAnswer {
  const head = parseResponseHead(
    Buffer.from(`HTTP/1.1 ${status} Text\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`),
    { maxHeadBytes: 4096, maxHeaders: 10 },
    'GET',
  );
  return { head, body: Buffer.from(body) };
}

export function bucketList(...names: string[]): OwnAnswer {
  const buckets = names.map(
    (name) => `<Bucket><Name>${name}</Name><CreationDate>2026-01-02T03:04:05.000Z</CreationDate></Bucket>`,
  );
  return ownAnswer(
    200,
    `<ListAllMyBucketsResult><Owner><ID>id</ID></Owner><Buckets>${buckets.join('')}</Buckets></ListAllMyBucketsResult>`,
  );
}

export function fakeBackend(name = 'store', answers: FakeAnswers = {}): FakeBackend {
  const asked: string[] = [];
  return {
    name,
    asked,
    acquire: async (fresh = false) => {
      asked.push(fresh ? 'acquire fresh' : 'acquire');
      if (answers.acquire === undefined)
        throw new S3Error('ServiceUnavailable', { reason: 'a fake has no store' });
      return await answers.acquire(fresh);
    },
    endpoints: () => [],
    setDrained() {},
    outgoing: outgoingHead,
    verifyPayload: answers.verifyPayload ?? 'store',
    takesAwsChunked: async () => answers.takesAwsChunked ?? false,
    heardAwsChunked() {},
    learn: async () => {},
    render: () => 'RENDERED\r\n\r\n',
    answerFields,
    failure: (error) => storeFailure(name, error),
    call: async (call) => {
      asked.push(`call ${call.method} /${call.bucket}?${call.rawQuery}`);
      return (await answers.call?.(call)) ?? ownAnswer(200, '');
    },
    bucketExists: async (bucket) => {
      asked.push(`exists ${bucket}`);
      return (await answers.bucketExists?.(bucket)) ?? true;
    },
    forgetBucket: (bucket) => {
      asked.push(`forget ${bucket}`);
    },
    retried: () => {
      asked.push('retried');
    },
    close() {},
  };
}
