// Puts a body into unsigned chunks with a checksum behind them, in a form whose length is known beforehand.
import { type ChecksumAlgorithm, checksumHeader, checksumLength } from '../s3/checksum.ts';

/** What MinIO takes at the most is 16 MiB (cmd/streaming-v4-unsigned.go at 7aac2a2, seen 2026-11). */
const CHUNK_BYTES = 1024 * 1024;

export interface ChunkedForm {
  readonly decodedLength: number;
  /** Lower-case name of the checksum's header. */
  readonly trailer: string;
  /** Characters of its value. */
  readonly trailerLength: number;
}

/** A body with that checksum behind it. */
export function unsignedForm(decodedLength: number, algorithm: ChecksumAlgorithm): ChunkedForm {
  return { decodedLength, trailer: checksumHeader(algorithm), trailerLength: checksumLength(algorithm) };
}

/** Bytes that `AwsChunkedWriter` makes of such a body. */
export function chunkedLength({ decodedLength, trailer, trailerLength }: ChunkedForm): number {
  const whole = Math.floor(decodedLength / CHUNK_BYTES);
  const rest = decodedLength % CHUNK_BYTES;
  const chunk = (bytes: number): number => bytes.toString(16).length + bytes + 4;
  return (
    whole * chunk(CHUNK_BYTES) + (rest === 0 ? 0 : chunk(rest)) + 3 + trailer.length + 1 + trailerLength + 4
  );
}

/** `write` gets every byte in order, slices of the body as they are. */
export class AwsChunkedWriter {
  readonly #form: ChunkedForm;
  readonly #write: (bytes: Buffer) => void;
  /** Bytes of the body that have not come yet. */
  #remaining: number;
  /** Bytes that the open chunk still takes. */
  #left = 0;

  constructor(form: ChunkedForm, write: (bytes: Buffer) => void) {
    this.#form = form;
    this.#write = write;
    this.#remaining = form.decodedLength;
  }

  data(slice: Buffer): void {
    let at = 0;
    while (at < slice.length) {
      if (this.#left === 0) {
        this.#left = Math.min(CHUNK_BYTES, this.#remaining);
        this.#write(Buffer.from(`${this.#left.toString(16)}\r\n`));
      }
      const piece = slice.subarray(at, at + this.#left);
      this.#write(piece);
      at += piece.length;
      this.#left -= piece.length;
      this.#remaining -= piece.length;
      if (this.#left === 0) this.#write(Buffer.from('\r\n'));
    }
  }

  /** Behind the last byte of the body; `value` has as many characters as was said. */
  end(value: string): void {
    this.#write(Buffer.from(`0\r\n${this.#form.trailer}:${value}\r\n\r\n`));
  }
}
