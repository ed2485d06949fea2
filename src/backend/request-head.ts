// What crosses in a request's head: rebuilt from what was verified, by allow-list, and signed with the store's credentials.
import type { AuthorizedRequest } from '../access/authorized-request.ts';
import { UNSIGNED_CHUNKS, withoutChunkedCoding } from '../s3/aws-chunked.ts';
import {
  AMZ_CONTENT_SHA256,
  AMZ_DATE,
  AMZ_DECODED_CONTENT_LENGTH,
  AMZ_PREFIX,
  AMZ_SDK_CHECKSUM_ALGORITHM,
  AMZ_SECURITY_TOKEN,
  AMZ_TRAILER,
} from '../s3/headers.ts';
import type { S3Request } from '../s3/request.ts';
import { splitTarget } from '../s3/target.ts';
import { isSignatureParameter } from '../s3/understand.ts';
import { chunkedLength, unsignedForm } from '../sigv4/aws-chunked-writer.ts';
import { UNSIGNED_PAYLOAD } from '../sigv4/payload-hash.ts';
import type { Signer } from '../sigv4/sign.ts';
import { TOLERABLE_UNSIGNED } from '../sigv4/signed-headers.ts';
import type { BodyForm, OutgoingHead } from './backend.ts';

export type Addressing = 'path' | 'virtual-hosted';

/** End-to-end headers that S3 itself takes unsigned (Amazon S3 API Reference, "Common request headers", PutObject, GetObject). */
const CROSSES_UNSIGNED: ReadonlySet<string> = new Set([
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-md5',
  'content-type',
  'expires',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'range',
  // MinIO answers Veeam's differently (minio/minio#19748).
  'user-agent',
]);

/** Replaced by our own signature. */
const STAYS_BEHIND: ReadonlySet<string> = new Set([AMZ_CONTENT_SHA256, AMZ_DATE, AMZ_SECURITY_TOKEN]);

/** The head that an authorized request becomes, before it is signed for one endpoint. */
export function outgoingHead(authorized: AuthorizedRequest, form: BodyForm = 'as-sent'): OutgoingHead {
  const { request, signedHeaders, unsignedHeaders, payloadHash } = authorized.request;
  const crossing = new Map<string, string>();
  for (const { name, value } of request.head.headers) {
    const crosses =
      CROSSES_UNSIGNED.has(name) ||
      (unsignedHeaders.has(name) && TOLERABLE_UNSIGNED.get(name) === 'sent-on') ||
      (name.startsWith(AMZ_PREFIX) && signedHeaders.has(name) && !STAYS_BEHIND.has(name));
    if (!crosses) continue;
    const earlier = crossing.get(name);
    crossing.set(name, earlier === undefined ? value : `${earlier},${value}`);
  }
  const body = bodyOnTheLine(form, request, payloadHash);
  if (form === 'decoded') removeCoding(crossing);
  return {
    method: request.head.method,
    bucket: request.bucket,
    rawPath: request.addressing === 'path' ? request.rawPath : `/${request.bucket}${request.rawPath}`,
    rawQuery: outgoingQuery(request.rawQuery),
    headers: [...crossing],
    ...body,
  };
}

function bodyOnTheLine(
  form: BodyForm,
  { head, awsChunked }: S3Request,
  payloadHash: string,
): Pick<OutgoingHead, 'payloadHash' | 'framing'> {
  if (awsChunked === undefined) return { payloadHash, framing: head.framing };
  const { decodedLength, trailer } = awsChunked;
  switch (form) {
    case 'as-sent':
      return { payloadHash, framing: head.framing };
    case 'decoded':
      return { payloadHash: UNSIGNED_PAYLOAD, framing: { kind: 'length', length: decodedLength } };
    case 'reframed': {
      if (trailer === undefined) throw new Error('a body without a trailing checksum is not framed again');
      const length = chunkedLength(unsignedForm(decodedLength, trailer));
      return { payloadHash: UNSIGNED_CHUNKS, framing: { kind: 'length', length } };
    }
  }
}

/** What speaks of the chunks and their trailer, where those do not cross. */
function removeCoding(crossing: Map<string, string>): void {
  // With its trailer gone, the name of an algorithm would promise a checksum that does not come.
  if (crossing.has(AMZ_TRAILER)) crossing.delete(AMZ_SDK_CHECKSUM_ALGORITHM);
  crossing.delete(AMZ_TRAILER);
  crossing.delete(AMZ_DECODED_CONTENT_LENGTH);
  const coding = crossing.get('content-encoding');
  if (coding === undefined) return;
  const own = withoutChunkedCoding(coding);
  if (own === undefined) crossing.delete('content-encoding');
  else crossing.set('content-encoding', own);
}

/**
 * The query without the parameters of a signature. The one byte that is not sent as it came is `+`: it was verified as a
 * plus, but MinIO and Ceph RGW read it as a space, so it goes as `%2B`, which means a plus to everyone.
 */
function outgoingQuery(rawQuery: string): string {
  if (rawQuery === '') return rawQuery;
  return splitTarget(`/?${rawQuery}`)
    .query.filter(({ name }) => !isSignatureParameter(name))
    .map(({ rawName, rawValue }) => (rawValue === undefined ? rawName : `${rawName}=${rawValue}`))
    .join('&')
    .replaceAll('+', '%2B');
}

/** The complete head as text for one endpoint, with its empty line. */
export function renderRequestHead(
  head: OutgoingHead,
  authority: string,
  addressing: Addressing,
  signer: Signer,
  nowMs: number,
): string {
  const inHost = addressing === 'virtual-hosted' && head.bucket !== '';
  const host = inHost ? `${head.bucket}.${authority}` : authority;
  const rawPath = inHost ? head.rawPath.slice(head.bucket.length + 1) || '/' : head.rawPath;
  const headers: (readonly [string, string])[] = [['host', host], ...head.headers];
  const signed = signer.sign(
    { method: head.method, rawPath, rawQuery: head.rawQuery, headers, payloadHash: head.payloadHash },
    nowMs,
  );
  let text = `${head.method} ${rawPath}${head.rawQuery === '' ? '' : `?${head.rawQuery}`} HTTP/1.1\r\n`;
  for (const [name, value] of headers) text += `${name}: ${value}\r\n`;
  return `${text}${AMZ_DATE}: ${signed.amzDate}\r\n${AMZ_CONTENT_SHA256}: ${signed.contentSha256}\r\nauthorization: ${signed.authorization}\r\n${framingField(head)}\r\n`;
}

function framingField({ framing, method }: OutgoingHead): string {
  switch (framing.kind) {
    case 'length':
      return `content-length: ${framing.length}\r\n`;
    case 'chunked':
      return 'transfer-encoding: chunked\r\n';
    case 'none':
    case 'until-close':
      return method === 'PUT' || method === 'POST' ? 'content-length: 0\r\n' : '';
  }
}
