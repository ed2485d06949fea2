// One request on a server connection: its body on the way in, its answer on the way out.
import { type BodyDecoder, createBodyDecoder } from './body-decoder.ts';
import type { BodySink } from './body-sink.ts';
import { BodyWriter, type BodyWriterListener } from './body-writer.ts';
import type { MonotonicClock } from './deadlines.ts';
import type { AnswerHead, Exchange } from './exchange.ts';
import type { BodyFraming, RequestHead } from './head.ts';
import type { HttpError } from './http-error.ts';
import type { Wire } from './wire.ts';

/** What the exchange asks of its connection. */
export interface ExchangeOwner {
  touch(): void;
  startBody(): void;
  stopBody(): void;
  finished(reusable: boolean): void;
  /** Whether no more requests are wanted. */
  readonly draining: boolean;
  /** Asked at the end of an answer: whether nothing else is under way that it could leave together with. */
  leavesAtOnce(): boolean;
}

export class ServerExchange implements Exchange, BodyWriterListener {
  readonly head: RequestHead;
  readonly remoteAddress: string;
  readonly startedAtMs: number;
  requestBytes = 0;
  responseBytes = 0;
  answeredAtMs: number | undefined;
  status = 0;
  bodyError: HttpError | undefined;
  readonly #wire: Wire;
  readonly #owner: ExchangeOwner;
  readonly #now: MonotonicClock;
  readonly #decoder: BodyDecoder;
  #sink: BodySink | undefined;
  #abandoned = false;
  #allowed = false;
  #closes = false;
  #over = false;
  #onGone: (() => void) | undefined;
  #onOver: ((complete: boolean) => void) | undefined;
  readonly #emit = (slice: Buffer, roomBefore: number): void => {
    this.requestBytes += slice.length;
    this.#sink?.write(slice, roomBefore);
  };

  constructor(
    wire: Wire,
    head: RequestHead,
    remoteAddress: string,
    now: MonotonicClock,
    owner: ExchangeOwner,
  ) {
    this.#wire = wire;
    this.#owner = owner;
    this.#now = now;
    this.head = head;
    this.remoteAddress = remoteAddress;
    this.startedAtMs = now();
    this.#decoder = createBodyDecoder(head.framing);
  }

  /** Whether it is the client that is waited for: to take its answer, or to send its body. */
  get moving(): boolean {
    if (this.answeredAtMs !== undefined) return !this.#wire.idle;
    return this.#sink?.idle === true && !this.bodyRead;
  }

  get bodyRead(): boolean {
    return this.#decoder.done;
  }

  get sinkIdle(): boolean {
    return this.#sink?.idle ?? true;
  }

  whenSinkIdle(callback: () => void): void {
    this.#sink?.whenIdle(callback);
  }

  onGone(callback: () => void): void {
    if (this.#over) callback();
    else this.#onGone = callback;
  }

  onOver(callback: (complete: boolean) => void): void {
    this.#onOver = callback;
  }

  allowBody(): void {
    if (!this.head.expectsContinue || this.bodyRead || this.#allowed) return;
    this.#allowed = true;
    this.#wire.writeText('HTTP/1.1 100 Continue\r\n\r\n');
  }

  readBody(sink: BodySink): void {
    this.#sink = sink;
    if (this.bodyRead) sink.end();
    else this.#owner.startBody();
  }

  suspendBody(): void {
    this.#sink = undefined;
    // Behind a body that was read whole, reading goes on: to hear when the client goes away.
    if (!this.bodyRead) this.#owner.stopBody();
  }

  abandonBody(): void {
    this.#abandoned = true;
    this.#sink = undefined;
    // What still comes is read and dropped, or a client that writes before it reads would wait for ever.
    if (!this.#over && !this.bodyRead) this.#owner.startBody();
  }

  takeBody(bytes: Buffer, roomBefore: number): number {
    if (this.bodyRead) return 0;
    if (this.#abandoned) return bytes.length;
    const taken = this.#decoder.push(bytes, this.#emit, roomBefore);
    if (this.bodyRead) this.#sink?.end();
    return taken;
  }

  bodyBroken(error: HttpError): void {
    this.bodyError = error;
    const sink = this.#sink;
    this.abandonBody();
    sink?.abort(error);
  }

  answer(head: AnswerHead): BodySink {
    const toCloseDelimited = head.framing.kind === 'chunked' && this.head.version === '1.0';
    const framing: BodyFraming = toCloseDelimited ? { kind: 'until-close' } : head.framing;
    const keepsAlive = this.head.keepAlive && !this.#owner.draining;
    this.#closes = !keepsAlive || !this.bodyRead || framing.kind === 'until-close';
    this.status = head.status;
    this.answeredAtMs = this.#now();
    const connection = this.#closes ? 'Connection: close\r\n' : '';
    this.#wire.writeHead(
      `HTTP/1.1 ${head.status} ${head.reason}\r\n${head.fields}${framingField(framing)}${connection}\r\n`,
    );
    return new BodyWriter(this.#wire, framing, this);
  }

  onBodyBytes(count: number): void {
    this.responseBytes += count;
    this.#owner.touch();
  }

  onBodyEnd(): void {
    if (this.#owner.leavesAtOnce()) this.#wire.flush();
    this.#finish();
  }

  cut(): void {
    this.#wire.destroy();
  }

  /** The client half-closed or the connection is gone. */
  closed(): void {
    if (this.#over) return;
    this.#over = true;
    const sink = this.#sink;
    this.#sink = undefined;
    if (!this.bodyRead) sink?.abort(new Error('the client went away in the middle of its body'));
    this.#onGone?.();
    this.#onOver?.(false);
  }

  #finish(): void {
    if (this.#over) return;
    this.#over = true;
    // What the client did not send of its body by now is not waited for.
    const reusable = !this.#closes && this.bodyRead;
    this.#onOver?.(true);
    this.#owner.finished(reusable);
  }
}

function framingField(framing: BodyFraming): string {
  switch (framing.kind) {
    case 'length':
      return `Content-Length: ${framing.length}\r\n`;
    case 'chunked':
      return 'Transfer-Encoding: chunked\r\n';
    case 'none':
    case 'until-close':
      return '';
  }
}
