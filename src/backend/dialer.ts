// Connects to one endpoint, in plain text or TLS, within a bound of time; owns every socket until it is connected.
import net from 'node:net';
import tls from 'node:tls';
import type { ReadBufferSizes } from '../http1/read-buffer.ts';
import { TurnEnd } from '../http1/turn-end.ts';
import { Wire } from '../http1/wire.ts';

/** Where a store listens. */
export interface Endpoint {
  readonly protocol: 'http' | 'https';
  readonly host: string;
  readonly port: number;
  /** For the Host header: brackets round IPv6, no default port. */
  readonly authority: string;
  /** A socket in the file system that is connected to in place of host and port; plain text only. */
  readonly socketPath?: string;
  /** What `host` means, where that was looked up; else each connect looks it up itself. Never empty. */
  readonly addresses?: readonly Address[];
  /** Where it is one of several addresses of its host's name: `AUTHORITY/ADDRESS`. */
  readonly name?: string;
}

/** One address of a name. */
export interface Address {
  readonly address: string;
  readonly family: number;
}

export interface DialerOptions {
  readonly endpoint: Endpoint;
  readonly connectMs: number;
  /** Certificates trusted besides the built-in ones, PEM. */
  readonly ca: string | undefined;
  /** Of the buffers that connections are read into. */
  readonly readBufferSizes: ReadBufferSizes;
}

export class Dialer {
  readonly #options: DialerOptions;
  readonly #dialing = new Set<net.Socket>();
  readonly #turnEnd = new TurnEnd();
  /** Made once: reading the trusted certificates costs far more than a connect. */
  readonly #secureContext: tls.SecureContext | undefined;

  constructor(options: DialerOptions) {
    this.#options = options;
    this.#secureContext =
      options.ca === undefined
        ? undefined
        : tls.createSecureContext({ ca: [...tls.rootCertificates, options.ca] });
  }

  /** Ends connects under way; each rejects with that reason. */
  close(reason: Error): void {
    for (const socket of this.#dialing) socket.destroy(reason);
  }

  /** A connected wire. Rejects with what the system says, or that it took too long. */
  dial(): Promise<Wire> {
    return this.#options.endpoint.protocol === 'https' ? this.#dialSecured() : this.#dialPlain();
  }

  #dialPlain(): Promise<Wire> {
    const { host, port, socketPath, addresses } = this.#options.endpoint;
    const { promise, resolve, reject } = Promise.withResolvers<Wire>();
    const wire = Wire.connecting(
      (onread) => {
        const place =
          socketPath === undefined ? { host, port, ...lookupOf(addresses) } : { path: socketPath };
        const socket = net.connect({ ...place, onread, allowHalfOpen: true });
        this.#watchDial(socket, 'connect', () => resolve(wire), reject);
        return socket;
      },
      this.#options.readBufferSizes,
      this.#turnEnd,
    );
    return promise;
  }

  #dialSecured(): Promise<Wire> {
    const { host, port, addresses } = this.#options.endpoint;
    const { promise, resolve, reject } = Promise.withResolvers<Wire>();
    const wire = Wire.connectingSecured(
      (onread) => {
        const options: tls.ConnectionOptions & Pick<net.SocketConstructorOpts, 'onread'> = {
          host,
          port,
          onread,
          ...lookupOf(addresses),
          ...(net.isIP(host) === 0 ? { servername: host } : {}),
          ...(this.#secureContext === undefined ? {} : { secureContext: this.#secureContext }),
        };
        const socket = tls.connect(options);
        this.#watchDial(socket, 'secureConnect', () => resolve(wire), reject);
        return socket;
      },
      this.#options.readBufferSizes,
      this.#turnEnd,
    );
    return promise;
  }

  /** Bounds a connect in time and ends it with the pool. */
  #watchDial(
    socket: net.Socket,
    ready: 'connect' | 'secureConnect',
    onReady: () => void,
    onFailed: (error: Error) => void,
  ): void {
    const { endpoint, connectMs } = this.#options;
    const timer = setTimeout(
      () => socket.destroy(new Error(`no connection to ${endpoint.authority} within ${connectMs} ms`)),
      connectMs,
    );
    const over = (): void => {
      clearTimeout(timer);
      this.#dialing.delete(socket);
    };
    this.#dialing.add(socket);
    socket.setNoDelay(true);
    socket.once('error', (error) => {
      over();
      onFailed(error);
    });
    socket.once(ready, () => {
      over();
      onReady();
    });
    // An end without an error, before it was ready, is a failure too.
    socket.once('close', () => {
      over();
      onFailed(new Error(`${endpoint.authority} closed the connection at once`));
    });
  }
}

/** Answers from what is known, so that a connection goes where its endpoint is, whatever the name means by then. */
function lookupOf(addresses: readonly Address[] | undefined): { readonly lookup?: net.LookupFunction } {
  const [first] = addresses ?? [];
  if (addresses === undefined || first === undefined) return {};
  return {
    lookup(_host, { all }, found) {
      if (all === true) found(null, [...addresses]);
      else found(null, first.address, first.family);
    },
  };
}
