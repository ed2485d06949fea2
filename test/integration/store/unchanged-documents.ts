// A bucket with an object and an unfinished upload of two parts, for requests that must change none of it.
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { bodyOf } from '../../support/bodies.ts';
import type { StoreFixture } from '../../support/embedded-store-fixture.ts';
import { stateOf } from './store-state.ts';

/** Object `there`, and the upload of `parts`. */
export interface UnchangedDocuments {
  readonly Bucket: string;
  /** Known from the first test on, as the ETags of its parts 1 and 2 are. */
  readonly uploadId: string;
  readonly etags: readonly string[];
}

/** Call at the top of a file. Behind each test the store must hold what it held before. */
export function useUnchangedDocuments(at: StoreFixture): UnchangedDocuments {
  const Bucket = 'documents';
  const etags: string[] = [];
  let uploadId = '';
  let before: object;

  beforeAll(async () => {
    await at.direct.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }));
    await at.direct.send(new PutObjectCommand({ Bucket, Key: 'there', Body: 'there' }));
    const { UploadId } = await at.direct.send(new CreateMultipartUploadCommand({ Bucket, Key: 'parts' }));
    uploadId = UploadId ?? '';
    for (const PartNumber of [1, 2]) {
      const part = { Bucket, Key: 'parts', UploadId, PartNumber, Body: bodyOf(`${PartNumber}`, 1000) };
      etags.push((await at.direct.send(new UploadPartCommand(part))).ETag ?? '');
    }
  });
  beforeEach(async () => {
    before = await stateOf(at);
  });
  afterEach(async () => {
    expect(await stateOf(at)).toEqual(before);
  });

  return {
    Bucket,
    etags,
    get uploadId() {
      return uploadId;
    },
  };
}
