// CopyObject, within the store.
import { CHECKSUM_ALGORITHMS, type ChecksumAlgorithm } from '../../s3/checksum.ts';
import { S3Error } from '../../s3/error.ts';
import type { CopySource } from '../../s3/request.ts';
import { xmlElement } from '../../s3/xml-text.ts';
import { requireBucket, requireBucketNamed } from '../buckets/require-bucket.ts';
import type { BucketRow, VersionRow } from '../database/rows.ts';
import { NULL_VERSION_ID } from '../database/version-ids.ts';
import { MAX_UPLOAD_BYTES } from '../files/body-files.ts';
import type { Answer, Call, StoreParts } from '../server/call.ts';
import { addReceived } from './add-received.ts';
import { checkMayAdd } from './add-version.ts';
import { type CopyDirectives, readCopyDirectives } from './copy-directives.ts';
import { checkCopyConditions, findCopySource } from './copy-source.ts';
import { documentAnswer } from './document.ts';
import { readObjectHeaders } from './object-headers.ts';
import { checksumElements, iso8601 } from './version-elements.ts';
import { versionIdHeader } from './version-headers.ts';

interface Source {
  readonly bucket: BucketRow;
  readonly row: VersionRow;
}

export async function copyObject(call: Call, store: StoreParts): Promise<Answer> {
  const { request } = call;
  const { key } = request;
  const { catalog, bodies } = store;
  const bucket = requireBucket(catalog.buckets, request);
  const given = readObjectHeaders(call, bucket, store);
  const directives = readCopyDirectives(request.head.headers);
  const algorithm = askedAlgorithm(call);
  const source = sourceOf(call, store);
  const { row: from } = source;
  if (algorithm === undefined) checkChangesSomething(bucket, key, source, request.copySource, directives);
  checkMayAdd(catalog, store, bucket, request, key, from.size);

  // A copy has the kind of checksum that its source has, made anew: a composite speaks of parts that the copy has not.
  const computed = algorithm ?? from.checksum?.algorithm;
  const received = await bodies.copy(
    catalog.versions.content(from.id),
    { first: 0, last: from.size - 1 },
    computed === undefined ? [] : [computed],
    { inline: true },
  );
  const described = {
    headers: directives.metadata === 'REPLACE' ? given.headers : from.headers,
    tags: directives.tagging === 'REPLACE' ? given.tags : from.tags,
    lock: given.lock,
  };
  const added = await addReceived(store, request, received, described, computed);
  const { etag, modifiedMs, checksum } = added.row;
  return documentAnswer(
    'CopyObjectResult',
    `${xmlElement('ETag', `"${etag}"`)}${xmlElement('LastModified', iso8601(modifiedMs))}${checksumElements(checksum)}`,
    [
      ...versionIdHeader(added.bucket, added.row),
      ...versionIdHeader(source.bucket, from).map(
        ([, value]) => ['x-amz-copy-source-version-id', value] as const,
      ),
    ],
  );
}

function sourceOf({ request }: Call, { catalog }: StoreParts): Source {
  const { copySource } = request;
  if (copySource === undefined) throw new S3Error('InvalidRequest', { reason: 'no x-amz-copy-source' });
  const bucket = requireBucketNamed(catalog.buckets, copySource.bucket);
  const row = findCopySource(catalog.versions, bucket, copySource);
  checkCopyConditions(request.head.headers, row);
  if (row.size <= MAX_UPLOAD_BYTES) return { bucket, row };
  throw new S3Error('InvalidRequest', {
    message: `The specified copy source is larger than the maximum allowable size for a copy source: ${MAX_UPLOAD_BYTES}`,
  });
}

/** A copy onto itself is how metadata are changed, and needs a change where it would replace its own source. */
function checkChangesSomething(
  bucket: BucketRow,
  key: string,
  { row }: Source,
  copySource: CopySource | undefined,
  { metadata, tagging }: CopyDirectives,
): void {
  const ontoItself = row.bucketId === bucket.id && row.key === key && copySource !== undefined;
  const replaces = bucket.versioning !== 'enabled' && row.versionId === NULL_VERSION_ID;
  if (!ontoItself || !replaces || metadata === 'REPLACE' || tagging === 'REPLACE') return;
  throw new S3Error('InvalidRequest', {
    message:
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
  });
}

function askedAlgorithm({ request }: Call): ChecksumAlgorithm | undefined {
  const { headers } = request.head;
  for (const { name } of headers) {
    if (!name.startsWith('x-amz-checksum-') || name === 'x-amz-checksum-algorithm') continue;
    throw new S3Error('NotImplemented', {
      message: `The header ${name.slice(0, 64)} is not implemented for CopyObject.`,
    });
  }
  const asked = headers.get('x-amz-checksum-algorithm');
  if (asked === undefined) return undefined;
  const algorithm = CHECKSUM_ALGORITHMS.find((each) => each === asked.toUpperCase());
  if (algorithm !== undefined) return algorithm;
  throw new S3Error('InvalidRequest', {
    message: 'Checksum algorithm provided is unsupported. Please try again with any of the valid types.',
  });
}
