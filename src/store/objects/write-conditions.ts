// Conditional writes (Amazon S3 User Guide, "Add preconditions to S3 operations with conditional requests"). Judged within
// the transaction that writes, so that of two writers who both expect nothing only one finds nothing.
import { HeaderList } from '../../http1/header-list.ts';
import { evaluateConditions } from '../../s3/conditional.ts';
import { S3Error } from '../../s3/error.ts';
import type { S3Request } from '../../s3/request.ts';
import type { VersionRow } from '../database/rows.ts';

type RequestHeaders = S3Request['head']['headers'];

/** Conditions that S3 does not know on writes. */
const UNKNOWN = ['if-modified-since', 'if-unmodified-since'] as const;

/**
 * `latest` is the newest version of the key; a marker counts as none. Throws PreconditionFailed; NoSuchKey for If-Match
 * where there is no object; NotImplemented for anything but If-Match and `If-None-Match: *`.
 */
export function checkWriteConditions(
  headers: RequestHeaders,
  key: string,
  latest: VersionRow | undefined,
): void {
  const current = latest === undefined || latest.isMarker ? undefined : latest;
  const absent = headers.all('if-none-match');
  if (absent.some((value) => value !== '*')) throw notImplemented('If-None-Match other than *');
  if (absent.length > 0 && current !== undefined) throw failed('If-None-Match');
  checkMatch(headers, () => {
    if (current === undefined) throw new S3Error('NoSuchKey', { details: { Key: key } });
    return current;
  });
}

/**
 * Conditions of a deletion: If-Match alone. `found` gives the version that is meant, or throws where there is none.
 * Throws PreconditionFailed and NotImplemented.
 */
export function checkDeleteConditions(headers: RequestHeaders, found: () => VersionRow): void {
  if (headers.has('if-none-match')) throw notImplemented('If-None-Match');
  checkMatch(headers, found);
}

/** Whether an If-Match of these values lets a version pass. */
export function matches(values: readonly string[], version: VersionRow): boolean {
  const condition = HeaderList.of(...values.map((value) => ['if-match', value] as const));
  const validators = { etag: `"${version.etag}"`, lastModifiedMs: version.modifiedMs };
  return evaluateConditions(condition, validators).kind !== 'failed';
}

function checkMatch(headers: RequestHeaders, found: () => VersionRow): void {
  const unknown = UNKNOWN.find((name) => headers.has(name));
  if (unknown !== undefined) throw notImplemented(unknown);
  const values = headers.all('if-match');
  if (values.length > 0 && !matches(values, found())) throw failed('If-Match');
}

function failed(condition: string): S3Error {
  return new S3Error('PreconditionFailed', { details: { Condition: condition } });
}

function notImplemented(condition: string): S3Error {
  return new S3Error('NotImplemented', { message: `${condition} is not implemented for this call.` });
}
