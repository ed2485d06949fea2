// Takes the framing off a body while it streams by: slices in, slices out, nothing copied and nothing kept.
import type { BodyFraming } from './head.ts';
import { HttpError } from './http-error.ts';

/** Receives the body's bytes; a slice is valid only during the call. `roomBefore` is that of a `BodySink`. */
export type EmitBytes = (slice: Buffer, roomBefore: number) => void;

/** Decodes one body. */
export interface BodyDecoder {
  readonly done: boolean;
  /**
   * Consumes what belongs to the body and returns how many bytes that was. `roomBefore`: so many bytes in front of these may be
   * written over. Throws `HttpError` on bad framing.
   */
  push(bytes: Buffer, emit: EmitBytes, roomBefore?: number): number;
  /** The connection ended. True where that is how this body ends; false where it was cut off. */
  endOfInput(): boolean;
}

export function createBodyDecoder(framing: BodyFraming): BodyDecoder {
  switch (framing.kind) {
    case 'none':
      return new LengthDecoder(0);
    case 'length':
      return new LengthDecoder(framing.length);
    case 'chunked':
      return new ChunkedDecoder();
    case 'until-close':
      return new UntilCloseDecoder();
  }
}

class LengthDecoder implements BodyDecoder {
  #remaining: number;

  constructor(length: number) {
    this.#remaining = length;
  }

  get done(): boolean {
    return this.#remaining === 0;
  }

  push(bytes: Buffer, emit: EmitBytes, roomBefore = 0): number {
    const taken = Math.min(bytes.length, this.#remaining);
    if (taken === 0) return 0;
    this.#remaining -= taken;
    emit(taken === bytes.length ? bytes : bytes.subarray(0, taken), roomBefore);
    return taken;
  }

  endOfInput(): boolean {
    return this.done;
  }
}

class UntilCloseDecoder implements BodyDecoder {
  #ended = false;

  get done(): boolean {
    return this.#ended;
  }

  push(bytes: Buffer, emit: EmitBytes): number {
    if (bytes.length > 0) emit(bytes, 0);
    return bytes.length;
  }

  endOfInput(): boolean {
    this.#ended = true;
    return true;
  }
}

const LF = 0x0a;
const CR = 0x0d;
const CHUNK_SIZE = /^[0-9a-fA-F]{1,13}$/;
// Chunk extensions have no use in S3 and unlimited ones are an attack (CVE-2024-22019), so there are none here.
const MAX_LINE_BYTES = 64;

/** RFC 9112 §7.1 without extensions and with an empty trailer section. */
class ChunkedDecoder implements BodyDecoder {
  #state: 'size' | 'data' | 'data-end' | 'last-line' | 'done' = 'size';
  #remaining = 0;
  #line = '';

  get done(): boolean {
    return this.#state === 'done';
  }

  push(bytes: Buffer, emit: EmitBytes): number {
    let at = 0;
    while (at < bytes.length && this.#state !== 'done') {
      if (this.#state === 'data') {
        const taken = Math.min(bytes.length - at, this.#remaining);
        this.#remaining -= taken;
        emit(bytes.subarray(at, at + taken), 0);
        at += taken;
        if (this.#remaining === 0) this.#state = 'data-end';
      } else {
        at = this.#readLine(bytes, at);
      }
    }
    return at;
  }

  endOfInput(): boolean {
    return this.done;
  }

  #readLine(bytes: Buffer, from: number): number {
    const lf = bytes.indexOf(LF, from);
    const end = lf === -1 ? bytes.length : lf + 1;
    if (this.#line.length + end - from > MAX_LINE_BYTES) {
      throw new HttpError('malformed', 'a chunk-size line is too long');
    }
    this.#line += bytes.toString('latin1', from, end);
    if (lf !== -1) {
      if (this.#line.charCodeAt(this.#line.length - 2) !== CR) {
        throw new HttpError('malformed', 'a chunk-size line ends without CR LF');
      }
      const line = this.#line.slice(0, -2);
      this.#line = '';
      this.#takeLine(line);
    }
    return end;
  }

  #takeLine(line: string): void {
    if (this.#state === 'size') {
      if (!CHUNK_SIZE.test(line))
        throw new HttpError('malformed', 'a chunk size is not a hexadecimal number');
      this.#remaining = Number.parseInt(line, 16);
      this.#state = this.#remaining === 0 ? 'last-line' : 'data';
      return;
    }
    if (line !== '') {
      throw new HttpError('malformed', 'a chunk is longer than its size, or trailers follow the last one');
    }
    this.#state = this.#state === 'data-end' ? 'size' : 'done';
  }
}
