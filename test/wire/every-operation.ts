// A request for each row of the operation table, so that an operation that is added later is tried too.
import { OPERATIONS, type OperationRow } from '../../src/s3/operation.ts';
import type { Ask } from './refusal-table.ts';

const VALUES: Readonly<Record<string, string>> = {
  partNumber: '1',
  uploadId: 'u',
  'list-type': '2',
  'select-type': '2',
};

/** The request that is that operation, on that bucket and key. */
export function askFor(row: OperationRow, bucket = 'bucket', key = 'key'): Ask {
  const path = { service: '/', bucket: `/${bucket}`, object: `/${bucket}/${key}` }[row.level];
  const query = row.requires
    .map((name) => (VALUES[name] === undefined ? name : `${name}=${VALUES[name]}`))
    .join('&');
  return {
    method: row.method,
    target: query === '' ? path : `${path}?${query}`,
    ...(row.copies ? { headers: { 'x-amz-copy-source': `/${bucket}/source` } } : {}),
    ...(takesBody(row) ? { body: 'hello' } : {}),
  };
}

function takesBody({ method, copies }: OperationRow): boolean {
  return (method === 'PUT' || method === 'POST') && !copies;
}

/** Each operation with its name, in the order of the table. */
export const EACH: readonly (readonly [name: string, row: OperationRow])[] = OPERATIONS.map((row) => [
  `${row.name} (${row.method} ${row.level})`,
  row,
]);
