// The password check of both ports, with a limit on failures.
import { Secret } from '../../secret.ts';

export type LoginResult =
  | 'right'
  | 'wrong'
  /** Too many failures lately: the password was not looked at. */
  | 'locked';

const MAX_FAILURES = 10;
const WINDOW_MS = 60_000;

export interface LoginCheckOptions {
  readonly userName: string;
  readonly password: Secret;
  /** Milliseconds since 1970. */
  now(): number;
}

export class LoginCheck {
  readonly #options: LoginCheckOptions;
  #failures: readonly number[] = [];

  constructor(options: LoginCheckOptions) {
    this.#options = options;
  }

  /** User names are compared without regard to case, as Windows does; a domain or host before a `\` does not matter. */
  check(userName: string, password: Secret): LoginResult {
    const now = this.#options.now();
    this.#failures = this.#failures.filter((at) => at > now - WINDOW_MS);
    if (this.#failures.length >= MAX_FAILURES) return 'locked';
    const isUser = sameName(userName, this.#options.userName);
    const isPassword = this.#options.password.equals(password);
    if (isUser && isPassword) {
      this.#failures = [];
      return 'right';
    }
    this.#failures = [...this.#failures, now];
    return 'wrong';
  }
}

function sameName(given: string, expected: string): boolean {
  const bare = (name: string) => new Secret(name.slice(name.lastIndexOf('\\') + 1).toLowerCase());
  return bare(given).equals(bare(expected));
}
