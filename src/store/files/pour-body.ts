// Pours a request's body into a target, in lockstep: the client's next bytes are read when the target has these.
import type { BodySink } from '../../http1/body-sink.ts';
import type { Exchange } from '../../http1/exchange.ts';
import type { AwsChunked } from '../../s3/aws-chunked.ts';
import { S3Error } from '../../s3/error.ts';
import { type AwsChunkedReader, readerOf } from '../../sigv4/aws-chunked-reader.ts';
import type { Trailers } from './body-digests.ts';
import type { BodyExpectations } from './body-files.ts';
import type { BodyTarget } from './body-target.ts';

/**
 * Lets the client send and resolves when the target has taken exactly `length` bytes. Rejects with S3Error `IncompleteBody`
 * where the client goes away or sends another length, or with the target's error. Nothing is appended once it has settled.
 */
export function pourBody(
  exchange: Exchange,
  { length, awsChunked }: Pick<BodyExpectations, 'length' | 'awsChunked'>,
  target: BodyTarget,
): Promise<Trailers> {
  return new Promise((resolve, reject) => {
    const sink = new TargetSink(length, awsChunked, target, (error, trailers) => {
      if (error === undefined) resolve(trailers);
      else reject(error);
    });
    // A client that goes away before the first byte is read aborts no sink.
    exchange.onGone(() => sink.abort(new Error('the client went away')));
    exchange.allowBody();
    exchange.readBody(sink);
  });
}

class TargetSink implements BodySink {
  readonly #length: number;
  readonly #target: BodyTarget;
  readonly #reader: AwsChunkedReader | undefined;
  readonly #onSettled: (error: Error | undefined, trailers: Trailers) => void;
  readonly #queue: Buffer[] = [];
  #received = 0;
  #writing = false;
  #whenIdle: (() => void) | undefined;
  #state: 'open' | 'ended' | 'failed' | 'settled' = 'open';
  #error: Error | undefined;
  #trailers: Trailers = new Map();

  constructor(
    length: number,
    awsChunked: AwsChunked | undefined,
    target: BodyTarget,
    onSettled: (error: Error | undefined, trailers: Trailers) => void,
  ) {
    this.#length = length;
    this.#reader = awsChunked && readerOf(awsChunked, undefined, (data) => this.#take(data));
    this.#target = target;
    this.#onSettled = onSettled;
  }

  get idle(): boolean {
    return !this.#writing;
  }

  whenIdle(callback: () => void): void {
    if (this.idle) callback();
    else this.#whenIdle = callback;
  }

  write(slice: Buffer): void {
    if (this.#state !== 'open') return;
    if (this.#reader === undefined) {
      this.#take(slice);
      return;
    }
    try {
      this.#reader.write(slice);
    } catch (error) {
      this.#fail(asError(error));
    }
  }

  #take(slice: Buffer): void {
    if (this.#state !== 'open') return;
    this.#received += slice.length;
    if (this.#received > this.#length) {
      this.#fail(wrongLength(`more than the ${this.#length} bytes that were announced`));
      return;
    }
    if (this.#writing) this.#queue.push(slice);
    else this.#append(slice);
  }

  end(): void {
    if (this.#state !== 'open') return;
    if (this.#received < this.#length) {
      this.#fail(wrongLength(`${this.#received} of ${this.#length} bytes`));
      return;
    }
    try {
      this.#trailers = this.#reader?.end() ?? this.#trailers;
    } catch (error) {
      this.#fail(asError(error));
      return;
    }
    this.#state = 'ended';
    this.#settleWhenIdle();
  }

  abort(error: Error): void {
    this.#fail(new S3Error('IncompleteBody', { reason: error.message, cause: error }));
  }

  #append(slice: Buffer): void {
    this.#writing = true;
    const done = this.#target.append(slice, (error) => this.#appended(error));
    if (done) this.#appended(null);
  }

  #appended(error: Error | null): void {
    this.#writing = false;
    if (error !== null) this.#fail(error);
    const next = this.#state === 'failed' ? undefined : this.#queue.shift();
    if (next !== undefined) {
      this.#append(next);
      return;
    }
    this.#settleWhenIdle();
    const callback = this.#whenIdle;
    this.#whenIdle = undefined;
    callback?.();
  }

  #fail(error: Error): void {
    if (this.#state === 'failed' || this.#state === 'settled') return;
    // A body that was whole is stored although its client is gone, but not where a write failed.
    if (this.#state === 'ended' && error instanceof S3Error) return;
    this.#state = 'failed';
    this.#error = error;
    this.#queue.length = 0;
    this.#settleWhenIdle();
  }

  #settleWhenIdle(): void {
    if (!this.idle || (this.#state !== 'ended' && this.#state !== 'failed')) return;
    this.#state = 'settled';
    this.#onSettled(this.#error, this.#trailers);
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function wrongLength(reason: string): S3Error {
  return new S3Error('IncompleteBody', { reason });
}
