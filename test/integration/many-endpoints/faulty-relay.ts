// A relay in front of a store that stands for one node of it, knows which entities were asked for there, and breaks on purpose.
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * `refuse`: its process is gone. `hang`: it takes all and says nothing. `slow`: each piece takes 150 ms. `reset`: it accepts and breaks each
 * line at its first byte. `errors`: it answers 500 to everything.
 */
export type Fault = 'none' | 'refuse' | 'hang' | 'slow' | 'reset' | 'errors';

interface Line {
  readonly client: Socket;
  readonly store: Socket;
  /** A request was sent and not yet answered, as far as heads and pieces tell. */
  awaits: boolean;
  /** Counted among the harmed already, for the request under way. */
  isHarmed: boolean;
}

const REQUEST = /^[A-Z]+ (\/\S*) HTTP\/1\.1\r\n/;
const ENTITY = /Clients\/(?:%7B|\{)?([\w-]+?)(?:%7D|\})?\//i;
const SLOW_MS = 150;
const ERROR = 'HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n';

export class FaultyRelay {
  readonly #to: { readonly host: string; readonly port: number };
  readonly #lines = new Set<Line>();
  #server: Server | undefined;
  #port = 0;
  #fault: Fault = 'none';
  /** Requests for each entity since the last `forget`. */
  readonly entities = new Map<string, number>();
  /** Requests since the last `forget`. */
  requests = 0;
  /** Requests that the fault may have hit: one on each line that was cut when it began, and those that came later. */
  harmed = 0;

  private constructor(to: { readonly host: string; readonly port: number }) {
    this.#to = to;
  }

  static async before(to: { readonly host: string; readonly port: number }): Promise<FaultyRelay> {
    const relay = new FaultyRelay(to);
    await relay.#listen();
    return relay;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get authority(): string {
    return `127.0.0.1:${this.#port}`;
  }

  get fault(): Fault {
    return this.#fault;
  }

  forget(): void {
    this.entities.clear();
    this.requests = 0;
    this.harmed = 0;
  }

  async break(fault: Fault): Promise<void> {
    this.#fault = fault;
    if (fault === 'slow') return;
    // A request may be on a line that is broken and not have been read here yet.
    const isCut = fault === 'refuse' || fault === 'reset';
    for (const line of this.#lines) if (isCut || line.awaits) this.#harm(line);
    if (fault === 'refuse') await this.#end();
    if (fault === 'reset') for (const line of [...this.#lines]) reset(line);
  }

  /** As it was. Lines that hung are broken: whoever restarts a node ends what it had. */
  async revive(): Promise<void> {
    this.#fault = 'none';
    for (const line of [...this.#lines]) reset(line);
    if (this.#server === undefined) await this.#listen();
  }

  async close(): Promise<void> {
    await this.#end();
  }

  #harm(line: Line): void {
    if (line.isHarmed) return;
    line.isHarmed = true;
    this.harmed++;
  }

  async #listen(): Promise<void> {
    const server = createServer({ noDelay: true }, (client) => this.#open(client));
    server.listen(this.#port, '127.0.0.1');
    await once(server, 'listening');
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  async #end(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    for (const line of [...this.#lines]) reset(line);
    if (server === undefined) return;
    server.close();
    await once(server, 'close');
  }

  #open(client: Socket): void {
    // Accepted in the moment before it stopped to listen.
    if (this.#fault === 'refuse') {
      client.resetAndDestroy();
      return;
    }
    const store = new Socket();
    store.setNoDelay(true);
    store.connect(this.#to.port, this.#to.host);
    const line: Line = { client, store, awaits: false, isHarmed: false };
    this.#lines.add(line);
    const close = (): void => {
      this.#lines.delete(line);
      client.destroy();
      store.destroy();
    };
    for (const socket of [client, store]) socket.on('error', close);
    client.on('close', close);
    // What is held back by a slow line leaves before its end does.
    store.on('close', async () => {
      if (this.#fault === 'slow') await sleep(2 * SLOW_MS);
      close();
    });
    client.on('data', (bytes: Buffer) => void this.#toStore(line, bytes));
    store.on('data', (bytes: Buffer) => void this.#toClient(line, bytes));
  }

  async #toStore(line: Line, bytes: Buffer): Promise<void> {
    const path = REQUEST.exec(bytes.subarray(0, 4096).toString('latin1'))?.[1];
    if (path !== undefined) {
      line.awaits = true;
      line.isHarmed = false;
      this.#note(path);
    }
    switch (this.#fault) {
      case 'none':
        line.store.write(bytes);
        return;
      case 'slow':
        line.client.pause();
        await sleep(SLOW_MS);
        line.store.write(bytes);
        line.client.resume();
        return;
      case 'refuse':
      case 'hang':
        this.#harm(line);
        return;
      case 'reset':
        this.#harm(line);
        reset(line);
        return;
      case 'errors':
        this.#harm(line);
        // Once for each request: the rest of a body is not another.
        if (path !== undefined) line.client.write(ERROR);
        return;
    }
  }

  async #toClient(line: Line, bytes: Buffer): Promise<void> {
    if (this.#fault === 'hang' || this.#fault === 'errors') return;
    if (this.#fault === 'slow') await sleep(SLOW_MS);
    line.awaits = false;
    line.client.write(bytes);
  }

  #note(path: string): void {
    const [, entity] = ENTITY.exec(path) ?? [];
    if (path !== '/') this.requests++;
    if (entity !== undefined) this.entities.set(entity, (this.entities.get(entity) ?? 0) + 1);
  }
}

function reset({ client, store }: Line): void {
  client.resetAndDestroy();
  store.resetAndDestroy();
}
