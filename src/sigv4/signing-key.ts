// Signing keys and signatures (AWS, "Create a signed AWS API request": calculate the signature).
import { Redacted, type Secret } from '../secret.ts';
import { type Credential, credentialScope } from './credential-scope.ts';
import { HmacKey, type HmacTemplate } from './hmac-key.ts';
import { ALGORITHM } from './signature-claim.ts';

/** What one signature is made with. */
export interface SigningContext {
  readonly signingKey: SigningKey;
  /** `YYYYMMDDTHHMMSSZ`. */
  readonly amzDate: string;
}

const DATE_LENGTH = 16;
const HASH_LENGTH = 64;
const DATE_AT = ALGORITHM.length + 1;

/** The key of one day and region. */
export class SigningKey extends Redacted {
  /** `yyyymmdd/REGION/s3/aws4_request`. */
  readonly scope: string;
  readonly #key: HmacKey;
  /** All strings to sign of one scope have the same length, and those of one second differ in their last line alone. */
  readonly #stringToSign: HmacTemplate;
  readonly #hashAt: number;
  #amzDate = '';

  constructor(key: HmacKey, scope: string) {
    super();
    this.scope = scope;
    this.#key = key;
    const front = `${ALGORITHM}\n${' '.repeat(DATE_LENGTH)}\n${scope}\n`;
    this.#hashAt = front.length;
    this.#stringToSign = key.template(`${front}${' '.repeat(HASH_LENGTH)}`);
  }

  /** The signature in hex, of a canonical request given by its SHA-256 in hex. `amzDate` is `YYYYMMDDTHHMMSSZ`. */
  signatureOf(canonicalHash: string, amzDate: string): string {
    if (amzDate.length !== DATE_LENGTH || canonicalHash.length !== HASH_LENGTH) {
      throw new RangeError('a string to sign holds a time of 16 characters and 64 hex digits');
    }
    if (amzDate !== this.#amzDate) {
      this.#stringToSign.put(amzDate, DATE_AT);
      this.#amzDate = amzDate;
    }
    this.#stringToSign.put(canonicalHash, this.#hashAt);
    return this.#stringToSign.hex();
  }

  /** The code of any other text whose characters are bytes (latin1), in lower-case hex. */
  hexOf(text: string): string {
    return this.#key.hexOf(text);
  }
}

export function deriveSigningKey(secret: Secret, date: string, region: string): SigningKey {
  let key = HmacKey.ofText(`AWS4${secret.reveal()}`);
  for (const part of [date, region, 's3', 'aws4_request']) key = key.derive(part);
  return new SigningKey(key, credentialScope(date, region));
}

interface KnownKey {
  readonly secret: Secret;
  readonly key: SigningKey;
}

export interface SigningKeyCache {
  /** The key for that credential under that secret, derived at most once while it stays in the cache. */
  keyFor(credential: Credential, secret: Secret): SigningKey;
  readonly size: number;
}

/** Holds at most `maxEntries` keys and drops the oldest. Give it only credentials that exist. */
export function createSigningKeyCache(maxEntries = 256): SigningKeyCache {
  const entries = new Map<string, KnownKey>();
  /** The reader of heads gives the same credential again where it was proven before: then nothing is looked up. */
  let last: (KnownKey & { readonly credential: Credential }) | undefined;

  return {
    keyFor(credential, secret) {
      if (last?.credential === credential && last.secret === secret) return last.key;
      const { accessKeyId, date, region } = credential;
      const id = `${accessKeyId}/${date}/${region}`;
      const known = entries.get(id);
      // After a reload the same id may have a new secret; a key of the old one must not be found any more.
      if (known !== undefined && (known.secret === secret || known.secret.equals(secret))) {
        last = { credential, secret, key: known.key };
        return known.key;
      }

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
