// Stands before a real source of capacity, passes everything on, and spoils the source's own answers as a test wants them.
import { once } from 'node:events';
import {
  Agent,
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export type Fault =
  /** Answers well, but late. */
  | { readonly kind: 'slow'; readonly ms: number }
  /** Never answers. */
  | { readonly kind: 'hang' }
  /** Answers a byte at a time, without an end. */
  | { readonly kind: 'drip' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'status'; readonly status: number }
  /** Ends the connection in the middle of the body. */
  | { readonly kind: 'truncate' }
  /** `times`: in so many answers only that the rewriting changes; in all unless given. */
  | {
      readonly kind: 'rewrite';
      readonly times?: number;
      body(answer: string, path: string): string;
    }
  /** The Date header and every date in the body are so much ahead; below zero: behind. */
  | { readonly kind: 'clock'; readonly aheadMs: number };

export interface SourceOptions {
  readonly host: string;
  readonly port: number;
  /** Whether a request is one for capacity: all others are passed on as they are. */
  isSource(path: string): boolean;
}

const ISO_DATE = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g;

export class CapacitySourceWithFaults implements AsyncDisposable {
  readonly #options: SourceOptions;
  readonly #agent = new Agent({ keepAlive: true });
  #server: Server;
  #port = 0;
  #fault: Fault | undefined;
  #rewritten = 0;
  #asked = 0;

  private constructor(options: SourceOptions) {
    this.#options = options;
    this.#server = this.#listener();
  }

  static async before(options: SourceOptions): Promise<CapacitySourceWithFaults> {
    const source = new CapacitySourceWithFaults(options);
    await source.accept();
    return source;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Requests for capacity so far. */
  get asked(): number {
    return this.#asked;
  }

  /** Answers that the present fault has changed. */
  get rewritten(): number {
    return this.#rewritten;
  }

  break(fault: Fault): void {
    this.#fault = fault;
    this.#rewritten = 0;
  }

  /** From here on answers are as the source gives them. What hangs goes on hanging. */
  heal(): void {
    this.#fault = undefined;
  }

  /** Nobody listens any more, until `accept`. */
  async refuse(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async accept(): Promise<void> {
    if (this.#server.listening) return;
    this.#server = this.#listener();
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#server.listening) await this.refuse();
    this.#agent.destroy();
  }

  #listener(): Server {
    return createServer((request, response) => {
      response.on('error', () => {});
      const path = request.url ?? '/';
      if (!this.#options.isSource(path)) {
        this.#passOn(request, (answer) => {
          response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
          answer.pipe(response);
        });
        return;
      }
      this.#asked += 1;
      this.#spoil(this.#fault, request, response, path);
    });
  }

  #spoil(fault: Fault | undefined, request: IncomingMessage, response: ServerResponse, path: string): void {
    switch (fault?.kind) {
      case 'hang':
        return;
      case 'reset':
        request.socket.resetAndDestroy();
        return;
      case 'status':
        response.writeHead(fault.status).end();
        return;
      case 'drip':
        drip(response);
        return;
      default:
        this.#passOn(request, async (answer) => {
          const body = await text(answer);
          if (fault?.kind === 'slow') setTimeout(() => send(response, answer, body), fault.ms).unref();
          else if (fault?.kind === 'truncate') sendHalf(response, answer, body);
          else if (fault?.kind === 'clock') sendAt(response, answer, body, fault.aheadMs);
          else if (fault?.kind === 'rewrite') send(response, answer, this.#rewrite(fault, body, path));
          else send(response, answer, body);
        });
    }
  }

  #rewrite(fault: Extract<Fault, { kind: 'rewrite' }>, body: string, path: string): string {
    if (this.#rewritten >= (fault.times ?? Number.POSITIVE_INFINITY)) return body;
    const changed = fault.body(body, path);
    if (changed !== body) this.#rewritten += 1;
    return changed;
  }

  /** With the headers as they came, the Host among them: it is signed. */
  #passOn(request: IncomingMessage, onAnswer: (answer: IncomingMessage) => void): void {
    const { host, port } = this.#options;
    const { method, url: path, rawHeaders: headers } = request;
    const onward = httpRequest({ host, port, method, path, headers, agent: this.#agent }, onAnswer);
    onward.on('error', () => request.socket.destroy());
    request.pipe(onward);
  }
}

function send(response: ServerResponse, { statusCode = 502, headers }: IncomingMessage, body: string): void {
  const { 'content-length': _, 'transfer-encoding': __, ...others } = headers;
  response.writeHead(statusCode, { ...others, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

function sendHalf(response: ServerResponse, { statusCode = 502 }: IncomingMessage, body: string): void {
  response.writeHead(statusCode, { 'content-length': Buffer.byteLength(body) });
  response.write(body.slice(0, body.length / 2), () => response.destroy());
}

function sendAt(response: ServerResponse, answer: IncomingMessage, body: string, aheadMs: number): void {
  const { statusCode = 502 } = answer;
  const moved = body.replace(ISO_DATE, (date) => {
    const atMs = Date.parse(date);
    // Go's zero time means that there is none.
    return atMs < 0 ? date : new Date(atMs + aheadMs).toISOString();
  });
  response.writeHead(statusCode, {
    date: new Date(Date.now() + aheadMs).toUTCString(),
    'content-length': Buffer.byteLength(moved),
  });
  response.end(moved);
}

function drip(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  const timer = setInterval(() => response.write(' '), 100);
  response.on('close', () => clearInterval(timer));
}
