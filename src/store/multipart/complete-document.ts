// The body of CompleteMultipartUpload: which parts the object is made of (Amazon S3 API Reference, CompleteMultipartUpload).
import { CHECKSUM_ALGORITHMS, type ChecksumAlgorithm } from '../../s3/checksum.ts';
import { S3Error } from '../../s3/error.ts';
import type { XmlValue } from '../../s3/strict-xml.ts';
import { childrenOf, parseDocument, textOf } from '../objects/document.ts';
import { MAX_PARTS } from './require-upload.ts';
import { checksumElementName } from './upload-checksum.ts';

export interface NamedPart {
  readonly number: number;
  /** Without quotes, lower-case. */
  readonly etag: string;
  readonly checksums: ReadonlyMap<ChecksumAlgorithm, string>;
}

const REPEATED: ReadonlySet<string> = new Set(['Part']);
const PART_CHILDREN = ['ETag', 'PartNumber', ...CHECKSUM_ALGORITHMS.map(checksumElementName)];

/** The parts, ascending. Throws MalformedXML, InvalidArgument for a number out of range, InvalidPartOrder. */
export function parseCompleteDocument(body: Buffer): readonly NamedPart[] {
  const root = childrenOf(parseDocument(body, 'CompleteMultipartUpload', REPEATED), ['Part']);
  const parts = root.get('Part');
  if (!Array.isArray(parts)) throw malformed('no <Part>');
  if (parts.length > MAX_PARTS) throw malformed(`more than ${MAX_PARTS} parts`);
  const named = parts.map(namedPart);
  if (named.some(({ number }, at) => number <= (named[at - 1]?.number ?? 0))) {
    throw new S3Error('InvalidPartOrder');
  }
  return named;
}

function namedPart(part: XmlValue): NamedPart {
  const children = childrenOf(part, PART_CHILDREN);
  const text = (name: string): string | undefined => textOf(children, name)?.trim();
  const number = text('PartNumber');
  const etag = text('ETag');
  if (number === undefined || etag === undefined) throw malformed('a <Part> without <PartNumber> or <ETag>');
  const checksums = new Map<ChecksumAlgorithm, string>();
  for (const algorithm of CHECKSUM_ALGORITHMS) {
    const value = text(checksumElementName(algorithm));
    if (value !== undefined) checksums.set(algorithm, value);
  }
  return { number: partNumber(number), etag: unquoted(etag), checksums };
}

function partNumber(text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw malformed('a part number that is no whole number');
  const number = Number(text);
  if (number >= 1 && number <= MAX_PARTS) return number;
  throw new S3Error('InvalidArgument', {
    message: `PartNumber must be between 1 and ${MAX_PARTS}.`,
    details: { ArgumentName: 'PartNumber', ArgumentValue: text },
  });
}

function unquoted(etag: string): string {
  return (/^"(.*)"$/s.exec(etag)?.[1] ?? etag).toLowerCase();
}

function malformed(reason: string): S3Error {
  return new S3Error('MalformedXML', { reason });
}
