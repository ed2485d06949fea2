// GetObjectAttributes.
import { S3Error } from '../../s3/error.ts';
import { formatHttpDate } from '../../s3/http-date.ts';
import type { S3Request } from '../../s3/request.ts';
import { xmlElement } from '../../s3/xml-text.ts';
import { requireBucket } from '../buckets/require-bucket.ts';
import type { CompletedPart, VersionRow } from '../database/rows.ts';
import type { Answer, Call, StoreParts } from '../server/call.ts';
import { documentAnswer } from './document.ts';
import { findObject } from './find-version.ts';
import { checkReadHeaders } from './read-headers.ts';
import { checksumElements } from './version-elements.ts';
import { versionIdHeader } from './version-headers.ts';

const ATTRIBUTES = ['ETag', 'Checksum', 'ObjectParts', 'StorageClass', 'ObjectSize'] as const;
type Attribute = (typeof ATTRIBUTES)[number];

const AMZ_OBJECT_ATTRIBUTES = 'x-amz-object-attributes';
const MAX_PARTS_A_PAGE = 1000;
const MAX_INTEGER = 2_147_483_647;

export function getObjectAttributes({ request }: Call, { catalog }: StoreParts): Answer {
  checkReadHeaders(request);
  const asked = askedAttributes(request);
  const page = {
    after: integerHeader(request, 'x-amz-part-number-marker') ?? 0,
    limit: Math.min(integerHeader(request, 'x-amz-max-parts') ?? MAX_PARTS_A_PAGE, MAX_PARTS_A_PAGE),
  };
  const bucket = requireBucket(catalog.buckets, request);
  const found = findObject(catalog.versions, bucket, request);
  if (found.kind === 'marker') return found.answer;
  const { row } = found;
  const parts = asked.has('ObjectParts') ? catalog.versions.parts(row.id) : undefined;
  const elements: Readonly<Record<Attribute, string>> = {
    ETag: xmlElement('ETag', row.etag),
    Checksum: row.checksum === undefined ? '' : `<Checksum>${checksumElements(row.checksum)}</Checksum>`,
    ObjectParts: parts === undefined ? '' : partsElement(row, parts, page),
    StorageClass: '<StorageClass>STANDARD</StorageClass>',
    ObjectSize: xmlElement('ObjectSize', String(row.size)),
  };
  return documentAnswer(
    'GetObjectAttributesResponse',
    ATTRIBUTES.map((attribute) => (asked.has(attribute) ? elements[attribute] : '')).join(''),
    [['Last-Modified', formatHttpDate(row.modifiedMs)], ...versionIdHeader(bucket, row)],
  );
}

function partsElement(
  { checksum }: VersionRow,
  parts: readonly CompletedPart[],
  { after, limit }: { readonly after: number; readonly limit: number },
): string {
  const rest = parts.filter(({ number }) => number > after);
  const page = rest.slice(0, limit);
  const elements = page.map((part) => {
    const value =
      checksum === undefined || part.checksum === undefined
        ? ''
        : xmlElement(`Checksum${checksum.algorithm}`, part.checksum);
    return `<Part>${value}${xmlElement('PartNumber', String(part.number))}${xmlElement('Size', String(part.size))}</Part>`;
  });
  return `<ObjectParts>${[
    xmlElement('IsTruncated', String(page.length < rest.length)),
    xmlElement('MaxParts', String(limit)),
    xmlElement('NextPartNumberMarker', String(page.at(-1)?.number ?? after)),
    xmlElement('PartNumberMarker', String(after)),
    ...elements,
    xmlElement('PartsCount', String(parts.length)),
  ].join('')}</ObjectParts>`;
}

function askedAttributes({ head }: S3Request): ReadonlySet<string> {
  const names = head.headers.all(AMZ_OBJECT_ATTRIBUTES).flatMap((value) => value.split(','));
  const asked = new Set(names.map((name) => name.trim()).filter((name) => name !== ''));
  const known: ReadonlySet<string> = new Set(ATTRIBUTES);
  if (asked.size > 0 && asked.isSubsetOf(known)) return asked;
  throw new S3Error('InvalidArgument', {
    message: 'Invalid attribute name specified.',
    details: { ArgumentName: AMZ_OBJECT_ATTRIBUTES },
  });
}

function integerHeader({ head }: S3Request, name: string): number | undefined {
  const text = head.headers.get(name);
  if (text === undefined || text === '') return undefined;
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (value <= MAX_INTEGER) return value;
  throw new S3Error('InvalidArgument', {
    message: `${name} must be a whole number between 0 and ${MAX_INTEGER}.`,
    details: { ArgumentName: name },
  });
}
