// Takes the chunks of an aws-chunked body apart while they stream by, and proves each where it is signed.
import { createHash, type Hash } from 'node:crypto';
import type { AwsChunked } from '../s3/aws-chunked.ts';
import { checksumHeader } from '../s3/checksum.ts';
import { S3Error } from '../s3/error.ts';
import type { ChunkSignatures } from './chunk-signatures.ts';
import { sha256Hex } from './payload-hash.ts';

export interface AwsChunkedOptions {
  /** `x-amz-decoded-content-length`. */
  readonly decodedLength: number;
  /** Undefined: the chunks are not signed. */
  readonly signatures: ChunkSignatures | undefined;
  /** Lower-case names that `x-amz-trailer` promises; undefined for a mode without a trailer. */
  readonly trailers: readonly string[] | undefined;
  /** Takes decoded bytes: parts of the slices that were written. Never more than `decodedLength` of them. */
  onData(slice: Buffer): void;
}

/** The reader of a body as its head announces it; `signatures` where its chunks are signed. */
export function readerOf(
  { decodedLength, trailer }: AwsChunked,
  signatures: ChunkSignatures | undefined,
  onData: (slice: Buffer) => void,
): AwsChunkedReader {
  const trailers = trailer && [checksumHeader(trailer)];
  return new AwsChunkedReader({ decodedLength, signatures, trailers, onData });
}

/** A chunk's size and signature, or one line of the trailer. */
const MAX_LINE_BYTES = 1024;
const SIGNED_CHUNK = /^([0-9a-fA-F]{1,16});chunk-signature=([0-9a-f]{64})$/;
const UNSIGNED_CHUNK = /^([0-9a-fA-F]{1,16})$/;
const TRAILER_LINE = /^([A-Za-z0-9-]{1,64}):[ \t]*([\x21-\x7e]*)[ \t]*$/;
const TRAILER_SIGNATURE = 'x-amz-trailer-signature';
const LF = 0x0a;

export class AwsChunkedReader {
  readonly #options: AwsChunkedOptions;
  readonly #trailers = new Map<string, string>();
  #state: 'size' | 'data' | 'data-end' | 'trailer' | 'done' = 'size';
  #line = '';
  /** Bytes that the present chunk still has to bring. */
  #left = 0;
  #decoded = 0;
  #signature = '';
  #hash: Hash | undefined;
  /** What the trailer's signature is of. */
  #signedTrailer = '';

  constructor(options: AwsChunkedOptions) {
    this.#options = options;
  }

  /**
   * Takes framed bytes, however split. Throws S3Error: `SignatureDoesNotMatch`, `IncompleteBody` where the chunks do not add up
   * to the length that was announced, `InvalidRequest` for what is no aws-chunked body. To be left alone then.
   */
  write(slice: Buffer): void {
    let at = 0;
    while (at < slice.length)
      at = this.#state === 'data' ? this.#takeData(slice, at) : this.#takeLine(slice, at);
  }

  /** The framed body is over: the trailers that came, by lower-case name. Throws S3Error where it is not whole. */
  end(): ReadonlyMap<string, string> {
    if (this.#state !== 'done') {
      throw new S3Error('IncompleteBody', { reason: `the aws-chunked body ends in its ${this.#state}` });
    }
    return this.#trailers;
  }

  #takeData(slice: Buffer, at: number): number {
    const end = Math.min(slice.length, at + this.#left);
    const data = slice.subarray(at, end);
    this.#hash?.update(data);
    this.#left -= data.length;
    this.#decoded += data.length;
    if (this.#left === 0) this.#state = 'data-end';
    this.#options.onData(data);
    return end;
  }

  #takeLine(slice: Buffer, from: number): number {
    if (this.#state === 'done') throw malformed('bytes behind its end');
    const found = slice.indexOf(LF, from);
    const end = found === -1 ? slice.length : found + 1;
    this.#line += slice.toString('latin1', from, end);
    if (this.#line.length > MAX_LINE_BYTES) throw malformed('a line is too long');
    if (this.#line.endsWith('\r\n')) {
      const line = this.#line.slice(0, -2);
      this.#line = '';
      this.#takeWholeLine(line);
    }
    return end;
  }

  #takeWholeLine(line: string): void {
    switch (this.#state) {
      case 'size':
        this.#beginChunk(line);
        return;
      case 'data-end':
        if (line !== '') throw malformed('a chunk is longer than it says');
        this.#endChunk();
        this.#state = 'size';
        return;
      case 'trailer':
        if (line === '') this.#endTrailer();
        else this.#takeTrailer(line);
        return;
      case 'data':
      case 'done':
        throw malformed('a line where none can be');
    }
  }

  #beginChunk(line: string): void {
    const { signatures, decodedLength } = this.#options;
    const [whole, size = '', signature = ''] = (signatures ? SIGNED_CHUNK : UNSIGNED_CHUNK).exec(line) ?? [];
    if (whole === undefined) throw malformed('a chunk has no proper head');
    const bytes = Number.parseInt(size, 16);
    if (bytes > decodedLength - this.#decoded)
      throw wrongLength(`more than the ${decodedLength} bytes announced`);
    this.#signature = signature;
    if (signatures !== undefined) this.#hash = createHash('sha256');
    this.#left = bytes;
    if (bytes > 0) {
      this.#state = 'data';
      return;
    }
    this.#endChunk();
    if (this.#decoded < decodedLength)
      throw wrongLength(`${this.#decoded} of ${decodedLength} bytes announced`);
    this.#state = 'trailer';
  }

  #endChunk(): void {
    const { signatures } = this.#options;
    if (signatures === undefined || this.#hash === undefined) return;
    if (!signatures.isNextChunk(this.#signature, this.#hash.digest('hex'))) {
      throw mismatch('the signature of a chunk');
    }
    this.#hash = undefined;
  }

  #takeTrailer(line: string): void {
    // minio-go 7 ends the last line with LF before its CRLF (pkg/signer/request-signature-streaming.go, seen 2026-11).
    const [, given, value = ''] = TRAILER_LINE.exec(line.replace(/\n$/, '')) ?? [];
    const { trailers, signatures } = this.#options;
    if (given === undefined || trailers === undefined) throw malformed('the trailer has a line that is none');
    const name = given.toLowerCase();
    const isSignature = name === TRAILER_SIGNATURE && signatures !== undefined;
    if (!isSignature && !trailers.includes(name))
      throw malformed('the trailer has a header that was not announced');
    if (this.#trailers.has(name)) throw malformed('the trailer has a header twice');
    // What comes behind the signature is not signed.
    if (this.#trailers.has(TRAILER_SIGNATURE))
      throw malformed('the signature is not at the end of the trailer');
    this.#trailers.set(name, value);
    if (!isSignature) this.#signedTrailer += `${name}:${value}\n`;
  }

  #endTrailer(): void {
    const { trailers, signatures } = this.#options;
    for (const name of trailers ?? []) {
      if (!this.#trailers.has(name)) throw malformed(`the trailer lacks ${name}`);
    }
    if (trailers !== undefined && signatures !== undefined) {
      const signature = this.#trailers.get(TRAILER_SIGNATURE) ?? '';
      if (!signatures.isTrailer(signature, sha256Hex(this.#signedTrailer))) {
        throw mismatch('the signature of the trailer');
      }
    }
    this.#state = 'done';
  }
}

function malformed(what: string): S3Error {
  return new S3Error('InvalidRequest', { message: `The aws-chunked body is malformed: ${what}.` });
}

function wrongLength(reason: string): S3Error {
  return new S3Error('IncompleteBody', { reason });
}

function mismatch(what: string): S3Error {
  return new S3Error('SignatureDoesNotMatch', { reason: `${what} is not right` });
}
