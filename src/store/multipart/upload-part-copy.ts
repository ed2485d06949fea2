// UploadPartCopy (Amazon S3 API Reference, UploadPartCopy): a part out of an object that is there.
import { S3Error } from '../../s3/error.ts';
import { AMZ_COPY_SOURCE } from '../../s3/headers.ts';
import type { S3Request } from '../../s3/request.ts';
import { xmlElement } from '../../s3/xml-text.ts';
import { requireBucketNamed } from '../buckets/require-bucket.ts';
import { checkWriteHeaders } from '../buckets/write-headers.ts';
import type { BucketReads, VersionReads } from '../database/catalog.ts';
import type { BucketRow, PartRow, UploadRow, VersionRow } from '../database/rows.ts';
import { MAX_UPLOAD_BYTES } from '../files/body-files.ts';
import { checkCopyConditions, findCopySource } from '../objects/copy-source.ts';
import { documentAnswer } from '../objects/document.ts';
import { checkQuota } from '../objects/quota.ts';
import { iso8601 } from '../objects/version-elements.ts';
import { versionIdHeader } from '../objects/version-headers.ts';
import type { Answer, Call, StoreParts } from '../server/call.ts';
import { commitPart, partSize } from './commit-part.ts';
import { partNumberOf, REQUEST_PAYER, requireUpload } from './require-upload.ts';
import { checksumElementName } from './upload-checksum.ts';

const COPY_RANGE = 'x-amz-copy-source-range';
const KNOWN_HEADERS = [
  AMZ_COPY_SOURCE,
  COPY_RANGE,
  'x-amz-copy-source-if-match',
  'x-amz-copy-source-if-modified-since',
  'x-amz-copy-source-if-none-match',
  'x-amz-copy-source-if-unmodified-since',
  REQUEST_PAYER,
];

interface Source {
  readonly bucket: BucketRow;
  readonly row: VersionRow;
}

interface CopyRange {
  readonly first: number;
  /** Included; -1 of an empty object. */
  readonly last: number;
}

export async function uploadPartCopy({ request }: Call, store: StoreParts): Promise<Answer> {
  const { catalog, bodies } = store;
  const number = partNumberOf(request);
  checkWriteHeaders(request, KNOWN_HEADERS);
  const { bucket, upload } = requireUpload(catalog, request);
  const source = sourceOf(request, catalog);
  const range = rangeOf(request, source.row);
  const size = range.last - range.first + 1;
  checkQuota(catalog.buckets, store, bucket, size, partSize(catalog.uploads, upload, number));

  const compute = upload.checksum === undefined ? [] : [upload.checksum.algorithm];
  const body = await bodies.copy(catalog.versions.content(source.row.id), range, compute, { inline: false });
  return answerFor(await commitPart(store, request, number, body), upload, source);
}

function sourceOf(
  { copySource, head }: S3Request,
  { buckets, versions }: { readonly buckets: BucketReads; readonly versions: VersionReads },
): Source {
  if (copySource === undefined) throw new S3Error('InvalidRequest', { reason: `no ${AMZ_COPY_SOURCE}` });
  const bucket = requireBucketNamed(buckets, copySource.bucket);
  const row = findCopySource(versions, bucket, copySource);
  checkCopyConditions(head.headers, row);
  return { bucket, row };
}

/** Exactly `bytes=first-last`, all of it within the object: unlike a Range it is never cut down or ignored. */
function rangeOf({ head }: S3Request, { size }: VersionRow): CopyRange {
  const text = head.headers.get(COPY_RANGE);
  const range = text === undefined ? { first: 0, last: size - 1 } : parseRange(text, size);
  if (range.last - range.first + 1 <= MAX_UPLOAD_BYTES) return range;
  throw new S3Error('InvalidRequest', {
    message: `The specified copy source is larger than the maximum allowable size for a copy source: ${MAX_UPLOAD_BYTES}`,
  });
}

function parseRange(text: string, size: number): CopyRange {
  const [, from, to] = /^bytes=(\d{1,15})-(\d{1,15})$/.exec(text) ?? [];
  const range = { first: Number(from), last: Number(to) };
  if (range.first <= range.last && range.last < size) return range;
  const isRange = from !== undefined && range.first <= range.last;
  throw new S3Error('InvalidArgument', {
    message: isRange
      ? `Range specified is not valid for source object of size: ${size}`
      : `The ${COPY_RANGE} value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy`,
    details: { ArgumentName: COPY_RANGE, ArgumentValue: text.slice(0, 64) },
  });
}

function answerFor(part: PartRow, { checksum }: UploadRow, source: Source): Answer {
  const sum =
    checksum === undefined || part.checksum === undefined
      ? ''
      : xmlElement(checksumElementName(checksum.algorithm), part.checksum);
  return documentAnswer(
    'CopyPartResult',
    `${xmlElement('ETag', `"${part.etag}"`)}${xmlElement('LastModified', iso8601(part.modifiedMs))}${sum}`,
    versionIdHeader(source.bucket, source.row).map(
      ([, value]) => ['x-amz-copy-source-version-id', value] as const,
    ),
  );
}
