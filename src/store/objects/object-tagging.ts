// GetObjectTagging, PutObjectTagging, DeleteObjectTagging.
import { requireBucket } from '../buckets/require-bucket.ts';
import { checkWriteHeaders } from '../buckets/write-headers.ts';
import type { Tags } from '../database/rows.ts';
import type { Answer, Call, StoreParts } from '../server/call.ts';
import { readDocument, SMALL_DOCUMENT_BYTES } from '../server/read-document.ts';
import { documentAnswer } from './document.ts';
import { findObject } from './find-version.ts';
import { parseTaggingDocument, renderTagSet } from './tags.ts';
import { versionIdHeader } from './version-headers.ts';

export function getObjectTagging({ request }: Call, { catalog }: StoreParts): Answer {
  const bucket = requireBucket(catalog.buckets, request);
  const found = findObject(catalog.versions, bucket, request);
  if (found.kind === 'marker') return found.answer;
  const { row } = found;
  return documentAnswer('Tagging', renderTagSet(row.tags), versionIdHeader(bucket, row));
}

export async function putObjectTagging(call: Call, store: StoreParts): Promise<Answer> {
  checkWriteHeaders(call.request, ['x-amz-request-payer']);
  requireBucket(store.catalog.buckets, call.request);
  const tags = parseTaggingDocument(await readDocument(call, SMALL_DOCUMENT_BYTES));
  return await setTags(call, store, tags, 200);
}

export async function deleteObjectTagging(call: Call, store: StoreParts): Promise<Answer> {
  checkWriteHeaders(call.request);
  return await setTags(call, store, [], 204);
}

async function setTags(
  { request }: Call,
  { catalog }: StoreParts,
  tags: Tags,
  status: number,
): Promise<Answer> {
  return await catalog.write(({ buckets, versions }): Answer => {
    const bucket = requireBucket(buckets, request);
    const found = findObject(versions, bucket, request);
    if (found.kind === 'marker') return found.answer;
    versions.setTags(found.row.id, tags);
    return { status, headers: versionIdHeader(bucket, found.row) };
  });
}
