// Servers, stores and clients on loopback sockets, for tests of the wire.

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import net, { type AddressInfo, type Socket } from 'node:net';
import { ClientConnection, type ClientTimeouts } from '../../../src/http1/client-connection.ts';
import type { Exchange } from '../../../src/http1/exchange.ts';
import { readBuffersOf } from '../../../src/http1/read-buffer.ts';
import { type ListenAddress, Server, type ServerOptions } from '../../../src/http1/server.ts';
import type { ServerTlsOptions } from '../../../src/http1/server-certificates.ts';
import { TurnEnd } from '../../../src/http1/turn-end.ts';
import { Wire } from '../../../src/http1/wire.ts';
import type { Certificate } from '../../support/certificate.ts';

export const LIMITS = { maxHeadBytes: 8192, maxHeaders: 50 };
const NEVER_BY_ITSELF_MS = 3_600_000;

/** A monotonic clock that stands still until it is told otherwise. */
export class ManualClock {
  ms = 1_000;
  readonly now = (): number => this.ms;
}

type Overrides = Partial<Omit<ServerOptions, 'onExchange' | 'timeouts'>> & {
  readonly timeouts?: Partial<ServerOptions['timeouts']>;
  readonly address?: ListenAddress;
};

export interface RunningServer extends AsyncDisposable {
  readonly server: Server;
  /** 0 where it listens on a path. */
  readonly port: number;
  /** `opened` and `closed`, as they happened. */
  readonly connections: string[];
  readonly badHeads: string[];
}

/** A server on a free port, or where `address` says. Without `sweepEveryMs` its deadlines are never looked at. */
export async function startServer(
  onExchange: (exchange: Exchange) => void,
  { timeouts, address = { host: '127.0.0.1', port: 0 }, ...overrides }: Overrides = {},
): Promise<RunningServer> {
  const connections: string[] = [];
  const badHeads: string[] = [];
  const server = new Server({
    limits: LIMITS,
    timeouts: { headMs: 1000, idleMs: 2000, bodyIdleMs: 3000, lingerMs: 500, ...timeouts },
    now: () => performance.now(),
    maxConnections: 1000,
    readBufferSizes: readBuffersOf(64 * 1024),
    sweepEveryMs: NEVER_BY_ITSELF_MS,
    onExchange,
    onBadHead: (error) => {
      badHeads.push(error.kind);
      return `HTTP/1.1 400 ${error.kind}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`;
    },
    onConnection: (change) => connections.push(change),
    onAcceptError: (error) => {
      throw error;
    },
    ...overrides,
  });
  const port = await server.listen(address);
  return { server, port: port ?? 0, connections, badHeads, [Symbol.asyncDispose]: () => server.close(0) };
}

/** One certificate for all names. */
export async function tlsOf({ pem, keyFile }: Certificate): Promise<ServerTlsOptions> {
  const key = await readFile(keyFile, 'utf8');
  return {
    minVersion: 'TLSv1.2',
    certificates: [{ cert: pem, key, names: [] }],
    ticketKeys: randomBytes(48),
  };
}

/** Answers 200 with a text, and a Content-Length. */
export function answerText(exchange: Exchange, text: string): void {
  const sink = exchange.answer({
    status: 200,
    reason: 'OK',
    fields: '',
    framing: { kind: 'length', length: Buffer.byteLength(text) },
  });
  sink.write(Buffer.from(text));
  sink.end();
}

/** One connection that a test's client holds: everything that came, as text. */
export class TestClient implements AsyncDisposable {
  readonly socket: Socket;
  received = '';
  ended = false;
  #wake: () => void = () => {};

  constructor(socket: Socket) {
    this.socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (bytes: Buffer) => {
      this.received += bytes.toString('latin1');
      this.#wake();
    });
    const end = (): void => {
      this.ended = true;
      this.#wake();
    };
    socket.on('end', end);
    socket.on('close', end);
    socket.on('error', end);
  }

  static async to(port: number, allowHalfOpen = false): Promise<TestClient> {
    return TestClient.#connected(net.connect({ host: '127.0.0.1', port, allowHalfOpen }));
  }

  static async toPath(path: string): Promise<TestClient> {
    return TestClient.#connected(net.connect({ path }));
  }

  static async #connected(socket: Socket): Promise<TestClient> {
    await once(socket, 'connect');
    return new TestClient(socket);
  }

  send(text: string | Buffer): void {
    this.socket.write(typeof text === 'string' ? Buffer.from(text, 'latin1') : text);
  }

  /** Waits until the text has come, or all that comes has come. */
  async until(wanted: string | RegExp): Promise<string> {
    const found = (): boolean =>
      typeof wanted === 'string' ? this.received.includes(wanted) : wanted.test(this.received);
    while (!found()) {
      if (this.ended)
        throw new Error(`closed before ${wanted} came; got ${JSON.stringify(this.received.slice(0, 500))}`);
      await this.#more();
    }
    return this.received;
  }

  /** Everything up to the connection's end. */
  async all(): Promise<string> {
    while (!this.ended) await this.#more();
    return this.received;
  }

  #more(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.destroy();
  }
}

export interface ScriptedStore extends AsyncDisposable {
  readonly port: number;
  /** Connections in order of arrival, with all that each has sent. */
  readonly connections: TestClient[];
  connection(index: number): Promise<TestClient>;
}

/** A store whose answers the test writes by hand. */
export async function startStore(
  onConnection: (connection: TestClient) => void = () => {},
): Promise<ScriptedStore> {
  const connections: TestClient[] = [];
  const waiting: (() => void)[] = [];
  const server = net.createServer({ allowHalfOpen: true }, (socket) => {
    const connection = new TestClient(socket);
    connections.push(connection);
    onConnection(connection);
    for (const wake of waiting.splice(0)) wake();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    connections,
    async connection(index) {
      for (;;) {
        const found = connections[index];
        if (found !== undefined) return found;
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
    },
    async [Symbol.asyncDispose]() {
      for (const { socket } of connections) socket.destroy();
      server.close();
    },
  };
}

export interface StoreConnection {
  readonly connection: ClientConnection;
  /** How often it was said to be closed. */
  readonly closed: { count: number };
}

/** A connection to a store, as the pool would make it. */
export async function connectTo(
  port: number,
  now: () => number = () => performance.now(),
  timeouts: Partial<ClientTimeouts> = {},
): Promise<StoreConnection> {
  let socket: Socket | undefined;
  const wire = Wire.connecting(
    (onread) => {
      socket = net.connect({ host: '127.0.0.1', port, onread, allowHalfOpen: true });
      return socket;
    },
    readBuffersOf(64 * 1024),
    new TurnEnd(),
  );
  await once(socket as Socket, 'connect');
  const closed = { count: 0 };
  const connection = new ClientConnection(wire, {
    limits: LIMITS,
    timeouts: { idleMs: 1000, answerMs: 2000, bodyIdleMs: 3000, ...timeouts },
    now,
    onClosed: () => {
      closed.count++;
    },
  });
  return { connection, closed };
}

/** Lets whatever is ready happen: a few turns of the event loop, not a span of time. */
export async function turns(count = 20): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Waits for a condition that real sockets bring about; the test's own timeout is the only limit. */
export async function eventually(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}
