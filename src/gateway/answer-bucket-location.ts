// GetBucketLocation: the region that clients sign for, which is the gateway's. Ceph RGW names its zone group ("default"), and a
// client that takes that for its region (mc, 2026-11) signs what nobody accepts.
import type { Backend } from '../backend/backend.ts';
import { renderBucketLocation } from '../s3/bucket-location.ts';
import { S3Error } from '../s3/error.ts';
import type { OwnAnswer } from './respond.ts';

/** Throws NoSuchBucket, and what keeps the store from being asked. */
export async function answerBucketLocation(
  bucket: string,
  backend: Backend,
  region: string,
): Promise<OwnAnswer> {
  if (!(await backend.bucketExists(bucket))) {
    throw new S3Error('NoSuchBucket', { details: { BucketName: bucket } });
  }
  const body = renderBucketLocation(region);
  const headers = [
    ['Content-Type', 'application/xml'],
    ['Content-Length', String(body.length)],
  ] as const;
  return { status: 200, headers, body };
}
