// Requests read from a connection's bytes as the gateway's server reads them, however they are cut.
import { type BodyDecoder, createBodyDecoder } from '../../../src/http1/body-decoder.ts';
import { type HeadLimits, parseRequestHead } from '../../../src/http1/head-parser.ts';
import { HeadReader } from '../../../src/http1/head-reader.ts';
import { HttpError } from '../../../src/http1/http-error.ts';

export interface SeenRequest {
  readonly method: string;
  readonly target: string;
  /** Names and values in turn, in order. */
  readonly headers: readonly string[];
  /** One character a byte (latin1). */
  readonly body: string;
}

export interface Reading {
  readonly requests: readonly SeenRequest[];
  /** How many bytes the complete requests are long together. */
  readonly bytes: number;
  /** `open`: more may follow. `last`: the last request ends the connection. `refused`: what follows them is not HTTP. */
  readonly outcome: 'open' | 'last' | 'refused';
}

interface RequestUnderWay {
  readonly seen: SeenRequest;
  readonly bytes: number;
  readonly keepAlive: boolean;
  readonly decoder: BodyDecoder;
}

const LIMITS: HeadLimits = { maxHeadBytes: 16_384, maxHeaders: 100 };

export function readRequests(pieces: readonly string[]): Reading {
  const reader = new ConnectionReader();
  for (const piece of pieces) {
    if (piece !== '') reader.take(Buffer.from(piece, 'latin1'));
  }
  return reader.reading;
}

class ConnectionReader {
  readonly #heads = new HeadReader(LIMITS.maxHeadBytes);
  readonly #requests: SeenRequest[] = [];
  #bytes = 0;
  #outcome: Reading['outcome'] = 'open';
  #request: RequestUnderWay | undefined;

  get reading(): Reading {
    return { requests: this.#requests, bytes: this.#bytes, outcome: this.#outcome };
  }

  take(bytes: Buffer): void {
    try {
      let rest: Buffer | undefined = bytes;
      while (rest !== undefined && this.#outcome === 'open') rest = this.#step(rest);
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      this.#outcome = 'refused';
    }
  }

  /** What is left of the bytes; undefined where nothing is left to do. */
  #step(bytes: Buffer): Buffer | undefined {
    if (this.#request !== undefined) return this.#readBody(this.#request, bytes);
    if (bytes.length === 0) return undefined;
    const found = this.#heads.push(bytes);
    if (found === undefined) return undefined;
    const { method, target, headers, framing, keepAlive } = parseRequestHead(found.head, LIMITS);
    const pairs = [...headers].flatMap(({ rawName, value }) => [rawName, value]);
    const seen = { method, target, headers: pairs, body: '' };
    this.#request = { seen, bytes: found.head.length, keepAlive, decoder: createBodyDecoder(framing) };
    return found.rest;
  }

  #readBody(request: RequestUnderWay, bytes: Buffer): Buffer | undefined {
    let { body } = request.seen;
    const taken = request.decoder.push(bytes, (slice) => {
      body += slice.toString('latin1');
    });
    const seen = { ...request.seen, body };
    const length = request.bytes + taken;
    this.#request = { ...request, seen, bytes: length };
    if (!request.decoder.done) return undefined;
    this.#requests.push(seen);
    this.#bytes += length;
    this.#request = undefined;
    if (!request.keepAlive) this.#outcome = 'last';
    return bytes.subarray(taken);
  }
}
