// Tokens of the admin listener: what one looks like, and which of the known ones was shown.
import { createHash, timingSafeEqual } from 'node:crypto';

export type AdminRole = 'read-only' | 'operator';

/** A token that the config knows: not itself, but its hash. */
export interface AdminToken {
  readonly name: string;
  readonly role: AdminRole;
  /**
   * SHA-256 of the token, 64 lower-case hexadecimal digits. A slow hash such as scrypt makes it costly to try words that people
   * think of; a token is 256 random bits, of which nobody tries a noticeable part however fast the hash is.
   */
  readonly hash: { reveal(): string };
}

/** As the sub-command `token` makes them: 256 bits in base64url, after a prefix that scanners for secrets can look for. */
const TOKEN = /^sgw_[A-Za-z0-9_-]{43}$/;

/** Undefined for what is no token or none of these. The time taken does not tell which one it was like. */
export function findToken(shown: string, tokens: readonly AdminToken[]): AdminToken | undefined {
  if (!TOKEN.test(shown)) return undefined;
  const digest = createHash('sha256').update(shown).digest();
  let found: AdminToken | undefined;
  for (const token of tokens) {
    if (timingSafeEqual(digest, Buffer.from(token.hash.reveal(), 'hex'))) found = token;
  }
  return found;
}
