// CompleteMultipartUpload (Amazon S3 API Reference, CompleteMultipartUpload): parts become an object, without moving a byte.
import { createHash } from 'node:crypto';
import { CHECKSUM_ALGORITHMS, checksumHeader } from '../../s3/checksum.ts';
import { S3Error } from '../../s3/error.ts';
import type { S3Request } from '../../s3/request.ts';
import { xmlElement } from '../../s3/xml-text.ts';
import { requireBucket } from '../buckets/require-bucket.ts';
import { checkWriteHeaders } from '../buckets/write-headers.ts';
import type { Transaction } from '../database/catalog.ts';
import type { BucketRow, PartRow, StoredChecksum, UploadRow, VersionRow } from '../database/rows.ts';
import { addVersion } from '../objects/add-version.ts';
import { documentAnswer } from '../objects/document.ts';
import { checksumElements } from '../objects/version-elements.ts';
import { versionIdHeader } from '../objects/version-headers.ts';
import type { Answer, Handler, StoreParts } from '../server/call.ts';
import { LARGE_DOCUMENT_BYTES, readDocument } from '../server/read-document.ts';
import { chooseParts, multipartChecksum, multipartEtag, totalSize } from './choose-parts.ts';
import { type NamedPart, parseCompleteDocument } from './complete-document.ts';
import type { CompletedUpload, CompletedUploads } from './completed-uploads.ts';
import { noSuchUpload, REQUEST_PAYER, requireUpload, uploadIdOf } from './require-upload.ts';
import { CHECKSUM_TYPE_HEADER, readChecksumType } from './upload-checksum.ts';

const MP_OBJECT_SIZE = 'x-amz-mp-object-size';

/** Headers that say what the object must be, or when it may be made. */
const CONDITIONS: readonly string[] = [
  'if-match',
  'if-none-match',
  MP_OBJECT_SIZE,
  CHECKSUM_TYPE_HEADER,
  ...CHECKSUM_ALGORITHMS.map(checksumHeader),
];

/** `completed` is what the store remembers of earlier calls. */
export function completingUploads(completed: CompletedUploads): Handler {
  return async (call, store) => {
    const { request } = call;
    checkWriteHeaders(request, [MP_OBJECT_SIZE, REQUEST_PAYER]);
    const uploadId = uploadIdOf(request);
    if (!completed.has(uploadId)) requireUpload(store.catalog, request);
    const document = await readDocument(call, LARGE_DOCUMENT_BYTES, { checksumOf: 'object' });
    const named = parseCompleteDocument(document);

    const fingerprint = fingerprintOf(request, document);
    const earlier = await completed.find(uploadId, fingerprint);
    if (earlier !== undefined) return answerAgain(earlier, request, store);
    const outcome = complete(request, named, store);
    completed.remember(uploadId, fingerprint, outcome);
    return (await outcome).answer;
  };
}

async function complete(
  request: S3Request,
  named: readonly NamedPart[],
  store: StoreParts,
): Promise<CompletedUpload> {
  const { upload } = requireUpload(store.catalog, request);
  const seen = chooseParts(store.catalog.uploads, upload, named);
  const checksum = await multipartChecksum(upload, seen);
  checkPromises(request, upload, totalSize(seen), checksum);
  const { row, bucket } = await store.catalog.write((transaction) => {
    // Asked again: since then the upload may have been aborted, or a part of it replaced.
    const { upload } = requireUpload(transaction, request);
    const parts = chooseParts(transaction.uploads, upload, named);
    checkUnchanged(seen, parts);
    const added = addObject(transaction, store, request, upload, parts, checksum);
    transaction.uploads.remove(upload.id);
    return added;
  });
  return {
    bucketId: row.bucketId,
    key: row.key,
    rowId: row.id,
    versionId: row.versionId,
    answer: answerFor(request, row, bucket),
  };
}

function addObject(
  transaction: Transaction,
  store: StoreParts,
  request: S3Request,
  upload: UploadRow,
  parts: readonly PartRow[],
  checksum: StoredChecksum | undefined,
): { readonly row: VersionRow; readonly bucket: BucketRow } {
  const { key, headers, tags, lock } = upload;
  return addVersion(transaction, store, request.bucket, request, {
    key,
    headers,
    tags,
    lock,
    checksum,
    size: totalSize(parts),
    etag: multipartEtag(parts),
    parts: parts.map((part) => ({ number: part.number, size: part.size, checksum: part.checksum })),
    content: { kind: 'files', files: parts.map(({ file }) => file) },
  });
}

/** The checksum is of the parts as they were first seen. One of the same ETag that came again has the same bytes and sum. */
function checkUnchanged(seen: readonly PartRow[], parts: readonly PartRow[]): void {
  if (parts.some(({ checksum }, at) => checksum !== seen[at]?.checksum)) throw new S3Error('InvalidPart');
}

/** What the call says of the whole object. Throws InvalidRequest and BadDigest. */
function checkPromises(
  { head }: S3Request,
  upload: UploadRow,
  size: number,
  checksum: StoredChecksum | undefined,
): void {
  const promisedSize = head.headers.get(MP_OBJECT_SIZE);
  if (promisedSize !== undefined && promisedSize !== String(size)) {
    throw new S3Error('InvalidRequest', {
      message: `The provided '${MP_OBJECT_SIZE}' header does not match the size of the parts, ${size}.`,
    });
  }
  const type = readChecksumType(head.headers.get(CHECKSUM_TYPE_HEADER));
  if (type !== undefined && type !== upload.checksum?.type) {
    throw new S3Error('InvalidRequest', {
      message: `The upload was not created with the checksum type ${type}.`,
    });
  }
  for (const algorithm of CHECKSUM_ALGORITHMS) {
    const promised = head.headers.get(checksumHeader(algorithm));
    if (promised === undefined) continue;
    if (checksum?.algorithm !== algorithm) {
      throw new S3Error('InvalidRequest', {
        message: `The upload was not created with the checksum algorithm ${algorithm}.`,
      });
    }
    // Of a composite the number of parts may be left away.
    if (promised !== checksum.value && promised !== checksum.value.replace(/-\d+$/, '')) {
      throw new S3Error('BadDigest', { reason: `${algorithm} of the whole object` });
    }
  }
}

/** An object that was deleted or overwritten since is not told of again. */
function answerAgain(earlier: CompletedUpload, request: S3Request, { catalog }: StoreParts): Answer {
  const { bucketId, key, rowId, versionId, answer } = earlier;
  const isHere = requireBucket(catalog.buckets, request).id === bucketId && request.key === key;
  const row = isHere ? catalog.versions.byVersionId(bucketId, key, versionId) : undefined;
  if (row?.id !== rowId) throw noSuchUpload(uploadIdOf(request));
  return answer;
}

function fingerprintOf({ rawPath, head }: S3Request, document: Buffer): string {
  const conditions = CONDITIONS.map((name) => `${name}:${head.headers.all(name).join(',')}\n`);
  return createHash('sha256')
    .update(`${rawPath}\n${conditions.join('')}`)
    .update(document)
    .digest('base64');
}

function answerFor(request: S3Request, row: VersionRow, bucket: BucketRow): Answer {
  return documentAnswer(
    'CompleteMultipartUploadResult',
    [
      // Relative: only the client knows by which name it reached the gateway.
      xmlElement('Location', request.rawPath),
      xmlElement('Bucket', request.bucket),
      xmlElement('Key', request.key),
      xmlElement('ETag', `"${row.etag}"`),
      checksumElements(row.checksum),
    ].join(''),
    versionIdHeader(bucket, row),
  );
}
