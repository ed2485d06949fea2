// Sessions of the pages: a random id in a cookie stands for a token that was shown once. Kept in memory, so a restart ends them.
import { createHash, randomBytes } from 'node:crypto';

export interface SessionTimes {
  /** Ends a session that nothing was asked in for so long; one with an answer under way is not idle. */
  readonly idleMs: number;
  /** Ends each one. */
  readonly absoluteMs: number;
}

interface Session {
  /** Of the token that it stands for. */
  readonly tokenHash: string;
  readonly endsAtMs: number;
  usedAtMs: number;
  underWay: number;
}

export const SESSION_TIMES: SessionTimes = { idleMs: 30 * 60_000, absoluteMs: 12 * 60 * 60_000 };

/** More people than look at one gateway at a time; beyond it the one that was not used for the longest time ends. */
const MAX_SESSIONS = 200;

/** All times are monotonic milliseconds. */
export class LoginSessions {
  readonly #times: SessionTimes;
  /** By the hash of the id, so that no id can be read off this memory; the one used last stands last. */
  readonly #sessions = new Map<string, Session>();

  constructor(times: SessionTimes = SESSION_TIMES) {
    this.#times = times;
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** The id of a new session: 256 random bits in base64url. */
  begin(tokenHash: string, nowMs: number): string {
    const id = randomBytes(32).toString('base64url');
    const session = { tokenHash, endsAtMs: nowMs + this.#times.absoluteMs, usedAtMs: nowMs, underWay: 0 };
    this.#sessions.set(keyOf(id), session);
    if (this.#sessions.size > MAX_SESSIONS) {
      const [oldest = ''] = this.#sessions.keys();
      this.#sessions.delete(oldest);
    }
    return id;
  }

  /** The hash of the token that it stands for; undefined where there is no such session any more. */
  use(id: string, nowMs: number): string | undefined {
    const key = keyOf(id);
    const session = this.#sessions.get(key);
    if (session === undefined) return undefined;
    this.#sessions.delete(key);
    if (this.#isOver(session, nowMs)) return undefined;
    session.usedAtMs = nowMs;
    this.#sessions.set(key, session);
    return session.tokenHash;
  }

  /** An answer is under way in this session; to be called back when it is over. */
  hold(id: string, now: () => number): () => void {
    const session = this.#sessions.get(keyOf(id));
    if (session === undefined) return () => {};
    session.underWay++;
    return () => {
      session.underWay--;
      session.usedAtMs = now();
    };
  }

  end(id: string): void {
    this.#sessions.delete(keyOf(id));
  }

  /** Ends those whose token is not among these. */
  keepOnly(tokenHashes: ReadonlySet<string>): void {
    for (const [key, { tokenHash }] of this.#sessions) {
      if (!tokenHashes.has(tokenHash)) this.#sessions.delete(key);
    }
  }

  isOver(id: string, nowMs: number): boolean {
    const session = this.#sessions.get(keyOf(id));
    return session === undefined || this.#isOver(session, nowMs);
  }

  #isOver({ endsAtMs, usedAtMs, underWay }: Session, nowMs: number): boolean {
    return nowMs >= endsAtMs || (underWay === 0 && nowMs >= usedAtMs + this.#times.idleMs);
  }
}

function keyOf(id: string): string {
  return createHash('sha256').update(id).digest('hex');
}
