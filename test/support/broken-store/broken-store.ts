// An HTTP proxy in front of a store that works, with one fault. Host and signature pass unchanged.
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
import { setTimeout as sleep } from 'node:timers/promises';
import { type RawCredentials, signed } from '../raw-sigv4.ts';
import { exactlyAsVeeamWants } from './exactly-as-veeam-wants.ts';
import { errorAnswer, type Fault, type Handle, type Question, type WorkingStore } from './fault.ts';
import { type Answer, type Header, StoreRequest } from './store-request.ts';

export interface BrokenStoreOptions {
  /** The store that works. It must take any port in Host. */
  readonly store: { readonly host: string; readonly port: number; readonly credentials: RawCredentials };
  /** None: a store that works. */
  readonly fault?: Fault;
}

const FRAMING = ['content-length', 'transfer-encoding', 'connection', 'keep-alive'];

export class BrokenStore implements AsyncDisposable {
  readonly #server: Server;
  // Idle connections end here long before the gateway ends them: none is used again just as it is closed.
  readonly #agent = new Agent({ keepAlive: true, timeout: 2000 });
  readonly #failures: string[] = [];
  readonly #closing = new AbortController();
  readonly #store: BrokenStoreOptions['store'];
  readonly #handle: Handle;
  readonly #working: WorkingStore;
  #isGone = false;

  private constructor({ store, fault }: BrokenStoreOptions) {
    this.#store = store;
    this.#working = exactlyAsVeeamWants(
      {
        pass: ({ method, target, headers, body }) => this.#send(method, target, headers, body),
        ask: (request, question) => this.#ask(request, question),
        sleep: (ms) => sleep(ms, undefined, { signal: this.#closing.signal }),
      },
      fault?.row,
    );
    this.#handle = fault?.handler() ?? ((request, working) => working.pass(request));
    this.#server = createServer({ keepAliveTimeout: 30_000, requestTimeout: 0 }, (request, response) => {
      void this.#serve(request, response).catch(() => response.destroy());
    });
  }

  static async start(options: BrokenStoreOptions): Promise<BrokenStore> {
    const broken = new BrokenStore(options);
    broken.#server.listen(0, '127.0.0.1');
    await once(broken.#server, 'listening');
    return broken;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** By a name, so that there are names for buckets below it. */
  get endpoint(): URL {
    return new URL(`http://localhost:${this.port}`);
  }

  /** From now on there is no bucket: the bench then has nothing to clean up, which takes longer than most cases. */
  pretendGone(): void {
    this.#isGone = true;
  }

  /** Calls that the working store did not answer: then nothing that a case says counts. */
  get failures(): readonly string[] {
    return this.#failures;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    this.#server.closeAllConnections();
    this.#agent.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
    const hungUp = new Promise<never>((_, reject) => {
      response.once('close', () => reject(new Error('the client hung up')));
    });
    hungUp.catch(() => {});
    const request = new StoreRequest(
      {
        method: incoming.method ?? '',
        target: incoming.url ?? '',
        headers: pairs(incoming.rawHeaders),
        body: Buffer.concat(chunks),
      },
      hungUp,
    );
    const answer = this.#isGone
      ? errorAnswer(404, 'NoSuchBucket', request)
      : await this.#handle(request, this.#working);
    write(answer, request.method, response);
  }

  #ask(
    of: StoreRequest,
    { method, target, headers = {}, body = Buffer.alloc(0) }: Question,
  ): Promise<Answer> {
    const host = of.header('host') ?? '';
    const { credentials } = this.#store;
    const request = signed({ method, target, host, credentials, headers, body });
    return this.#send(method, target, request.headers, body);
  }

  #send(method: string, target: string, headers: readonly Header[], body: Buffer): Promise<Answer> {
    const { host, port } = this.#store;
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const sent = httpRequest(
      {
        agent: this.#agent,
        host,
        port,
        method,
        path: target,
        headers: headers.filter(([name]) => !/^(connection|expect)$/i.test(name)).flat(),
        setHost: false,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const length = response.headers['content-length'];
          resolve({
            status: response.statusCode ?? 0,
            headers: pairs(response.rawHeaders).filter(([name]) => !FRAMING.includes(name.toLowerCase())),
            body: Buffer.concat(chunks),
            ...(method === 'HEAD' && length !== undefined ? { length } : {}),
          });
        });
      },
    );
    sent.on('error', (error: Error) => {
      if (!this.#closing.signal.aborted) this.#failures.push(`${method} ${target}: ${error.message}`);
      reject(error);
    });
    sent.end(body);
    return promise;
  }
}

function pairs(raw: readonly string[]): readonly Header[] {
  return raw.flatMap((name, i) => (i % 2 === 0 ? [[name, raw[i + 1] ?? ''] as const] : []));
}

function write(answer: Answer, method: string, response: ServerResponse): void {
  const { status, headers, body, isChunked, cutAfter } = answer;
  const hasBody = method !== 'HEAD' && status !== 204 && status !== 304;
  const length = method === 'HEAD' ? answer.length : hasBody ? String(body.length) : undefined;
  const framing: readonly Header[] =
    length === undefined || isChunked === true ? [] : [['Content-Length', length]];
  response.sendDate = false;
  response.writeHead(status, [...headers, ...framing].flat());
  if (!hasBody) response.end();
  else if (cutAfter === undefined) response.end(body);
  else response.write(body.subarray(0, cutAfter), () => response.destroy());
}
