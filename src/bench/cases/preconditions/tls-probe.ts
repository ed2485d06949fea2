// What a TLS endpoint offers: a handshake in one version, and the certificate that came.
import { isIP } from 'node:net';
import { checkServerIdentity, connect, type PeerCertificate, type SecureVersion } from 'node:tls';

const TIMEOUT_MS = 10_000;

export interface Handshake {
  /** `TLSv1.3`; undefined where none came about. */
  readonly protocol: string | undefined;
  /** Why not. */
  readonly error: string | undefined;
  /** Why the chain is not trusted; undefined where it is. */
  readonly chainError: string | undefined;
  /** Why the certificate is not for the name; undefined where it is. */
  readonly nameError: string | undefined;
  /** End of its validity, milliseconds since 1970; undefined where there is no certificate. */
  readonly validToMs: number | undefined;
}

export interface ProbeOptions {
  readonly endpoint: URL;
  readonly version: SecureVersion;
  readonly ca: string | undefined;
  readonly signal: AbortSignal;
}

/** Rejects only with the reason of the signal. */
export function shakeHands({ endpoint, version, ca, signal }: ProbeOptions): Promise<Handshake> {
  const host = endpoint.hostname.replace(/^\[(.*)\]$/, '$1');
  return new Promise((resolve, reject) => {
    const socket = connect({
      host,
      port: endpoint.port === '' ? 443 : Number(endpoint.port),
      ...(isIP(host) === 0 ? { servername: host } : {}),
      minVersion: version,
      maxVersion: version,
      // The certificate is judged below, so that each fault gets a name.
      rejectUnauthorized: false,
      ...(ca === undefined ? {} : { ca }),
      timeout: TIMEOUT_MS,
    });
    const end = (handshake: Handshake) => {
      signal.removeEventListener('abort', stop);
      socket.destroy();
      resolve(handshake);
    };
    const none = (error: string) =>
      end({ protocol: undefined, error, chainError: undefined, nameError: undefined, validToMs: undefined });
    const stop = () => {
      socket.destroy();
      reject(signal.reason);
    };
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    socket.once('error', (error) => none(error.message));
    socket.once('timeout', () => none(`no handshake within ${TIMEOUT_MS / 1000} s`));
    socket.once('close', () => none('the connection was closed'));
    socket.once('secureConnect', () => {
      const certificate: PeerCertificate = socket.getPeerCertificate();
      const validTo = Date.parse(certificate.valid_to);
      end({
        protocol: socket.getProtocol() ?? undefined,
        error: undefined,
        // Says a code, against its type (Node.js 24).
        chainError: socket.authorized ? undefined : String(socket.authorizationError),
        nameError: checkServerIdentity(host, certificate)?.message,
        validToMs: Number.isNaN(validTo) ? undefined : validTo,
      });
    });
  });
}
