// The link between gateways is TLS 1.3 with a pre-shared key: both sides prove that they know the secret, everything is
// encrypted, and nothing can be replayed (RFC 8446 sections 2.2 and E.1). There is no certificate to make or to renew.
import { hkdfSync } from 'node:crypto';
import type { ConnectionOptions, TlsOptions } from 'node:tls';
import type { Secret } from '../secret.ts';

const IDENTITY = 'sosapi-gateway';
const VERSION = { minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3' } as const;
/** A key that comes from outside goes with SHA-256 (RFC 8446 section 4.2.11). */
const CIPHERS = 'TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256';
const HANDSHAKE_MS = 5_000;

export function tlsOfTeller(secret: Secret): TlsOptions {
  const psk = keyOf(secret);
  return {
    ...VERSION,
    ciphers: CIPHERS,
    handshakeTimeout: HANDSHAKE_MS,
    pskIdentityHint: IDENTITY,
    pskCallback: (_socket, identity) => (identity === IDENTITY ? psk : null),
  };
}

export function tlsOfHearer(secret: Secret): ConnectionOptions {
  const psk = keyOf(secret);
  return {
    ...VERSION,
    ciphers: CIPHERS,
    pskCallback: () => ({ psk, identity: IDENTITY }),
    // Asked only of a server that shows a certificate instead, which proves nothing here.
    checkServerIdentity: () => new Error('it shows a certificate and does not know the secret'),
  };
}

/** Whether a connection failed because the two do not have the same secret. */
export function isWrongSecret(error: Error): boolean {
  const { code = '' } = error as NodeJS.ErrnoException;
  return /BINDER_DOES_NOT_VERIFY|DECRYPT_ERROR|BAD_RECORD_MAC|NO_SUITABLE_SIGNATURE_ALGORITHM|HANDSHAKE_FAILURE/.test(
    code,
  );
}

function keyOf(secret: Secret): Buffer {
  return Buffer.from(hkdfSync('sha256', secret.reveal(), '', 'sosapi-gateway peers 1', 32));
}
