// A wire between two gateways that can be cut, and mended.
import { type AddressInfo, createServer, type Server, Socket } from 'node:net';

export class LinkRelay implements AsyncDisposable {
  readonly #server: Server;
  readonly #toPort: number;
  readonly #sockets = new Set<Socket>();
  /** `silent`: connections stand, and nothing comes through. */
  #state: 'whole' | 'cut' | 'silent' = 'whole';

  private constructor(toPort: number) {
    this.#toPort = toPort;
    this.#server = createServer((caller) => this.#relay(caller));
  }

  static async start(toPort: number): Promise<LinkRelay> {
    const relay = new LinkRelay(toPort);
    relay.#server.listen(0, '127.0.0.1');
    await new Promise((resolve) => relay.#server.once('listening', resolve));
    return relay;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  cut(): void {
    this.#state = 'cut';
    for (const socket of this.#sockets) socket.destroy();
  }

  silence(): void {
    this.#state = 'silent';
    for (const socket of this.#sockets) socket.pause();
  }

  mend(): void {
    this.#state = 'whole';
    for (const socket of this.#sockets) socket.resume();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #relay(caller: Socket): void {
    if (this.#state === 'cut') {
      caller.destroy();
      return;
    }
    const called = new Socket().connect(this.#toPort, '127.0.0.1');
    for (const [one, other] of [
      [caller, called],
      [called, caller],
    ] as const) {
      this.#sockets.add(one);
      one.on('data', (piece) => other.write(piece));
      one.on('error', () => {});
      one.on('close', () => {
        this.#sockets.delete(one);
        other.destroy();
      });
      if (this.#state === 'silent') one.pause();
    }
  }
}
