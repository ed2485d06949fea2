// The certificates that a TLS server presents: one by default, others to clients that ask for their names (SNI, RFC 6066
// section 3). All contexts are made before any handshake, and all are replaced at once.
import { createHash } from 'node:crypto';
import tls from 'node:tls';
import { ByHostName } from './by-host-name.ts';

/** PEM; the certificate with those of its issuers. */
export interface ServerCertificate {
  readonly cert: string;
  readonly key: string;
  /** Host names, `*.` for exactly one label; each at one certificate only. */
  readonly names: readonly string[];
}

export interface ServerTlsOptions {
  readonly minVersion: tls.SecureVersion;
  /** Never empty. The first is for clients that ask for no name, or for one that no other is for, too. */
  readonly certificates: readonly [ServerCertificate, ...ServerCertificate[]];
  /**
   * 48 random bytes that seal session tickets. Servers with the same ones, one after the other or at the same time, take
   * each other's tickets, so they outlive `replace`.
   */
  readonly ticketKeys: Buffer;
}

type Contexts = ByHostName<tls.SecureContext | undefined>;

export class ServerCertificates {
  readonly #first: tls.TlsOptions;
  #others: Contexts;

  /** Throws where OpenSSL refuses one of them. */
  constructor(options: ServerTlsOptions) {
    this.#first = defaultOptions(options);
    this.#others = contextsOf(options);
  }

  /** For `tls.createServer` and `https.createServer`. */
  get serverOptions(): tls.TlsOptions {
    return {
      ...this.#first,
      SNICallback: (name, done) => done(null, this.#others.of(name)),
    };
  }

  /** For handshakes from now on; throws where OpenSSL refuses one of them, and then nothing has changed. */
  replace(server: tls.Server, options: ServerTlsOptions): void {
    this.prepare(server, options)();
  }

  /** `replace` in two steps: what may throw now, and the change where the function is called that is given. */
  prepare(server: tls.Server, options: ServerTlsOptions): () => void {
    const others = contextsOf(options);
    const first = defaultOptions(options);
    // The server makes its own of the same, when it is too late to go back.
    tls.createSecureContext(first);
    return () => {
      server.setSecureContext(first);
      this.#others = others;
    };
  }
}

function defaultOptions({ certificates: [{ cert, key }], minVersion, ticketKeys }: ServerTlsOptions) {
  return { cert, key, minVersion, ticketKeys, sessionIdContext: sessionIdContext(ticketKeys) };
}

/** The default's own names are in it, as nothing, so that they win over the wildcard of another. */
function contextsOf({ certificates, minVersion, ticketKeys }: ServerTlsOptions): Contexts {
  const [first, ...others] = certificates;
  return new ByHostName([
    ...first.names.map((name) => [name, undefined] as const),
    ...others.flatMap(({ cert, key, names }) => {
      const context = tls.createSecureContext({
        cert,
        key,
        minVersion,
        sessionIdContext: sessionIdContext(ticketKeys),
      });
      return names.map((name) => [name, context] as const);
    }),
  ]);
}

/** A session is resumed only in a context of the same name (SSL_CTX_set_session_id_context(3)), at most 32 bytes of it. */
function sessionIdContext(ticketKeys: Buffer): string {
  return createHash('sha256').update(ticketKeys).digest('hex').slice(0, 32);
}
