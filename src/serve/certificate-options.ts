// What a TLS server takes, out of the `tls` of a listener in config.
import { randomBytes } from 'node:crypto';
import type { CertificateConfig, ListenerTls } from '../config/gateway-config.ts';
import type { ServerCertificate, ServerTlsOptions } from '../http1/server-certificates.ts';
import { Secret } from '../secret.ts';

/** What node:tls takes as `ticketKeys`. */
const TICKET_KEY_BYTES = 48;

/**
 * What session tickets are sealed with. Servers with the same ones, in any process, take each other's tickets, and go on to
 * when their certificates are replaced.
 */
export function newTicketKeys(): Secret {
  return new Secret(randomBytes(TICKET_KEY_BYTES).toString('base64'));
}

/** `ticketKeys`: of `newTicketKeys`. */
export function certificateOptions(tls: ListenerTls, ticketKeys: Secret): ServerTlsOptions {
  return {
    minVersion: tls.minVersion,
    certificates: [serverCertificate(tls), ...tls.certificates.map(serverCertificate)],
    ticketKeys: Buffer.from(ticketKeys.reveal(), 'base64'),
  };
}

function serverCertificate({ cert, key, names }: CertificateConfig): ServerCertificate {
  return { cert, key: key.reveal(), names };
}
