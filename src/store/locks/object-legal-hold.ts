// GetObjectLegalHold and PutObjectLegalHold. A hold is independent of retention: to end it leaves the retention in force.
import { requireBucket } from '../buckets/require-bucket.ts';
import { checkWriteHeaders } from '../buckets/write-headers.ts';
import { documentAnswer } from '../objects/document.ts';
import { findObject } from '../objects/find-version.ts';
import { versionIdHeader } from '../objects/version-headers.ts';
import type { Answer, Call, StoreParts } from '../server/call.ts';
import { readDocument, SMALL_DOCUMENT_BYTES } from '../server/read-document.ts';
import { requireObjectLock } from './lock-rules.ts';
import { parseLegalHold } from './retention-document.ts';

/** OFF also where there never was one. Throws InvalidRequest where the bucket has no object lock. */
export function getObjectLegalHold({ request }: Call, { catalog }: StoreParts): Answer {
  const bucket = requireBucket(catalog.buckets, request);
  requireObjectLock(bucket);
  const found = findObject(catalog.versions, bucket, request);
  if (found.kind === 'marker') return found.answer;
  const { row } = found;
  const status = row.lock.legalHold ? 'ON' : 'OFF';
  return documentAnswer('LegalHold', `<Status>${status}</Status>`, versionIdHeader(bucket, row));
}

/** Throws InvalidRequest (no object lock) and MalformedXML. */
export async function putObjectLegalHold(call: Call, { catalog }: StoreParts): Promise<Answer> {
  const { request } = call;
  checkWriteHeaders(request, ['x-amz-request-payer']);
  requireObjectLock(requireBucket(catalog.buckets, request));
  const legalHold = parseLegalHold(await readDocument(call, SMALL_DOCUMENT_BYTES));
  return await catalog.write(({ buckets, versions }): Answer => {
    const bucket = requireBucket(buckets, request);
    requireObjectLock(bucket);
    const found = findObject(versions, bucket, request);
    if (found.kind === 'marker') return found.answer;
    const { id, lock } = found.row;
    versions.setLock(id, { ...lock, legalHold });
    return { status: 200, headers: versionIdHeader(bucket, found.row) };
  });
}
