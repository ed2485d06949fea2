// Where other gateways call: nobody gets further than the handshake who does not know the secret.
import { createServer, type Server, type TLSSocket } from 'node:tls';
import type { Secret } from '../secret.ts';
import type { PeerAddress } from './peer-hearer.ts';
import { PeerTeller, type TellerOptions } from './peer-teller.ts';
import { isWrongSecret, tlsOfTeller } from './peer-tls.ts';

export interface PeerListenerOptions extends TellerOptions {
  readonly listen: PeerAddress;
  readonly secret: Secret;
  /** A caller was sent away: its address, and why, as a sentence without its end. */
  onRefused(remote: string, reason: string): void;
}

/** More than there can be gateways, with room for those that call again before the old connection is known to be dead. */
const MAX_CALLERS = 64;
/** The rest is told within this time at the end. */
const LAST_WORDS_MS = 1_000;

/** Its owner closes it. */
export class PeerListener {
  readonly #options: PeerListenerOptions;
  readonly #server: Server;
  readonly #tellers = new Map<TLSSocket, PeerTeller>();

  constructor(options: PeerListenerOptions) {
    this.#options = options;
    this.#server = createServer(tlsOfTeller(options.secret), (socket) => this.#called(socket));
    this.#server.maxConnections = MAX_CALLERS;
    this.#server.on('tlsClientError', (error, socket) => {
      const reason = isWrongSecret(error) ? 'it has another secret' : 'it does not speak as a gateway does';
      options.onRefused(socket.remoteAddress ?? 'somebody', reason);
    });
  }

  /** Resolves with the port. Rejects with the system's error. */
  async listen(): Promise<number> {
    const { host, port } = this.#options.listen;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    // Later ones are of a single connection that could not be taken: whoever it was calls again.
    this.#server.on('error', reject);
    this.#server.listen({ host, port }, resolve);
    await promise;
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : port;
  }

  /** Tells all callers what is new. */
  tell(): void {
    for (const teller of this.#tellers.values()) teller.tell();
  }

  /** Tells all callers the rest first. Never rejects. */
  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    for (const teller of this.#tellers.values()) teller.end();
    const timer = setTimeout(() => {
      for (const socket of this.#tellers.keys()) socket.destroy();
    }, LAST_WORDS_MS);
    await closed;
    clearTimeout(timer);
  }

  #called(socket: TLSSocket): void {
    socket.setNoDelay(true);
    this.#tellers.set(socket, new PeerTeller(socket, this.#options));
    socket.on('error', (error) => {
      if (error.name === 'PeerProtocolError')
        this.#options.onRefused(socket.remoteAddress ?? 'somebody', error.message);
    });
    socket.on('close', () => this.#tellers.delete(socket));
  }
}
