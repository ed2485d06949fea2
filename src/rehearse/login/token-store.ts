// The tokens of one port: in memory only, so a restart logs everybody out and no token is ever on disk.
import { createHash, randomBytes } from 'node:crypto';

export interface TokenLifetimes {
  readonly accessMs: number;
  readonly refreshMs: number;
}

export interface TokenPair {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Milliseconds since 1970. */
  readonly issuedAt: number;
  readonly accessExpiresAt: number;
  readonly refreshExpiresAt: number;
}

interface Grant {
  readonly userName: string;
  readonly accessKey: string;
  readonly refreshKey: string;
  readonly accessExpiresAt: number;
  readonly refreshExpiresAt: number;
}

export type TokenCheck =
  | { readonly kind: 'valid'; readonly userName: string }
  | { readonly kind: 'expired' }
  | { readonly kind: 'unknown' };

const MAX_GRANTS = 10_000;

export class TokenStore {
  readonly #lifetimes: TokenLifetimes;
  readonly #now: () => number;
  // Keys are digests of the tokens, so that a look-up tells nothing by its time.
  readonly #byAccess = new Map<string, Grant>();
  readonly #byRefresh = new Map<string, Grant>();

  /** `now` is milliseconds since 1970. */
  constructor(lifetimes: TokenLifetimes, now: () => number) {
    this.#lifetimes = lifetimes;
    this.#now = now;
  }

  issue(userName: string): TokenPair {
    this.#makeRoom();
    const issuedAt = this.#now();
    const pair: TokenPair = {
      accessToken: randomBytes(48).toString('base64url'),
      refreshToken: randomBytes(48).toString('base64url'),
      issuedAt,
      accessExpiresAt: issuedAt + this.#lifetimes.accessMs,
      refreshExpiresAt: issuedAt + this.#lifetimes.refreshMs,
    };
    const grant: Grant = {
      userName,
      accessKey: keyOf(pair.accessToken),
      refreshKey: keyOf(pair.refreshToken),
      accessExpiresAt: pair.accessExpiresAt,
      refreshExpiresAt: pair.refreshExpiresAt,
    };
    this.#byAccess.set(grant.accessKey, grant);
    this.#byRefresh.set(grant.refreshKey, grant);
    return pair;
  }

  /** A refresh token serves once; with it its access token ends. Undefined where it is unknown, used or expired. */
  refresh(refreshToken: string): { readonly userName: string; readonly pair: TokenPair } | undefined {
    const grant = this.#byRefresh.get(keyOf(refreshToken));
    if (grant === undefined) return undefined;
    this.#drop(grant);
    if (grant.refreshExpiresAt <= this.#now()) return undefined;
    return { userName: grant.userName, pair: this.issue(grant.userName) };
  }

  check(accessToken: string): TokenCheck {
    const grant = this.#byAccess.get(keyOf(accessToken));
    if (grant === undefined) return { kind: 'unknown' };
    if (grant.accessExpiresAt <= this.#now()) return { kind: 'expired' };
    return { kind: 'valid', userName: grant.userName };
  }

  /** Ends the access token and the refresh token that came with it. False where it is not known. */
  revoke(accessToken: string): boolean {
    const grant = this.#byAccess.get(keyOf(accessToken));
    if (grant !== undefined) this.#drop(grant);
    return grant !== undefined;
  }

  /** Ends every token of the user. */
  revokeAll(userName: string): void {
    for (const grant of this.#byAccess.values()) if (grant.userName === userName) this.#drop(grant);
  }

  #drop(grant: Grant): void {
    this.#byAccess.delete(grant.accessKey);
    this.#byRefresh.delete(grant.refreshKey);
  }

  #makeRoom(): void {
    const now = this.#now();
    for (const grant of this.#byAccess.values()) if (grant.refreshExpiresAt <= now) this.#drop(grant);
    for (const grant of this.#byAccess.values()) {
      if (this.#byAccess.size < MAX_GRANTS) return;
      this.#drop(grant);
    }
  }
}

function keyOf(token: string): string {
  return createHash('sha256').update(token).digest('base64');
}
