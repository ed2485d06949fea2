// Listens, accepts, and owns every connection that it accepted until that is closed.
import { chmodSync, lstatSync, rmSync } from 'node:fs';
import net from 'node:net';
import tls from 'node:tls';
import { Deadlines } from './deadlines.ts';
import type { CountedHead, IncompleteHeads } from './incomplete-heads.ts';
import type { ReadBufferSizes } from './read-buffer.ts';
import { ServerCertificates, type ServerTlsOptions } from './server-certificates.ts';
import {
  type ExchangesUnderWay,
  ServerConnection,
  type ServerConnectionOptions,
} from './server-connection.ts';
import { TurnEnd } from './turn-end.ts';
import { Wire } from './wire.ts';

export interface ServerOptions
  extends Omit<ServerConnectionOptions, 'onClosed' | 'countedHead' | 'underWay'> {
  /** Connections beyond this many are closed as they come. */
  readonly maxConnections: number;
  /** Counts incomplete heads by address; may be shared by several servers. Without it there is no limit but the one above. */
  readonly incompleteHeads?: IncompleteHeads | undefined;
  /** Of the buffers that its connections are read into. */
  readonly readBufferSizes: ReadBufferSizes;
  /** Present for HTTPS. */
  readonly tls?: ServerTlsOptions;
  readonly sweepEveryMs: number;
  onConnection(change: 'opened' | 'closed'): void;
  /** A connection could not be accepted (out of memory, say); the others go on. */
  onAcceptError(error: Error): void;
}

/** What may change while it listens: for connections that come from then on. */
export type ServerSettings = Pick<
  ServerOptions,
  'limits' | 'timeouts' | 'maxConnections' | 'incompleteHeads'
>;

/** An address of the network (port 0: any free one; `reusePort`: together with other processes), or a socket in the file system. */
export type ListenAddress =
  | { readonly host: string; readonly port: number; readonly reusePort?: boolean }
  | { readonly path: string };

interface Secured {
  readonly server: tls.Server;
  readonly certificates: ServerCertificates;
}

const OWNER_ONLY = 0o600;

/** An HTTP/1.1 server on one address. */
export class Server {
  #options: ServerOptions;
  readonly #listener: net.Server;
  /** Of HTTPS only. */
  readonly #secured: Secured | undefined;
  readonly #connections = new Set<ServerConnection>();
  readonly #sockets = new Set<net.Socket>();
  /** Of TLS connections, by the peer's address and port: Node shows no way from a TLS socket to the one below it. */
  readonly #countedHeads = new Map<string, CountedHead>();
  readonly #underWay: ExchangesUnderWay = { count: 0, aloneAtMs: 0 };
  readonly #turnEnd = new TurnEnd();
  readonly #deadlines: Deadlines;
  #whenEmpty: (() => void) | undefined;
  #closing = false;

  constructor(options: ServerOptions) {
    this.#options = options;
    this.#deadlines = new Deadlines(options.now, options.sweepEveryMs);
    this.#secured = options.tls === undefined ? undefined : this.#listenSecured(options.tls);
    this.#listener =
      this.#secured?.server ??
      net.createServer({ pauseOnConnect: true, allowHalfOpen: true }, (socket) => this.#acceptPlain(socket));
  }

  /**
   * New handshakes use these certificates, connections that stand go on as they are. Throws, with nothing changed, where
   * OpenSSL refuses one of them, and where this is no HTTPS server.
   */
  replaceTls(options: ServerTlsOptions): void {
    this.prepareTls(options)();
  }

  /** The same in two steps: what may throw now, and the change where the function is called that is given. */
  prepareTls(options: ServerTlsOptions): () => void {
    if (this.#secured === undefined) throw new Error('a plain HTTP server has no certificates');
    return this.#secured.certificates.prepare(this.#secured.server, options);
  }

  /**
   * Resolves with the port that was bound; undefined for a path. A socket that a killed process left at the path is
   * replaced: whoever names the path knows that nobody else uses it. Only this user may connect there, and closing
   * removes it.
   */
  async listen(address: ListenAddress): Promise<number | undefined> {
    if ('path' in address) removeStaleSocket(address.path);
    await new Promise<void>((resolve, reject) => {
      this.#listener.once('error', reject);
      this.#listener.listen({ ...address, backlog: 1024 }, () => {
        this.#listener.off('error', reject);
        this.#listener.on('error', (error) => this.#options.onAcceptError(error));
        resolve();
      });
    });
    if (!('path' in address)) return (this.#listener.address() as net.AddressInfo).port;
    chmodSync(address.path, OWNER_ONLY);
    return undefined;
  }

  /** The time that a TLS handshake may take stays as it was at the start. */
  replaceSettings(settings: ServerSettings): void {
    this.#options = { ...this.#options, ...settings };
  }

  /** Stops accepting, lets exchanges under way finish within the deadline, then cuts what is left. */
  async close(deadlineMs: number): Promise<void> {
    this.#closing = true;
    this.#listener.close();
    for (const connection of this.#connections) connection.drain();
    if (this.#connections.size > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, deadlineMs);
        this.#whenEmpty = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    for (const connection of this.#connections) connection.destroy();
    for (const socket of this.#sockets) socket.destroy();
    this.#deadlines.close();
  }

  #acceptPlain(socket: net.Socket): void {
    if (this.#full()) {
      socket.destroy();
      return;
    }
    const { incompleteHeads } = this.#options;
    const countedHead = incompleteHeads?.admit(socket.remoteAddress ?? '');
    if (incompleteHeads !== undefined && countedHead === undefined) socket.destroy();
    else this.#serve(Wire.accepted(socket, this.#options.readBufferSizes, this.#turnEnd), countedHead);
  }

  #listenSecured(options: ServerTlsOptions): Secured {
    const certificates = new ServerCertificates(options);
    const server = tls.createServer(
      {
        ...certificates.serverOptions,
        allowHalfOpen: true,
        handshakeTimeout: this.#options.timeouts.headMs,
      },
      (socket) => {
        // Asked before the socket is taken over: it knows its peer no more then.
        const countedHead = this.#countedHeads.get(peerOf(socket));
        if (this.#full()) socket.destroy();
        else this.#serve(Wire.secured(socket, this.#options.readBufferSizes, this.#turnEnd), countedHead);
      },
    );
    // A socket in its handshake belongs to nobody yet: this list bounds how many there are and ends them.
    server.on('connection', (socket: net.Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
      if (this.#sockets.size > 2 * this.#options.maxConnections) socket.destroy();
      else this.#countHandshake(socket);
    });
    server.on('tlsClientError', (_error, socket) => socket.destroy());
    return { server, certificates };
  }

  /** To an address that counts heads, a handshake that is not over is one that is incomplete too. */
  #countHandshake(socket: net.Socket): void {
    const { incompleteHeads } = this.#options;
    if (incompleteHeads === undefined) return;
    const counted = incompleteHeads.admit(socket.remoteAddress ?? '');
    if (counted === undefined) {
      socket.destroy();
      return;
    }
    const peer = peerOf(socket);
    this.#countedHeads.set(peer, counted);
    socket.once('close', () => {
      counted.over();
      if (this.#countedHeads.get(peer) === counted) this.#countedHeads.delete(peer);
    });
  }

  #full(): boolean {
    return this.#closing || this.#connections.size >= this.#options.maxConnections;
  }

  #serve(wire: Wire, countedHead: CountedHead | undefined): void {
    const connection = new ServerConnection(wire, {
      limits: this.#options.limits,
      timeouts: this.#options.timeouts,
      now: this.#options.now,
      countedHead,
      underWay: this.#underWay,
      onExchange: this.#options.onExchange,
      onBadHead: this.#options.onBadHead,
      onClosed: (closed) => {
        this.#connections.delete(closed);
        this.#deadlines.remove(closed);
        this.#options.onConnection('closed');
        if (this.#connections.size === 0) this.#whenEmpty?.();
      },
    });
    this.#connections.add(connection);
    this.#deadlines.add(connection);
    this.#options.onConnection('opened');
  }
}

function peerOf({ remoteAddress, remotePort }: net.Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

/** Anything but a socket stays, and then binding fails. */
function removeStaleSocket(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSocket() === true) rmSync(path);
}
