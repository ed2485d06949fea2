// ListMultipartUploads (Amazon S3 API Reference, ListMultipartUploads).
import type { S3Request } from '../../s3/request.ts';
import { xmlElement } from '../../s3/xml-text.ts';
import { requireBucket } from '../buckets/require-bucket.ts';
import type { KeyBound } from '../database/catalog.ts';
import type { UploadRow } from '../database/rows.ts';
import { commonPrefixOf, type Grouping, startBehind } from '../listing/common-prefix.ts';
import { commonPrefixElements } from '../listing/listed-elements.ts';
import { readEncoding } from '../listing/listing-request.ts';
import { type TextElement, textElementFor } from '../listing/listing-text.ts';
import { collectPage, type PageEntry } from '../listing/page.ts';
import { documentAnswer } from '../objects/document.ts';
import { iso8601 } from '../objects/version-elements.ts';
import type { Answer, Call, StoreParts } from '../server/call.ts';
import { ownerElement } from '../server/owner.ts';
import { integerParameter, parameter } from '../server/query.ts';

const MAX_UPLOADS = 1000;

interface UploadPlace {
  readonly key: string;
  readonly uploadId: string;
}

export function listMultipartUploads({ request }: Call, { catalog }: StoreParts): Answer {
  const bucket = requireBucket(catalog.buckets, request);
  const encoding = readEncoding(request);
  const element = textElementFor(encoding);
  const grouping: Grouping = {
    prefix: parameter(request, 'prefix') ?? '',
    delimiter: parameter(request, 'delimiter') || undefined,
  };
  const maxUploads = Math.min(integerParameter(request, 'max-uploads') ?? MAX_UPLOADS, MAX_UPLOADS);
  const marker = readMarker(request);
  const page = collectPage<UploadRow, UploadPlace>(
    (from) => catalog.uploads.uploadsFrom(bucket.id, from, grouping.prefix),
    startOf(marker, grouping),
    grouping,
    maxUploads,
  );
  return documentAnswer(
    'ListMultipartUploadsResult',
    [
      xmlElement('Bucket', bucket.name),
      element('KeyMarker', marker.key),
      xmlElement('UploadIdMarker', marker.uploadId),
      nextMarkerElements(page.isTruncated ? page.entries.at(-1) : undefined, element),
      element('Prefix', grouping.prefix),
      grouping.delimiter === undefined ? '' : element('Delimiter', grouping.delimiter),
      encoding === 'url' ? xmlElement('EncodingType', 'url') : '',
      xmlElement('MaxUploads', String(maxUploads)),
      xmlElement('IsTruncated', String(page.isTruncated)),
      ...page.entries.map((entry) => (entry.kind === 'row' ? uploadElement(entry.row, element) : '')),
      commonPrefixElements(page.entries, element),
    ].join(''),
    [],
  );
}

/** An upload id without a key means nothing (API reference, `upload-id-marker`). */
function readMarker(request: S3Request): UploadPlace {
  const key = parameter(request, 'key-marker') ?? '';
  return { key, uploadId: key === '' ? '' : (parameter(request, 'upload-id-marker') ?? '') };
}

function startOf(marker: UploadPlace, grouping: Grouping): KeyBound | UploadPlace {
  const isWhole = marker.uploadId === '' || commonPrefixOf(marker.key, grouping) !== undefined;
  return isWhole ? startBehind(marker.key, grouping) : marker;
}

function nextMarkerElements(last: PageEntry<UploadRow> | undefined, element: TextElement): string {
  if (last === undefined) return '';
  const [key, uploadId] = last.kind === 'row' ? [last.row.key, last.row.uploadId] : [last.prefix, ''];
  return element('NextKeyMarker', key) + xmlElement('NextUploadIdMarker', uploadId);
}

function uploadElement({ key, uploadId, initiatedMs, checksum }: UploadRow, element: TextElement): string {
  const sum =
    checksum === undefined
      ? ''
      : xmlElement('ChecksumAlgorithm', checksum.algorithm) + xmlElement('ChecksumType', checksum.type);
  return `<Upload>${element('Key', key)}${xmlElement('UploadId', uploadId)}${ownerElement('Initiator')}${ownerElement()}<StorageClass>STANDARD</StorageClass>${xmlElement('Initiated', iso8601(initiatedMs))}${sum}</Upload>`;
}
