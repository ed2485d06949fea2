// Which bytes of an object a read is for: all of them, a range, or one part of a multipart upload.
import { invalidRange, resolveRange } from '../../s3/byte-range.ts';
import { rangeApplies, type Validators } from '../../s3/conditional.ts';
import { S3Error } from '../../s3/error.ts';
import type { S3Request } from '../../s3/request.ts';
import type { CompletedPart, StoredChecksum, VersionRow } from '../database/rows.ts';
import type { AnswerHeaders } from '../server/call.ts';
import { integerParameter } from '../server/query.ts';

export interface SelectedBytes {
  readonly status: 200 | 206;
  /** Both belong to it; `last` is `first - 1` where there is nothing. */
  readonly first: number;
  readonly last: number;
  readonly headers: AnswerHeaders;
  /** That of exactly these bytes, where one is known: clients check what they get against it. */
  readonly checksum: StoredChecksum | undefined;
}

export const MAX_PARTS = 10_000;

/**
 * Throws InvalidRange, InvalidPartNumber, InvalidArgument, and InvalidRequest for both a range and a part. `partsOf` is asked
 * only where a part is meant: it may be costly.
 */
export function selectBytes(
  request: S3Request,
  row: VersionRow,
  validators: Validators,
  partsOf: () => readonly CompletedPart[] | undefined,
): SelectedBytes {
  const { headers } = request.head;
  const ranges = headers.all('range');
  const partNumber = integerParameter(request, 'partNumber', { min: 1, max: MAX_PARTS });
  if (partNumber !== undefined) {
    if (ranges.length > 0) {
      throw new S3Error('InvalidRequest', {
        message: 'Cannot specify both Range header and partNumber query parameter',
      });
    }
    return selectPart(row, partsOf(), partNumber);
  }
  const [asked] = ranges;
  if (asked === undefined || ranges.length > 1 || !rangeApplies(headers, validators)) return whole(row);
  const range = resolveRange(asked, row.size);
  switch (range.kind) {
    case 'unsatisfiable':
      throw invalidRange(asked, row.size);
    case 'whole':
      return whole(row);
    case 'part':
      return partial(row, range.first, range.last, [], undefined);
  }
}

function selectPart(
  row: VersionRow,
  parts: readonly CompletedPart[] | undefined,
  partNumber: number,
): SelectedBytes {
  const { checksum } = row;
  if (parts === undefined) {
    if (partNumber !== 1) throw noSuchPart(partNumber, 1);
    // An empty object has no range that a 206 could name.
    return row.size === 0 ? whole(row) : partial(row, 0, row.size - 1, [], checksum);
  }
  let first = 0;
  for (const part of parts) {
    if (part.number === partNumber) {
      const ofPart =
        checksum === undefined || part.checksum === undefined
          ? undefined
          : { ...checksum, value: part.checksum };
      const count = [['x-amz-mp-parts-count', String(parts.length)]] as const;
      if (part.size === 0) return { ...whole(row), first, last: first - 1, headers: count, checksum: ofPart };
      return partial(row, first, first + part.size - 1, count, ofPart);
    }
    first += part.size;
  }
  throw noSuchPart(partNumber, parts.length);
}

function whole({ size, checksum }: VersionRow): SelectedBytes {
  return { status: 200, first: 0, last: size - 1, headers: [], checksum };
}

function partial(
  { size }: VersionRow,
  first: number,
  last: number,
  headers: AnswerHeaders,
  checksum: StoredChecksum | undefined,
): SelectedBytes {
  const contentRange = ['Content-Range', `bytes ${first}-${last}/${size}`] as const;
  return { status: 206, first, last, headers: [contentRange, ...headers], checksum };
}

function noSuchPart(partNumber: number, count: number): S3Error {
  return new S3Error('InvalidPartNumber', {
    details: { PartNumberRequested: String(partNumber), ActualPartCount: String(count) },
  });
}
