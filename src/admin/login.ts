// Who calls the admin listener: by the token in the header, or by the session that a page began with one.
import type { FailedSignatures } from '../access/failed-signatures.ts';
import { type AdminRole, type AdminToken, findToken } from './admin-token.ts';
import { LoginSessions, type SessionTimes } from './login-sessions.ts';

export interface LoginSettings {
  /** None: nobody can log in. What only reads is open then, and nothing can be changed. */
  readonly tokens: readonly AdminToken[];
  /** Whether /metrics needs no login. */
  readonly publicMetrics: boolean;
  /** Lower-case names by which a listener on a loopback address is reached besides its own. */
  readonly hostNames: readonly string[];
}

/** How often an address showed a wrong token. */
export type FailedLogins = Pick<FailedSignatures, 'heldOffMs' | 'failed'>;

export interface LoginOptions {
  readonly settings: LoginSettings;
  readonly failedLogins: FailedLogins;
  /** Whether the listener is on a loopback address. */
  readonly isLoopback: boolean;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  readonly times?: SessionTimes;
}

export interface Caller {
  /** Of the token; undefined where the config has none. */
  readonly name?: string;
  readonly role: AdminRole;
  /** Hash of the token. */
  readonly tokenHash?: string;
  /** Of the page that calls. */
  readonly sessionId?: string;
}

/** What a request shows of who sent it. */
export interface Shown {
  readonly token?: string | undefined;
  readonly sessionId?: string | undefined;
  readonly remote: string;
}

export type Identified =
  | { readonly kind: 'known'; readonly caller: Caller }
  /** Nothing was shown, or a session that is over. */
  | { readonly kind: 'nobody' }
  /** `heldOffMs` is above zero where there were too many wrong ones from that address. */
  | { readonly kind: 'wrong'; readonly heldOffMs: number; readonly isTold: boolean };

interface Open {
  readonly caller: Caller;
  readonly cut: () => void;
}

export class AdminLogin {
  readonly isLoopback: boolean;
  #settings: LoginSettings;
  readonly #sessions: LoginSessions;
  readonly #failedLogins: FailedLogins;
  readonly #now: () => number;
  readonly #open = new Set<Open>();

  constructor({ settings, failedLogins, isLoopback, now, times }: LoginOptions) {
    this.#settings = settings;
    this.#failedLogins = failedLogins;
    this.isLoopback = isLoopback;
    this.#now = now;
    this.#sessions = new LoginSessions(times);
  }

  get settings(): LoginSettings {
    return this.#settings;
  }

  get isNeeded(): boolean {
    return this.#settings.tokens.length > 0;
  }

  /** From now on. Sessions and answers under way of a token that is gone, or may less, end at once. */
  replaceTokens(settings: LoginSettings): void {
    this.#settings = settings;
    this.#sessions.keepOnly(new Set(settings.tokens.map(({ hash }) => hash.reveal())));
    this.endWhatIsOver();
  }

  /** A token is looked at before a session. */
  identify({ token, sessionId, remote }: Shown): Identified {
    if (!this.isNeeded) return { kind: 'known', caller: { role: 'read-only' } };
    if (token !== undefined) return this.#byToken(token, remote);
    if (sessionId === undefined) return { kind: 'nobody' };
    const tokenHash = this.#sessions.use(sessionId, this.#now());
    const found = this.#settings.tokens.find(({ hash }) => hash.reveal() === tokenHash);
    return found === undefined
      ? { kind: 'nobody' }
      : { kind: 'known', caller: { ...callerOf(found), sessionId } };
  }

  /** The id of a session that stands for the caller's token; undefined where there is none. */
  beginSession({ tokenHash }: Caller): string | undefined {
    return tokenHash === undefined ? undefined : this.#sessions.begin(tokenHash, this.#now());
  }

  /** Its answers under way go on until `endWhatIsOver`. */
  endSession(id: string): void {
    this.#sessions.end(id);
  }

  /** An answer to this caller begins. `cut` ends it before its time; what is given back is to be called when it is over. */
  begin(caller: Caller, cut: () => void): () => void {
    const open = { caller, cut };
    this.#open.add(open);
    const release =
      caller.sessionId === undefined ? undefined : this.#sessions.hold(caller.sessionId, this.#now);
    return () => {
      this.#open.delete(open);
      release?.();
    };
  }

  /** Cuts the answers whose caller may not have them any more: a stream of events would go on for ever. */
  endWhatIsOver(): void {
    for (const open of this.#open) {
      if (this.#isStill(open.caller)) continue;
      this.#open.delete(open);
      open.cut();
    }
  }

  #isStill({ tokenHash, role, sessionId }: Caller): boolean {
    if (tokenHash === undefined) return !this.isNeeded;
    if (sessionId !== undefined && this.#sessions.isOver(sessionId, this.#now())) return false;
    return this.#settings.tokens.some((each) => each.hash.reveal() === tokenHash && each.role === role);
  }

  /**
   * Also where an address is held off a right token is taken: to guess one takes 2^255 tries whatever is done here, and someone
   * else's wrong one, behind the same address, must not lock an operator out.
   */
  #byToken(shown: string, remote: string): Identified {
    const found = findToken(shown, this.#settings.tokens);
    if (found !== undefined) return { kind: 'known', caller: callerOf(found) };
    const nowMs = this.#now();
    const wasHeldOff = this.#failedLogins.heldOffMs(remote, nowMs) > 0;
    if (!wasHeldOff) this.#failedLogins.failed(remote, nowMs);
    const heldOffMs = this.#failedLogins.heldOffMs(remote, nowMs);
    return { kind: 'wrong', heldOffMs, isTold: !wasHeldOff };
  }
}

function callerOf({ name, role, hash }: AdminToken): Caller {
  return { name, role, tokenHash: hash.reveal() };
}
