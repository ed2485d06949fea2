// The client's side of one HTTP/1.1 connection to a store: one request at a time, its answer in lockstep.
import { type BodyDecoder, createBodyDecoder } from './body-decoder.ts';
import type { BodySink } from './body-sink.ts';
import { BodyWriter, type BodyWriterListener } from './body-writer.ts';
import type { MonotonicClock, Timed } from './deadlines.ts';
import type { BodyFraming, ResponseHead } from './head.ts';
import { type HeadLimits, parseResponseHead } from './head-parser.ts';
import { HeadReader } from './head-reader.ts';
import { HttpError } from './http-error.ts';
import type { Wire, WireListener } from './wire.ts';

/** How long a connection to a store may stand still, in milliseconds. */
export interface ClientTimeouts {
  /** Unused in the pool. */
  readonly idleMs: number;
  /** From the request's last byte to the answer's first. */
  readonly answerMs: number;
  /** Without progress on a body, either way. */
  readonly bodyIdleMs: number;
}

export interface ClientConnectionOptions {
  readonly limits: HeadLimits;
  readonly timeouts: ClientTimeouts;
  readonly now: MonotonicClock;
  /** Whether nothing else is under way that the request could leave together with. */
  isAlone?(): boolean;
  onClosed(connection: ClientConnection): void;
}

/** What becomes of a request. `onFailed` or `onDone` ends it, once. */
export interface AnswerListener {
  /** The answer's head; call `readBody` from within. */
  onHead(head: ResponseHead): void;
  /** The answer is complete. `reusable`: the connection can carry another request. */
  onDone(reusable: boolean): void;
  /** The connection broke, timed out or sent what is not HTTP. */
  onFailed(error: Error): void;
}

/** The store did not answer, or did not go on, in time. */
export class StoreTimeoutError extends Error {
  override readonly name = 'StoreTimeoutError';
}

type State = 'idle' | 'sending' | 'waiting' | 'receiving' | 'closed';

export class ClientConnection implements WireListener, BodyWriterListener, Timed {
  readonly #wire: Wire;
  readonly #options: ClientConnectionOptions;
  readonly #heads: HeadReader;
  #state: State = 'idle';
  #sinceMs: number;
  #method = '';
  #sent = true;
  #listener: AnswerListener | undefined;
  #decoder: BodyDecoder | undefined;
  #sink: BodySink | undefined;
  #keepAlive = false;
  /** Made once: a closure for each read would cost the collector more than the read. */
  readonly #emit = (slice: Buffer, roomBefore: number): void => this.#sink?.write(slice, roomBefore);

  constructor(wire: Wire, options: ClientConnectionOptions) {
    this.#wire = wire;
    this.#options = options;
    this.#heads = new HeadReader(options.limits.maxHeadBytes);
    this.#sinceMs = options.now();
    wire.listen(this);
  }

  get usable(): boolean {
    return this.#state === 'idle' && !this.#wire.destroyed;
  }

  /** Sends a head; the returned sink takes the body and must be ended also where there is none. */
  begin(method: string, head: string, framing: BodyFraming, listener: AnswerListener): BodyWriter {
    this.#state = 'sending';
    this.#touch();
    this.#method = method;
    this.#listener = listener;
    this.#sent = false;
    this.#wire.writeHead(head);
    return new BodyWriter(this.#wire, framing, this);
  }

  onBodyBytes(): void {
    this.#touch();
  }

  onBodyEnd(): void {
    if (this.#options.isAlone?.() ?? true) this.#wire.flush();
    this.#sent = true;
    if (this.#state === 'sending') this.#state = 'waiting';
    this.#touch();
  }

  /** Streams the answer's body into `sink`; call it once, from within `onHead`. */
  readBody(sink: BodySink): void {
    this.#sink = sink;
  }

  destroy(): void {
    this.#wire.destroy();
  }

  onBytes(bytes: Buffer, roomBefore: number): void {
    this.#touch();
    try {
      if (this.#state === 'receiving') this.#takeBody(bytes, roomBefore);
      else this.#takeHead(bytes, roomBefore);
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      this.#fail(error);
    }
  }

  onEnd(): void {
    if (this.#state === 'receiving' && this.#decoder?.endOfInput() === true) this.#done();
    this.destroy();
  }

  onClose(error: Error | undefined): void {
    if (this.#state === 'closed') return;
    const idle = this.#state === 'idle';
    this.#state = 'closed';
    if (!idle) this.#tell(error ?? new Error('the store closed the connection'));
    this.#options.onClosed(this);
  }

  sweep(nowMs: number): void {
    const { idleMs, answerMs, bodyIdleMs } = this.#options.timeouts;
    const standingMs = nowMs - this.#sinceMs;
    switch (this.#state) {
      case 'idle':
        if (standingMs > idleMs) this.destroy();
        return;
      case 'waiting':
        if (standingMs > answerMs) this.#fail(new StoreTimeoutError(`no answer within ${answerMs} ms`));
        return;
      case 'sending':
      case 'receiving':
        // Where it is the client that is waited for, the client's own deadline counts.
        if (this.#state === 'sending' ? this.#wire.idle : this.#sink?.idle === false) return;
        if (standingMs > bodyIdleMs) this.#fail(new StoreTimeoutError(`no progress for ${bodyIdleMs} ms`));
        return;
      case 'closed':
        return;
    }
  }

  #touch(): void {
    this.#sinceMs = this.#options.now();
  }

  #takeHead(bytes: Buffer, roomBefore: number): void {
    if (this.#state === 'idle' || this.#listener === undefined) {
      // An answer that nobody asked for: whatever it is, it must not become the answer to the next request.
      this.destroy();
      return;
    }
    const found = this.#heads.push(bytes, roomBefore);
    if (found === undefined) return;
    const head = parseResponseHead(found.head, this.#options.limits, this.#method);
    if (head.status === 101) throw new HttpError('unsupported', 'the store switched protocols');
    if (head.status < 200) {
      if (found.rest.length > 0) this.#takeHead(found.rest, found.roomBeforeRest);
      return;
    }
    this.#state = 'receiving';
    this.#keepAlive = head.keepAlive && head.framing.kind !== 'until-close';
    this.#decoder = createBodyDecoder(head.framing);
    this.#listener.onHead(head);
    // The listener may have destroyed the connection.
    if (this.#state !== 'receiving') return;
    this.#takeBody(found.rest, found.roomBeforeRest);
  }

  #takeBody(bytes: Buffer, roomBefore: number): void {
    const decoder = this.#decoder;
    const sink = this.#sink;
    if (decoder === undefined || sink === undefined) return;
    const taken = decoder.push(bytes, this.#emit, roomBefore);
    if (decoder.done) {
      if (taken < bytes.length) this.#keepAlive = false;
      this.#whenAllLeft(sink, () => this.#done());
      return;
    }
    if (sink.idle) return;
    this.#whenAllLeft(sink, () => {
      this.#touch();
      this.#wire.resume();
    });
  }

  /** The slices in flight are parts of the read buffer: no reading before they have left. */
  #whenAllLeft(sink: BodySink, next: () => void): void {
    if (sink.idle) {
      next();
      return;
    }
    this.#wire.pause();
    sink.whenIdle(() => {
      if (this.#state === 'receiving') next();
    });
  }

  #done(): void {
    const listener = this.#listener;
    const sink = this.#sink;
    const reusable = this.#keepAlive && this.#sent && !this.#wire.destroyed;
    this.#release(reusable ? 'idle' : 'closed');
    sink?.end();
    listener?.onDone(reusable);
    if (!reusable) {
      this.#wire.destroy();
      this.#options.onClosed(this);
    } else {
      this.#wire.resume();
    }
  }

  #fail(error: Error): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#wire.destroy();
    this.#tell(error);
    this.#options.onClosed(this);
  }

  #tell(error: Error): void {
    const listener = this.#listener;
    const sink = this.#sink;
    this.#release('closed');
    sink?.abort(error);
    listener?.onFailed(error);
  }

  #release(state: State): void {
    this.#state = state;
    this.#listener = undefined;
    this.#sink = undefined;
    this.#decoder = undefined;
    this.#touch();
  }
}
