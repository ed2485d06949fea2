// Signing keys and signatures (AWS, "Create a signed AWS API request": calculate the signature).
import type { Secret } from '../secret.ts';
import { type Credential, credentialScope } from './credential-scope.ts';
import { HmacKey } from './hmac-key.ts';
import { ALGORITHM } from './signature-claim.ts';

/** What one signature is made with. */
export interface SigningContext {
  readonly signingKey: HmacKey;
  /** `YYYYMMDDTHHMMSSZ`. */
  readonly amzDate: string;
  readonly region: string;
}

export function deriveSigningKey(secret: Secret, date: string, region: string): HmacKey {
  let key = HmacKey.ofText(`AWS4${secret.reveal()}`);
  for (const part of [date, region, 's3', 'aws4_request']) key = key.derive(part);
  return key;
}

/** The signature in hex, of a canonical request given by its SHA-256 in hex. */
export function signatureOf(canonicalHash: string, { signingKey, amzDate, region }: SigningContext): string {
  const scope = credentialScope(amzDate.slice(0, 8), region);
  return signingKey.hexOf(`${ALGORITHM}\n${amzDate}\n${scope}\n${canonicalHash}`);
}

export interface SigningKeyCache {
  /** The key for that credential under that secret, derived at most once while it stays in the cache. */
  keyFor(credential: Credential, secret: Secret): HmacKey;
  readonly size: number;
}

/** Holds at most `maxEntries` keys and drops the oldest. Give it only credentials that exist. */
export function createSigningKeyCache(maxEntries = 256): SigningKeyCache {
  const entries = new Map<string, { readonly secret: Secret; readonly key: HmacKey }>();

  return {
    keyFor({ accessKeyId, date, region }, secret) {
      const id = `${accessKeyId}/${date}/${region}`;
      const known = entries.get(id);
      // After a reload the same id may have a new secret; a key of the old one must not be found any more.
      if (known !== undefined && (known.secret === secret || known.secret.equals(secret))) return known.key;

      const key = deriveSigningKey(secret, date, region);
      entries.delete(id);
      entries.set(id, { secret, key });
      if (entries.size > maxEntries) {
        const [oldest = id] = entries.keys();
        entries.delete(oldest);
      }
      return key;
    },
    get size() {
      return entries.size;
    },
  };
}
