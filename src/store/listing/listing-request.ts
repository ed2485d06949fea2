// What ListObjects, its version 2 and ListObjectVersions have in common: what they ask for and how they say it.
import { S3Error } from '../../s3/error.ts';
import type { S3Request } from '../../s3/request.ts';
import { xmlElement } from '../../s3/xml-text.ts';
import { integerParameter, parameter } from '../server/query.ts';
import type { Grouping } from './common-prefix.ts';
import { type ListingEncoding, type TextElement, textElementFor } from './listing-text.ts';

const MAX_KEYS = 1000;

export interface ListingRequest extends Grouping {
  /** 0 to 1000; more that is asked for is 1000. */
  readonly maxKeys: number;
  readonly encoding: ListingEncoding;
  /** Writes elements that hold keys, in that encoding. */
  readonly element: TextElement;
}

/** Throws InvalidArgument. */
export function readListingRequest(request: S3Request): ListingRequest {
  const encoding = readEncoding(request);
  // An empty delimiter is none, for Amazon S3 too (ceph/s3-tests, as apache/ozone#10586 quotes it, 2026-06).
  return {
    prefix: parameter(request, 'prefix') ?? '',
    delimiter: parameter(request, 'delimiter') || undefined,
    maxKeys: Math.min(integerParameter(request, 'max-keys') ?? MAX_KEYS, MAX_KEYS),
    encoding,
    element: textElementFor(encoding),
  };
}

/** Throws InvalidArgument for an encoding that does not exist. */
export function readEncoding(request: S3Request): ListingEncoding {
  const value = parameter(request, 'encoding-type');
  if (value === undefined) return 'none';
  if (value === 'url') return 'url';
  throw new S3Error('InvalidArgument', {
    message: 'Invalid Encoding Method specified in Request',
    details: { ArgumentName: 'encoding-type', ArgumentValue: value.slice(0, 64) },
  });
}

/** MaxKeys, Delimiter, EncodingType and IsTruncated, which stand in this order in all three. */
export function pageElements(
  { maxKeys, delimiter, encoding, element }: ListingRequest,
  isTruncated: boolean,
): string {
  return [
    xmlElement('MaxKeys', String(maxKeys)),
    delimiter === undefined ? '' : element('Delimiter', delimiter),
    encoding === 'url' ? xmlElement('EncodingType', 'url') : '',
    xmlElement('IsTruncated', String(isTruncated)),
  ].join('');
}
