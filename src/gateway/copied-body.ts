// A small body on its way, of which a copy is kept to be read at its end. It goes on as it comes and is never held up.
import type { BodySink } from '../http1/body-sink.ts';

export class CopiedBody implements BodySink {
  readonly #on: BodySink;
  readonly #maxBytes: number;
  readonly #whenWhole: (body: Buffer) => void;
  #pieces: Buffer[] = [];
  #bytes = 0;

  /** `whenWhole` hears of a body that came to its end and is not larger than that, before its end goes on. Must not throw. */
  constructor(on: BodySink, maxBytes: number, whenWhole: (body: Buffer) => void) {
    this.#on = on;
    this.#maxBytes = maxBytes;
    this.#whenWhole = whenWhole;
  }

  get idle(): boolean {
    return this.#on.idle;
  }

  whenIdle(callback: () => void): void {
    this.#on.whenIdle(callback);
  }

  write(slice: Buffer, roomBefore?: number): void {
    this.#bytes += slice.length;
    // The slice itself is used again as soon as it has gone on.
    if (this.#bytes <= this.#maxBytes) this.#pieces.push(Buffer.from(slice));
    else this.#pieces = [];
    this.#on.write(slice, roomBefore);
  }

  end(): void {
    if (this.#bytes <= this.#maxBytes) this.#whenWhole(Buffer.concat(this.#pieces));
    this.#pieces = [];
    this.#on.end();
  }

  abort(error: Error): void {
    this.#pieces = [];
    this.#on.abort(error);
  }
}
