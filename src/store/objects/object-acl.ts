// The ACL that every object has: its owner may do everything, nobody else anything.
import { announcesBody } from '../../http1/head.ts';
import { S3Error } from '../../s3/error.ts';
import { isOwnerAcl, ownerAcl } from '../buckets/bucket-acl.ts';
import { requireBucket } from '../buckets/require-bucket.ts';
import { checkCannedAcl, checkWriteHeaders } from '../buckets/write-headers.ts';
import type { Answer, Call, StoreParts } from '../server/call.ts';
import { readDocument, SMALL_DOCUMENT_BYTES } from '../server/read-document.ts';
import { findObject } from './find-version.ts';
import { versionIdHeader } from './version-headers.ts';

const AMZ_ACL = 'x-amz-acl';

export function getObjectAcl({ request }: Call, { catalog }: StoreParts): Answer {
  const found = findObject(catalog.versions, requireBucket(catalog.buckets, request), request);
  return found.kind === 'marker' ? found.answer : ownerAcl();
}

/**
 * `x-amz-acl: private` and `bucket-owner-full-control` change nothing and are accepted, and so is the document that
 * GetObjectAcl gives: s3cmd copies it along with an object. Everything else is refused, as by a bucket of Amazon's whose ACLs
 * are off (Amazon S3 User Guide, "Controlling ownership of objects and disabling ACLs for your bucket").
 */
export async function putObjectAcl(call: Call, { catalog }: StoreParts): Promise<Answer> {
  const { request } = call;
  checkWriteHeaders(request, [AMZ_ACL]);
  checkCannedAcl(request);
  const bucket = requireBucket(catalog.buckets, request);
  const found = findObject(catalog.versions, bucket, request);
  if (found.kind === 'marker') return found.answer;
  const isDocument = announcesBody(request.head.framing);
  // Either, and not both.
  if (isDocument === request.head.headers.has(AMZ_ACL)) throw new S3Error('AccessControlListNotSupported');
  if (isDocument && !isOwnerAcl(await readDocument(call, SMALL_DOCUMENT_BYTES))) {
    throw new S3Error('AccessControlListNotSupported');
  }
  return { status: 200, headers: versionIdHeader(bucket, found.row) };
}
