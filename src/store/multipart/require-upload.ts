// The unfinished upload that a request names, or NoSuchUpload.
import { S3Error } from '../../s3/error.ts';
import type { S3Request } from '../../s3/request.ts';
import { requireBucket } from '../buckets/require-bucket.ts';
import type { BucketReads, UploadReads } from '../database/catalog.ts';
import type { BucketRow, UploadRow } from '../database/rows.ts';
import { integerParameter, parameter } from '../server/query.ts';

export const MAX_PARTS = 10_000;

/** Taken with every call on an upload: it says who pays, and here nobody does. */
export const REQUEST_PAYER = 'x-amz-request-payer';

/** Asked before a body is taken, and again in the change that uses it. Throws NoSuchBucket and NoSuchUpload. */
export function requireUpload(
  catalog: { readonly buckets: BucketReads; readonly uploads: UploadReads },
  request: S3Request,
): { readonly bucket: BucketRow; readonly upload: UploadRow } {
  const bucket = requireBucket(catalog.buckets, request);
  const uploadId = uploadIdOf(request);
  const upload = catalog.uploads.find(bucket.id, request.key, uploadId);
  if (upload === undefined) throw noSuchUpload(uploadId);
  return { bucket, upload };
}

export function uploadIdOf(request: S3Request): string {
  return parameter(request, 'uploadId') ?? '';
}

export function noSuchUpload(uploadId: string): S3Error {
  return new S3Error('NoSuchUpload', { details: { UploadId: uploadId.slice(0, 64) } });
}

/** 1 to 10000. Throws InvalidArgument. */
export function partNumberOf(request: S3Request): number {
  const number = integerParameter(request, 'partNumber', { min: 1, max: MAX_PARTS });
  if (number !== undefined) return number;
  throw new S3Error('InvalidArgument', {
    message: `Part number must be an integer between 1 and ${MAX_PARTS}, inclusive`,
    details: { ArgumentName: 'partNumber', ArgumentValue: '' },
  });
}
