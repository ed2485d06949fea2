// A TCP relay in front of a real store that sees every byte sent to it, and can break the line on purpose.
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, Socket } from 'node:net';

const KEPT_BYTES = 4 * 1024 * 1024;

interface Address {
  readonly host: string;
  readonly port: number;
}

interface Line {
  readonly client: Socket;
  readonly store: Socket;
}

export class Tap {
  readonly #server: Server;
  readonly #lines = new Set<Line>();
  readonly #kept: Buffer[] = [];
  #keptBytes = 0;
  #bytesToStore = 0;
  #bytesFromStore = 0;
  #connections = 0;
  #refusing = false;
  #ambushed = new Set<Line>();
  #cutAfterBytesFromStore = Number.POSITIVE_INFINITY;

  private constructor(server: Server, to: Address) {
    this.#server = server;
    server.on('connection', (client) => this.#open(client, to));
  }

  static async before(to: Address): Promise<Tap> {
    // Half-open sockets pass an end of stream on one way only, as a wire would.
    const server = createServer({ allowHalfOpen: true, noDelay: true });
    const tap = new Tap(server, to);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return tap;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** All bytes that went towards the store since the start or the last `forget`. */
  get bytesToStore(): number {
    return this.#bytesToStore;
  }

  get bytesFromStore(): number {
    return this.#bytesFromStore;
  }

  /** Connections opened since the start or the last `forget`. */
  get connections(): number {
    return this.#connections;
  }

  get openConnections(): number {
    return this.#lines.size;
  }

  /** The bytes towards the store as text, one character a byte; the first 4 MiB. */
  get sent(): string {
    return Buffer.concat(this.#kept).toString('latin1');
  }

  forget(): void {
    this.#kept.length = 0;
    this.#keptBytes = 0;
    this.#bytesToStore = 0;
    this.#bytesFromStore = 0;
    this.#connections = 0;
  }

  /** Breaks every open line; new ones still work. */
  breakLines(): void {
    for (const { client, store } of this.#lines) {
      client.resetAndDestroy();
      store.resetAndDestroy();
    }
  }

  /** Leaves the open lines open, and breaks each at the first byte towards the store: a connection that died unnoticed. */
  ambush(): void {
    this.#ambushed = new Set(this.#lines);
  }

  /** Breaks every line now and refuses new ones, until `restore`. */
  cutOff(): void {
    this.#refusing = true;
    this.breakLines();
  }

  restore(): void {
    this.#refusing = false;
    this.#cutAfterBytesFromStore = Number.POSITIVE_INFINITY;
  }

  /** Breaks all lines once the store has sent so many more bytes. */
  cutAfterFromStore(bytes: number): void {
    this.#cutAfterBytesFromStore = this.#bytesFromStore + bytes;
  }

  async close(): Promise<void> {
    this.cutOff();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #open(client: Socket, to: Address): void {
    if (this.#refusing) {
      client.resetAndDestroy();
      return;
    }
    const store = new Socket({ allowHalfOpen: true });
    store.setNoDelay(true);
    store.connect(to.port, to.host);
    const line: Line = { client, store };
    this.#lines.add(line);
    this.#connections += 1;
    client.on('data', (chunk: Buffer) => {
      if (this.#ambushed.has(line)) {
        client.unpipe(store);
        client.resetAndDestroy();
        store.resetAndDestroy();
      } else this.#record(chunk);
    });
    store.on('data', (chunk: Buffer) => {
      this.#bytesFromStore += chunk.length;
      if (this.#bytesFromStore >= this.#cutAfterBytesFromStore) this.breakLines();
    });
    client.pipe(store);
    store.pipe(client);
    const close = () => {
      this.#lines.delete(line);
      client.destroy();
      store.destroy();
    };
    for (const socket of [client, store]) {
      socket.on('error', close);
      socket.on('close', close);
    }
  }

  #record(chunk: Buffer): void {
    this.#bytesToStore += chunk.length;
    if (this.#keptBytes >= KEPT_BYTES) return;
    this.#kept.push(Buffer.from(chunk));
    this.#keptBytes += chunk.length;
  }
}
