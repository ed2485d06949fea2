// What crosses in a request's head: rebuilt from what was verified, by allow-list, and signed with the store's credentials.
import type { AuthorizedRequest } from '../access/authorized-request.ts';
import { AMZ_CONTENT_SHA256, AMZ_DATE, AMZ_PREFIX, AMZ_SECURITY_TOKEN } from '../s3/headers.ts';
import { splitTarget } from '../s3/target.ts';
import { isSignatureParameter } from '../s3/understand.ts';
import type { Signer } from '../sigv4/sign.ts';
import type { OutgoingHead } from './backend.ts';

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
export function outgoingHead(authorized: AuthorizedRequest): OutgoingHead {
  const { request, signedHeaders, payloadHash } = authorized.request;
  const crossing = new Map<string, string>();
  for (const { name, value } of request.head.headers) {
    const crosses =
      CROSSES_UNSIGNED.has(name) ||
      (name.startsWith(AMZ_PREFIX) && signedHeaders.has(name) && !STAYS_BEHIND.has(name));
    if (!crosses) continue;
    const earlier = crossing.get(name);
    crossing.set(name, earlier === undefined ? value : `${earlier},${value}`);
  }
  return {
    method: request.head.method,
    bucket: request.bucket,
    rawPath: request.addressing === 'path' ? request.rawPath : `/${request.bucket}${request.rawPath}`,
    rawQuery: outgoingQuery(request.rawQuery),
    headers: [...crossing],
    payloadHash,
    framing: request.head.framing,
  };
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
