// ListParts (Amazon S3 API Reference, ListParts).
import { xmlElement } from '../../s3/xml-text.ts';
import type { PartRow, UploadRow } from '../database/rows.ts';
import { readEncoding } from '../listing/listing-request.ts';
import { textElementFor } from '../listing/listing-text.ts';
import { documentAnswer } from '../objects/document.ts';
import { iso8601 } from '../objects/version-elements.ts';
import type { Answer, Call, StoreParts } from '../server/call.ts';
import { ownerElement } from '../server/owner.ts';
import { integerParameter } from '../server/query.ts';
import { requireUpload } from './require-upload.ts';
import { checksumElementName } from './upload-checksum.ts';

const MAX_LISTED = 1000;

export function listParts({ request }: Call, { catalog }: StoreParts): Answer {
  const { bucket, upload } = requireUpload(catalog, request);
  const encoding = readEncoding(request);
  const element = textElementFor(encoding);
  const after = integerParameter(request, 'part-number-marker') ?? 0;
  const maxParts = Math.min(integerParameter(request, 'max-parts') ?? MAX_LISTED, MAX_LISTED);
  const found = catalog.uploads.parts(upload.id, after, maxParts + 1);
  const parts = found.slice(0, maxParts);
  // Amazon S3 calls a page of nothing complete, whatever follows.
  const isTruncated = maxParts > 0 && found.length > maxParts;
  return documentAnswer(
    'ListPartsResult',
    [
      xmlElement('Bucket', bucket.name),
      encoding === 'url' ? xmlElement('EncodingType', 'url') : '',
      element('Key', upload.key),
      xmlElement('UploadId', upload.uploadId),
      ownerElement('Initiator'),
      ownerElement(),
      '<StorageClass>STANDARD</StorageClass>',
      xmlElement('PartNumberMarker', String(after)),
      xmlElement('NextPartNumberMarker', String(parts.at(-1)?.number ?? after)),
      xmlElement('MaxParts', String(maxParts)),
      xmlElement('IsTruncated', String(isTruncated)),
      upload.checksum === undefined
        ? ''
        : xmlElement('ChecksumAlgorithm', upload.checksum.algorithm) +
          xmlElement('ChecksumType', upload.checksum.type),
      ...parts.map((part) => partElement(part, upload)),
    ].join(''),
    [],
  );
}

function partElement(part: PartRow, { checksum }: UploadRow): string {
  const sum =
    checksum === undefined || part.checksum === undefined
      ? ''
      : xmlElement(checksumElementName(checksum.algorithm), part.checksum);
  return `<Part>${xmlElement('PartNumber', String(part.number))}${xmlElement('LastModified', iso8601(part.modifiedMs))}${xmlElement('ETag', `"${part.etag}"`)}${xmlElement('Size', String(part.size))}${sum}</Part>`;
}
