// HeadBucket, GetBucketLocation and DeleteBucket.
import { locationConstraint } from '../../s3/bucket-location.ts';
import { S3Error } from '../../s3/error.ts';
import { escapeXml } from '../../s3/xml-text.ts';
import type { Answer, AnswerHeaders, Call, StoreParts } from '../server/call.ts';
import { documentAnswer } from './document-answer.ts';
import { requireBucket } from './require-bucket.ts';
import { checkWriteHeaders } from './write-headers.ts';

/** `x-amz-bucket-object-lock-enabled` is no header of Amazon S3's answer; some clients of Veeam's kind look for it (MaxIOFS, 2026). */
export function headBucket({ request }: Call, { catalog, region }: StoreParts): Answer {
  const { objectLock } = requireBucket(catalog.buckets, request);
  const lock: AnswerHeaders = objectLock ? [['x-amz-bucket-object-lock-enabled', 'true']] : [];
  return {
    status: 200,
    headers: [['Content-Type', 'application/xml'], ['x-amz-bucket-region', region], ...lock],
  };
}

export function getBucketLocation({ request }: Call, { catalog, region }: StoreParts): Answer {
  requireBucket(catalog.buckets, request);
  return documentAnswer('LocationConstraint', escapeXml(locationConstraint(region)));
}

/** Throws BucketNotEmpty while versions, delete markers or unfinished uploads are in it. */
export async function deleteBucket({ request }: Call, { catalog }: StoreParts): Promise<Answer> {
  checkWriteHeaders(request);
  await catalog.write(({ buckets }) => {
    const bucket = requireBucket(buckets, request);
    if (!buckets.isEmpty(bucket.id)) {
      throw new S3Error('BucketNotEmpty', { details: { BucketName: bucket.name } });
    }
    buckets.remove(bucket.id);
  });
  return { status: 204, headers: [] };
}
