// aws-chunked uploads by hand, written for the tests alone: each byte of them can be made wrong on purpose
// (Amazon S3 API Reference, "Signature calculations: transferring payload in multiple chunks", read 2026-11).
import { createHash, createHmac } from 'node:crypto';
import { crc32 } from 'node:zlib';
import {
  presigned,
  type RawCredentials,
  type SignedRequest,
  type SigningInput,
  signed,
} from '../support/raw-sigv4.ts';
import { CREDENTIALS } from './composed-gateway.ts';
import type { Origin } from './refusal-table.ts';

export type Mode = 'signed' | 'signed-trailer' | 'unsigned-trailer';
export const MODES: readonly Mode[] = ['signed', 'signed-trailer', 'unsigned-trailer'];
export const PAYLOADS: Readonly<Record<Mode, string>> = {
  signed: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
  'signed-trailer': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
  'unsigned-trailer': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
};
const DATA = ['a'.repeat(8192), 'b'.repeat(8192), 'c'.repeat(1000)];
export const WHOLE = DATA.join('');

export interface ChunkedUpload extends Partial<Pick<SigningInput, 'method' | 'target' | 'host'>> {
  readonly mode: Mode;
  readonly data?: readonly string[];
  readonly credentials?: RawCredentials;
  readonly presigned?: boolean;
  /** Signed, over those that the mode needs; undefined leaves one out. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** The lines of the trailer, before its signature; by default the checksum that it announces. */
  readonly trailer?: readonly (readonly [name: string, value: string])[];
  /** Changes the framed body after it was signed. */
  readonly spoil?: (body: string) => string;
  /** HTTP's own chunks of this many bytes around the body, in place of a Content-Length. */
  readonly inHttpChunksOf?: number;
  /** Changes the head after it was signed. */
  readonly edit?: (head: string) => string;
}

const sha256 = (data: string) => createHash('sha256').update(data, 'latin1').digest('hex');
const hmac = (key: string | Buffer, data: string) => createHmac('sha256', key).update(data).digest();

export function crc32Of(data: string): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(Buffer.from(data, 'latin1')));
  return bytes.toString('base64');
}

/** The complete request, one character a byte. */
export function chunkedText(upload: ChunkedUpload, origin: Pick<Origin, 'host' | 'port'>): string {
  const { mode, data = DATA, credentials = CREDENTIALS, spoil = same, edit = same } = upload;
  const headers: Record<string, string | undefined> = {
    'content-encoding': 'aws-chunked',
    'x-amz-decoded-content-length': String(data.join('').length),
    ...(mode === 'signed' ? {} : { 'x-amz-trailer': 'x-amz-checksum-crc32' }),
    ...(upload.presigned ? { 'x-amz-content-sha256': PAYLOADS[mode] } : {}),
    ...upload.headers,
  };
  const input: SigningInput = {
    method: upload.method ?? 'PUT',
    target: upload.target ?? '/bucket/key',
    host: upload.host ?? `${origin.host}:${origin.port}`,
    credentials,
    payload: PAYLOADS[mode],
    headers: Object.fromEntries(
      Object.entries(headers).filter((pair): pair is [string, string] => pair[1] !== undefined),
    ),
  };
  const request = upload.presigned ? presigned(input) : signed(input);
  const trailer =
    upload.trailer ?? (mode === 'signed' ? [] : [['x-amz-checksum-crc32', crc32Of(data.join(''))] as const]);
  const body = spoil(framed(mode, data, trailer, chainOf(request, credentials)));
  const lines = request.headers
    .filter(([name]) => name !== 'content-length')
    .map(([name, value]) => `${name}: ${value}\r\n`);
  const { inHttpChunksOf } = upload;
  const framing =
    inHttpChunksOf === undefined ? `content-length: ${body.length}` : 'transfer-encoding: chunked';
  const head = `${request.method} ${request.target} HTTP/1.1\r\n${lines.join('')}${framing}\r\n\r\n`;
  return edit(head) + (inHttpChunksOf === undefined ? body : inHttpChunks(body, inHttpChunksOf));
}

function inHttpChunks(body: string, size: number): string {
  let chunks = '';
  for (let at = 0; at < body.length; at += size) {
    const piece = body.slice(at, at + size);
    chunks += `${piece.length.toString(16)}\r\n${piece}\r\n`;
  }
  return `${chunks}0\r\n\r\n`;
}

const same = (text: string): string => text;
type Sign = (kind: 'PAYLOAD' | 'TRAILER', hashes: string) => string;

function framed(
  mode: Mode,
  data: readonly string[],
  trailer: readonly (readonly [string, string])[],
  sign: Sign,
): string {
  let body = '';
  for (const piece of [...data, '']) {
    const signature =
      mode === 'unsigned-trailer'
        ? ''
        : `;chunk-signature=${sign('PAYLOAD', `${sha256('')}\n${sha256(piece)}`)}`;
    body += `${piece.length.toString(16)}${signature}\r\n${piece === '' ? '' : `${piece}\r\n`}`;
  }
  for (const [name, value] of trailer) body += `${name}:${value}\r\n`;
  if (mode === 'signed-trailer') {
    const signature = sign('TRAILER', sha256(trailer.map(([name, value]) => `${name}:${value}\n`).join('')));
    body += `x-amz-trailer-signature:${signature}\r\n`;
  }
  return `${body}\r\n`;
}

/** Each signature is made over the one before, the first over the request's. */
function chainOf(request: SignedRequest, { secretAccessKey }: RawCredentials): Sign {
  const text = `${decodeURIComponent(request.target)}\n${request.headers.map(([, value]) => value).join('\n')}`;
  const [, day = '', region = ''] = /\/(\d{8})\/([^/]+)\/s3\/aws4_request/.exec(text) ?? [];
  const [stamp = ''] = /\d{8}T\d{6}Z/.exec(text) ?? [];
  let previous = /Signature=(\w+)/.exec(text)?.[1] ?? '';
  const key = [day, region, 's3', 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`);
  return (kind, hashes) => {
    const scope = `${day}/${region}/s3/aws4_request`;
    previous = hmac(key, `AWS4-HMAC-SHA256-${kind}\n${stamp}\n${scope}\n${previous}\n${hashes}`).toString(
      'hex',
    );
    return previous;
  };
}
