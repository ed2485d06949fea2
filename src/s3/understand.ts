// Stage "understand": from a head to an operation on a bucket and key, or a refusal by name.
import { announcesBody, type RequestHead } from '../http1/head.ts';
import { type Address, addressOf } from './addressing.ts';
import { checkAmzHeaders } from './amz-headers.ts';
import { awsChunkedOf } from './aws-chunked.ts';
import { parseCopySource } from './copy-source.ts';
import { S3Error } from './error.ts';
import { AMZ_COPY_SOURCE, MINIO_SNOWBALL_EXTRACT } from './headers.ts';
import { type Level, OPERATIONS, type OperationRow, uploadsData } from './operation.ts';
import type { QueryParameter, S3Request } from './request.ts';
import { splitTarget } from './target.ts';

/** Parameters of a presigned URL; they are the verifier's, no operation's. */
const SIGNATURE_PARAMETERS: ReadonlySet<string> = new Set([
  'X-Amz-Algorithm',
  'X-Amz-Content-Sha256',
  'X-Amz-Credential',
  'X-Amz-Date',
  'X-Amz-Expires',
  'X-Amz-Security-Token',
  'X-Amz-Signature',
  'X-Amz-SignedHeaders',
  // Version 2: refused by the verifier with a text of its own.
  'AWSAccessKeyId',
  'Expires',
  'Signature',
]);

/**
 * Parameters that select nothing and change no one's rights. SDKs name the operation in `x-id`; presigners move checksum
 * headers into the query (AWS SDK for JavaScript 3.1169, seen 2026-11). Every other `x-amz-` header in a query is refused
 * like any unknown parameter: some stores take it for the header.
 */
const PASSIVE_PARAMETER = /^(x-id|x-amz-user-agent|x-amz-sdk-checksum-algorithm|x-amz-checksum-[a-z0-9]+)$/;

/** By level, then by method. */
const ROWS: ReadonlyMap<Level, ReadonlyMap<string, readonly OperationRow[]>> = new Map(
  Map.groupBy(OPERATIONS, ({ level }) => level)
    .entries()
    .map(([level, rows]) => [level, Map.groupBy(rows, ({ method }) => method)]),
);
const NO_NAMES: readonly string[] = [];

/** Throws S3Error: 400 for what cannot be read, 405 and 501 for what is not done here, with its name. */
export function understand(head: RequestHead, hostNames: readonly string[]): S3Request {
  const { rawPath, rawQuery, query } = splitTarget(head.target);
  const address = addressOf(head, rawPath, hostNames);
  checkAmzHeaders(head.headers);
  const operation = operationOf(head, address, query);
  checkBody(head, operation);
  return {
    head,
    rawPath,
    rawQuery,
    query,
    operation,
    addressing: address.addressing,
    bucket: address.bucket,
    rawKey: address.rawKey,
    key: address.key,
    copySource: operation.copies ? copySourceOf(head) : undefined,
    awsChunked: awsChunkedOf(head, operation),
  };
}

/** Whether a parameter belongs to a signature in the query and so stays behind when the request is sent on. */
export function isSignatureParameter(name: string): boolean {
  return SIGNATURE_PARAMETERS.has(name);
}

function operationOf(head: RequestHead, address: Address, query: readonly QueryParameter[]): OperationRow {
  const level: Level = address.bucket === '' ? 'service' : address.rawKey === '' ? 'bucket' : 'object';
  const names = query.length === 0 ? NO_NAMES : operationParameters(query);
  const copies = head.headers.has(AMZ_COPY_SOURCE);
  const rows = ROWS.get(level)?.get(head.method);
  if (rows === undefined) {
    throw new S3Error('MethodNotAllowed', {
      details: { Method: head.method, ResourceType: level.toUpperCase() },
    });
  }
  const row = rows.find((each) => each.copies === copies && areAllIn(each.requires, names));
  if (row === undefined) {
    if (copies)
      throw new S3Error('InvalidArgument', { message: `${AMZ_COPY_SOURCE} has no meaning for this call.` });
    if (head.method === 'POST' && level === 'bucket') {
      throw notImplemented('PostObject (a browser upload with a form) is not implemented.');
    }
    throw notImplemented(`${head.method} with these parameters is not an operation on a ${level} here.`);
  }
  if (names.length > 0) checkParameters(names, row);
  return row;
}

/** The names of those that are no part of a signature and select something. */
function operationParameters(query: readonly QueryParameter[]): readonly string[] {
  return query
    .map((parameter) => parameter.name)
    .filter((name) => !SIGNATURE_PARAMETERS.has(name) && !PASSIVE_PARAMETER.test(name));
}

function areAllIn(required: readonly string[], names: readonly string[]): boolean {
  for (const name of required) if (!names.includes(name)) return false;
  return true;
}

function checkParameters(names: readonly string[], row: OperationRow): void {
  const taken = new Set<string>();
  for (const name of names) {
    // Repeated parameters mean the first to one store and the last to another.
    if (taken.has(name)) {
      throw new S3Error('InvalidArgument', {
        message: `The query parameter "${printable(name)}" is repeated.`,
      });
    }
    taken.add(name);
    if (!row.requires.includes(name) && !row.takes.includes(name)) {
      throw notImplemented(`The query parameter "${printable(name)}" is not implemented for ${row.name}.`);
    }
  }
}

function checkBody(head: RequestHead, operation: OperationRow): void {
  const { framing, headers } = head;
  if (announcesBody(framing) && operation.method !== 'PUT' && operation.method !== 'POST') {
    // A store that does not read it would take it for the next request on its connection.
    throw new S3Error('InvalidRequest', { message: `A ${operation.method} request must not have a body.` });
  }
  if (framing.kind === 'none' && uploadsData(operation)) throw new S3Error('MissingContentLength');
  if (headers.has(MINIO_SNOWBALL_EXTRACT)) {
    throw notImplemented('Unpacking an archive into objects (snowball) is not implemented.');
  }
}

function copySourceOf(head: RequestHead): ReturnType<typeof parseCopySource> {
  const [value, ...more] = head.headers.all(AMZ_COPY_SOURCE);
  if (value === undefined || more.length > 0) {
    throw new S3Error('InvalidArgument', { message: `${AMZ_COPY_SOURCE} is repeated.` });
  }
  return parseCopySource(value);
}

function notImplemented(message: string): S3Error {
  return new S3Error('NotImplemented', { message });
}

function printable(name: string): string {
  return name.replace(/[^\x20-\x7e]/g, '?').slice(0, 64);
}
