// Opens TLS connections, and gives out only those whose server is the one that is trusted.
import { Agent, type AgentOptions } from 'node:https';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { fingerprintOf, readFingerprint, sameFingerprint, writeFingerprint } from './fingerprint.ts';
import { VeeamCertificateError, VeeamError } from './veeam-error.ts';
import type { Trust } from './veeam-transport.ts';

export interface TrustedServer {
  readonly host: string;
  readonly port: number;
  readonly trust: Trust;
  /** How long a handshake may take. */
  readonly handshakeMs: number;
}

type Handover = (error: Error | null, socket?: Duplex) => void;

/** An agent for one server. `destroy` ends handshakes that are under way too. */
export class TrustedAgent extends Agent {
  readonly #server: TrustedServer;
  readonly #check: (socket: TLSSocket) => VeeamCertificateError | undefined;
  readonly #connecting = new Set<TLSSocket>();

  constructor(server: TrustedServer, options: AgentOptions) {
    super(options);
    this.#server = server;
    this.#check = checkFor(server);
  }

  /** The request is written only to what is handed over here: nothing leaves before the certificate was checked. */
  override createConnection(_options: object, handOver: Handover): undefined {
    const socket = connect(this.#options());
    this.#connecting.add(socket);
    let over = false;
    const settle = (error: Error | null) => {
      if (over) return;
      over = true;
      clearTimeout(timer);
      this.#connecting.delete(socket);
      if (error === null) return handOver(null, socket);
      socket.destroy();
      handOver(error);
    };
    const timer = setTimeout(() => settle(handshakeTimeout()), this.#server.handshakeMs);
    socket.once('secureConnect', () => settle(this.#check(socket) ?? null));
    socket.once('error', settle);
    socket.once('close', () =>
      settle(new Error('the server closed the connection during the TLS handshake')),
    );
    return undefined;
  }

  override destroy(): void {
    for (const socket of this.#connecting) socket.destroy();
    super.destroy();
  }

  #options(): ConnectionOptions {
    const { host, port, trust } = this.#server;
    return {
      host,
      port,
      servername: isIP(host) === 0 ? host : '',
      minVersion: 'TLSv1.2',
      ...(trust.kind === 'ca' ? { ca: trust.pem } : {}),
      // The verdict is taken by `checkFor`, which sees the certificate that was refused and can name it.
      rejectUnauthorized: false,
    };
  }
}

/** Throws a VeeamError for a fingerprint that cannot be one. */
function checkFor({ host, port, trust }: TrustedServer) {
  const expected = trust.kind === 'fingerprint' ? readFingerprint(trust.sha256) : undefined;
  if (trust.kind === 'fingerprint' && expected === undefined) {
    throw new VeeamError(
      'The pinned fingerprint is no SHA-256 fingerprint: write the 64 hex digits, with or without colons.',
    );
  }
  return (socket: TLSSocket): VeeamCertificateError | undefined => {
    const raw = socket.getPeerX509Certificate()?.raw;
    if (raw === undefined) {
      return new VeeamCertificateError(`The server at ${host}:${port} shows no certificate.`, { found: '' });
    }
    const fingerprint = fingerprintOf(raw);
    const found = writeFingerprint(fingerprint);
    if (expected !== undefined) {
      if (sameFingerprint(expected, fingerprint)) return undefined;
      const pinned = writeFingerprint(expected);
      return new VeeamCertificateError(
        `The certificate of ${host}:${port} is not the pinned one: pinned is ${pinned}, the server shows ${found}. ` +
          'Where it was renewed on purpose, compare the new one on the server and pin it; nothing was sent.',
        { expected: pinned, found },
      );
    }
    if (socket.authorized) return undefined;
    return new VeeamCertificateError(
      `The certificate of ${host}:${port} cannot be verified (${reasonOf(socket)}). Give the CA's file, or compare ` +
        `its SHA-256 fingerprint on the server and pin it: ${found}; nothing was sent.`,
      { found },
    );
  };
}

function reasonOf(socket: TLSSocket): string {
  // A string at run time: @types/node says Error.
  return String(socket.authorizationError);
}

function handshakeTimeout(): Error {
  return Object.assign(new Error('no TLS connection in time'), { code: 'ETIMEDOUT' });
}
