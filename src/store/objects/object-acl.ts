// The ACL that every object has: its owner may do everything, nobody else anything.
import { announcesBody } from '../../http1/head.ts';
import { S3Error } from '../../s3/error.ts';
import { ownerAcl } from '../buckets/bucket-acl.ts';
import { requireBucket } from '../buckets/require-bucket.ts';
import { checkCannedAcl, checkWriteHeaders } from '../buckets/write-headers.ts';
import type { Answer, Call, StoreParts } from '../server/call.ts';
import { findObject } from './find-version.ts';
import { versionIdHeader } from './version-headers.ts';

const AMZ_ACL = 'x-amz-acl';

export function getObjectAcl({ request }: Call, { catalog }: StoreParts): Answer {
  const found = findObject(catalog.versions, requireBucket(catalog.buckets, request), request);
  return found.kind === 'marker' ? found.answer : ownerAcl();
}

/** `x-amz-acl: private` and `bucket-owner-full-control` change nothing and are accepted; everything else is refused. */
export function putObjectAcl({ request }: Call, { catalog }: StoreParts): Answer {
  checkWriteHeaders(request, [AMZ_ACL]);
  checkCannedAcl(request);
  const bucket = requireBucket(catalog.buckets, request);
  const found = findObject(catalog.versions, bucket, request);
  if (found.kind === 'marker') return found.answer;
  if (announcesBody(request.head.framing) || !request.head.headers.has(AMZ_ACL)) {
    throw new S3Error('AccessControlListNotSupported');
  }
  return { status: 200, headers: versionIdHeader(bucket, found.row) };
}
