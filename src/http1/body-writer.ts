// Puts the framing on a body that is written to a wire.
import type { BodySink } from './body-sink.ts';
import type { BodyFraming } from './head.ts';
import type { Wire } from './wire.ts';

/** What its owner hears of a body on its way out. */
export interface BodyWriterListener {
  onBodyBytes(count: number): void;
  onBodyEnd(): void;
}

/**
 * A sink that frames what it is given and writes it to a wire; an aborted body destroys the wire. A class, since an object
 * literal with a getter costs V8 a hidden class each, which holds on to the whole request until a major collection.
 */
export class BodyWriter implements BodySink {
  readonly #wire: Wire;
  readonly #framing: BodyFraming;
  readonly #listener: BodyWriterListener;
  #ended = false;

  constructor(wire: Wire, framing: BodyFraming, listener: BodyWriterListener) {
    this.#wire = wire;
    this.#framing = framing;
    this.#listener = listener;
  }

  /** Whether the body was given whole. */
  get ended(): boolean {
    return this.#ended;
  }

  get idle(): boolean {
    return this.#wire.idle;
  }

  whenIdle(callback: () => void): void {
    this.#wire.whenIdle(callback);
  }

  write(slice: Buffer, roomBefore = 0): void {
    if (slice.length === 0) return;
    this.#listener.onBodyBytes(slice.length);
    if (this.#framing.kind === 'chunked') this.#writeChunk(slice);
    else this.#wire.write(slice, roomBefore);
  }

  end(): void {
    this.#ended = true;
    if (this.#framing.kind === 'chunked') this.#wire.writeText('0\r\n\r\n');
    this.#listener.onBodyEnd();
  }

  abort(): void {
    // An orderly close is how a close-delimited body ends, so this must not look like one.
    if (this.#framing.kind === 'until-close') this.#wire.reset();
    else this.#wire.destroy();
  }

  #writeChunk(slice: Buffer): void {
    this.#wire.together(() => {
      this.#wire.writeText(`${slice.length.toString(16)}\r\n`);
      this.#wire.write(slice);
      this.#wire.writeText('\r\n');
    });
  }
}
