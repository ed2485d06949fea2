// The server's side of one HTTP/1.1 connection: heads in, exchanges out, one after another however they were pipelined.
import type { MonotonicClock, Timed } from './deadlines.ts';
import type { Exchange } from './exchange.ts';
import type { RequestHead } from './head.ts';
import { type HeadLimits, parseRequestHead } from './head-parser.ts';
import { type FoundHead, HeadReader } from './head-reader.ts';
import { HttpError } from './http-error.ts';
import type { CountedHead } from './incomplete-heads.ts';
import { type ExchangeOwner, ServerExchange } from './server-exchange.ts';
import type { Wire, WireListener } from './wire.ts';

/** How long a connection may stand still, in milliseconds. */
export interface ServerTimeouts {
  /** From the first byte of a head (or the connection's start) to its end. */
  readonly headMs: number;
  /** Between two requests. */
  readonly idleMs: number;
  /** Without progress on a body, either way. */
  readonly bodyIdleMs: number;
  /** For a refused client to take its answer and stop sending. */
  readonly lingerMs: number;
}

/** How many exchanges are under way, and when one was last the only one at its end. */
export interface ExchangesUnderWay {
  count: number;
  aloneAtMs: number;
}

/**
 * Answers that follow each other faster than this come out of one turn of the event loop: less than any client takes to hear of
 * one and ask again. To send each by itself would wake a sleeping peer each time (capacity.xml: 55 us instead of 35).
 */
const SAME_TURN_MS = 0.1;

export interface ServerConnectionOptions {
  readonly limits: HeadLimits;
  readonly timeouts: ServerTimeouts;
  readonly now: MonotonicClock;
  /** Is told when a head begins and when it is over. */
  readonly countedHead?: CountedHead | undefined;
  /** Of all connections of a server. */
  readonly underWay: ExchangesUnderWay;
  onExchange(exchange: Exchange): void;
  /** A head that is not HTTP as we accept it: gives the whole answer's bytes; the connection closes behind them. */
  onBadHead(error: HttpError, remoteAddress: string): string;
  onClosed(connection: ServerConnection): void;
}

type State = 'head' | 'exchange' | 'linger' | 'closed';

export class ServerConnection implements WireListener, ExchangeOwner, Timed {
  readonly #wire: Wire;
  readonly #options: ServerConnectionOptions;
  readonly #heads: HeadReader;
  readonly remoteAddress: string;
  #state: State = 'head';
  #exchange: ServerExchange | undefined;
  /** Bytes that came with what is under way: a slice of the read buffer, so the wire stays paused while it is there. */
  #ahead: Buffer | undefined;
  #roomBeforeAhead = 0;
  #waitingSinceMs: number;
  #served = 0;
  #draining = false;

  constructor(wire: Wire, options: ServerConnectionOptions) {
    this.#wire = wire;
    this.#options = options;
    this.#heads = new HeadReader(options.limits.maxHeadBytes);
    this.#waitingSinceMs = options.now();
    this.remoteAddress = wire.remoteAddress;
    wire.listen(this);
  }

  /** Finishes the exchange under way, then closes; closes at once where there is none. */
  drain(): void {
    this.#draining = true;
    if (this.#state !== 'head' || this.#heads.started) return;
    // The last answer may still be on its way.
    if (this.#wire.settled) this.destroy();
    else this.#linger();
  }

  destroy(): void {
    this.#wire.destroy();
  }

  leavesAtOnce(): boolean {
    const { underWay, now } = this.#options;
    if (underWay.count > 1) return false;
    const nowMs = now();
    const isFirst = nowMs - underWay.aloneAtMs > SAME_TURN_MS;
    underWay.aloneAtMs = nowMs;
    return isFirst;
  }

  get draining(): boolean {
    return this.#draining;
  }

  onBytes(bytes: Buffer, roomBefore: number): void {
    switch (this.#state) {
      case 'head':
        this.#takeHeadBytes(bytes, roomBefore);
        return;
      case 'exchange':
        this.#takeBodyBytes(bytes, roomBefore);
        return;
      case 'linger':
      case 'closed':
        return;
    }
  }

  onEnd(): void {
    if (this.#state === 'exchange') {
      // A client that stops sending in the middle of an exchange is taken to have gone away, as nginx does.
      this.#exchange?.closed();
    }
    this.destroy();
  }

  onClose(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#options.countedHead?.over();
    this.#exchange?.closed();
    this.#forgetExchange();
    this.#options.onClosed(this);
  }

  #forgetExchange(): void {
    if (this.#exchange !== undefined) this.#options.underWay.count--;
    this.#exchange = undefined;
  }

  sweep(nowMs: number): void {
    if (nowMs - this.#waitingSinceMs <= this.#patienceMs()) return;
    if (this.#state === 'head' && this.#heads.started) {
      this.#refuseHead(new HttpError('timeout', 'the request head did not arrive in time'));
      return;
    }
    this.destroy();
  }

  #patienceMs(): number {
    const { headMs, idleMs, bodyIdleMs, lingerMs } = this.#options.timeouts;
    switch (this.#state) {
      case 'head':
        return this.#heads.started || this.#served === 0 ? headMs : idleMs;
      case 'exchange':
        // While the store thinks, the store's own deadline counts.
        return this.#exchange?.moving === true ? bodyIdleMs : Number.POSITIVE_INFINITY;
      case 'linger':
        return this.#wire.idle ? lingerMs : bodyIdleMs;
      case 'closed':
        return Number.POSITIVE_INFINITY;
    }
  }

  #takeHeadBytes(bytes: Buffer, roomBefore: number): void {
    const isFirst = !this.#heads.started;
    let head: RequestHead;
    let found: FoundHead | undefined;
    try {
      found = this.#heads.push(bytes, roomBefore);
      if (found === undefined) {
        if (isFirst) this.touch();
        this.#options.countedHead?.begun();
        return;
      }
      head = parseRequestHead(found.head, this.#options.limits);
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      this.#refuseHead(error);
      return;
    }
    this.#begin(head, found);
  }

  #refuseHead(error: HttpError): void {
    this.#options.countedHead?.over();
    this.#wire.writeText(this.#options.onBadHead(error, this.remoteAddress));
    this.#linger();
  }

  #begin(head: RequestHead, { rest, roomBeforeRest }: FoundHead): void {
    this.#state = 'exchange';
    this.#options.countedHead?.over();
    this.#served++;
    this.#ahead = rest.length > 0 ? rest : undefined;
    this.#roomBeforeAhead = roomBeforeRest;
    const exchange = new ServerExchange(this.#wire, head, this.remoteAddress, this.#options.now, this);
    this.#exchange = exchange;
    this.#options.underWay.count++;
    // Behind a request without a body reading goes on, to hear when the client goes away.
    if (!exchange.bodyRead || this.#ahead !== undefined) this.#wire.pause();
    this.#waitingSinceMs = exchange.startedAtMs;
    this.#options.onExchange(exchange);
  }

  touch(): void {
    this.#waitingSinceMs = this.#options.now();
  }

  /** Gives the exchange what had already arrived of its body, then reads on. */
  startBody(): void {
    const ahead = this.#ahead;
    this.#ahead = undefined;
    if (ahead !== undefined) this.#takeBodyBytes(ahead, this.#roomBeforeAhead);
    else this.#wire.resume();
  }

  stopBody(): void {
    this.#wire.pause();
  }

  #takeBodyBytes(bytes: Buffer, roomBefore: number): void {
    const exchange = this.#exchange;
    if (exchange === undefined) return;
    this.touch();
    let taken: number;
    try {
      taken = exchange.takeBody(bytes, roomBefore);
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      exchange.bodyBroken(error);
      return;
    }
    // The answer may have been given while these bytes were taken.
    if (this.#state === 'linger' || this.#state === 'closed') return;
    if (taken < bytes.length) {
      const next = bytes.subarray(taken);
      this.#ahead = this.#ahead === undefined ? next : Buffer.concat([this.#ahead, next]);
      // In front of it lies the end of a body that may still be on its way.
      this.#roomBeforeAhead = 0;
      this.#wire.pause();
      return;
    }
    if (this.#exchange !== exchange) return;
    if (exchange.sinkIdle) {
      this.#wire.resume();
      return;
    }
    this.#wire.pause();
    exchange.whenSinkIdle(() => {
      // Late news of an exchange that is over must not start the next one's body.
      if (this.#exchange !== exchange) return;
      this.touch();
      this.#wire.resume();
    });
  }

  finished(reusable: boolean): void {
    this.#forgetExchange();
    if (!reusable || this.#draining) {
      this.#linger();
      return;
    }
    this.#state = 'head';
    this.touch();
    if (this.#ahead === undefined) this.#wire.resume();
    // Not within the caller's stack: a client that pipelines a thousand requests must not nest a thousand frames.
    else queueMicrotask(() => this.#takeAhead());
  }

  #takeAhead(): void {
    if (this.#state !== 'head') return;
    const ahead = this.#ahead;
    this.#ahead = undefined;
    this.#wire.resume();
    if (ahead !== undefined) this.#takeHeadBytes(ahead, this.#roomBeforeAhead);
  }

  /**
   * Closes in two steps: an immediate close with unread input makes the kernel send a reset, which can destroy the
   * answer before the client has read it.
   */
  #linger(): void {
    if (this.#state === 'closed') return;
    this.#state = 'linger';
    this.#ahead = undefined;
    this.touch();
    this.#wire.resume();
    this.#wire.end();
  }
}
