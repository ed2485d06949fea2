// Keeps the bearer token of one user on one server: logs in, refreshes, logs out. Both APIs use it.
import Type from 'typebox';
import { Secret } from '../secret.ts';
import { jsonOf, refusal, refusalFacts } from './answer-error.ts';
import { checked } from './checked.ts';
import type { VeeamClock } from './clock.ts';
import { sendPatiently } from './retry.ts';
import { VeeamLoginError } from './transport/veeam-error.ts';
import type { TransportAnswer, VeeamTransport } from './transport/veeam-transport.ts';

const FORM = 'application/x-www-form-urlencoded';
/** What a server says to a refresh token or a password that it does not take. */
const REFUSALS: ReadonlySet<number> = new Set([400, 401, 403]);
const LONGEST_MARGIN_MS = 60_000;
/** Nobody waits long for a goodbye. */
const LOGOUT_MS = 5_000;

export interface TokenKeeperOptions {
  readonly transport: VeeamTransport;
  readonly clock: VeeamClock;
  /** `/api/oauth2/token` of VBR, `/api/token` of Veeam ONE. */
  readonly tokenPath: string;
  readonly userName: string;
  readonly password: Secret;
  /** What every request of this API carries, such as x-api-version. */
  headers(): Readonly<Record<string, string>>;
  readonly logout: {
    readonly path: string;
    /** The form that goes with it; undefined for none. */
    form?(accessToken: Secret): Readonly<Record<string, string>>;
  };
  /** True when the refusal was understood and other `headers` may do better: the same is then asked once more. */
  again?(answer: TransportAnswer, sent: Readonly<Record<string, string>>): boolean;
}

export interface TokenKeeper {
  /** The token to send now: logs in at first use and refreshes before it expires. */
  current(): Promise<Secret>;
  /** Another token, after `used` was answered with 401. However many callers ask, the server is asked once. */
  renewed(used: Secret): Promise<Secret>;
  /** Tells the server that the token is done with. Does nothing where there is none. */
  logout(): Promise<void>;
}

const issuedToken = Type.Object({
  access_token: Type.String({ minLength: 1 }),
  /** Seconds. */
  expires_in: Type.Number({ minimum: 0 }),
  refresh_token: Type.Optional(Type.String()),
});

interface Held {
  readonly access: Secret;
  readonly refresh: Secret | undefined;
  readonly refreshAt: number;
}

export function createTokenKeeper(options: TokenKeeperOptions): TokenKeeper {
  const { clock, password, userName } = options;
  let held: Held | undefined;
  let flight: Promise<Held> | undefined;

  const logIn = async (): Promise<Held> => {
    const form = { grant_type: 'password', username: userName, password: password.reveal() };
    return heldFrom(options, await askForToken(options, form), password);
  };

  /** A refresh token that is refused is no use any longer: the password is asked for once instead. */
  const refreshOrLogIn = async (refresh: Secret | undefined): Promise<Held> => {
    if (refresh === undefined) return logIn();
    const asked = await askForToken(options, {
      grant_type: 'refresh_token',
      refresh_token: refresh.reveal(),
    });
    return REFUSALS.has(asked.answer.status) ? logIn() : heldFrom(options, asked, refresh);
  };

  const fly = (refresh: Secret | undefined): Promise<Held> => {
    flight ??= refreshOrLogIn(refresh)
      .then((token) => {
        held = token;
        return token;
      })
      .finally(() => {
        flight = undefined;
      });
    return flight;
  };

  return {
    async current() {
      if (held !== undefined && flight === undefined && clock.now() < held.refreshAt) return held.access;
      return (await fly(held?.refresh)).access;
    },
    async renewed(used) {
      // Another caller was faster: its token has not been tried yet.
      if (held !== undefined && flight === undefined && !held.access.equals(used)) return held.access;
      return (await fly(held?.refresh)).access;
    },
    async logout() {
      const token = held?.access;
      held = undefined;
      if (token === undefined) return;
      await revoke(options, token);
    },
  };
}

interface Asked {
  readonly answer: TransportAnswer;
  readonly askedAt: number;
}

async function askForToken(
  options: TokenKeeperOptions,
  form: Readonly<Record<string, string>>,
): Promise<Asked> {
  for (;;) {
    const askedAt = options.clock.now();
    const headers = options.headers();
    const answer = await sendPatiently(options.transport, options.clock, {
      ...{ method: 'POST', path: options.tokenPath },
      headers: { ...headers, accept: 'application/json', 'content-type': FORM },
      body: new URLSearchParams(form).toString(),
    });
    if (answer.status < 400 || options.again?.(answer, headers) !== true) return { answer, askedAt };
  }
}

function heldFrom(
  { tokenPath, userName }: TokenKeeperOptions,
  { answer, askedAt }: Asked,
  sent: Secret,
): Held {
  const request = { method: 'POST', path: tokenPath } as const;
  if (answer.status >= 300) {
    const asked = { request, secrets: [sent] };
    const context = `logging in as ${userName}`;
    throw REFUSALS.has(answer.status)
      ? new VeeamLoginError(refusalFacts(answer, asked), context)
      : refusal(answer, asked, context);
  }
  const json = jsonOf(answer, { request });
  const token = checked(issuedToken, json, `the answer to POST ${tokenPath}`, request);
  const lifetimeMs = token.expires_in * 1000;
  return {
    access: new Secret(token.access_token),
    refresh: token.refresh_token === undefined ? undefined : new Secret(token.refresh_token),
    refreshAt: askedAt + lifetimeMs - Math.min(LONGEST_MARGIN_MS, lifetimeMs / 4),
  };
}

async function revoke(options: TokenKeeperOptions, token: Secret): Promise<void> {
  const { path, form } = options.logout;
  const request = { method: 'POST', path } as const;
  const fields = form?.(token);
  const answer = await sendPatiently(options.transport, options.clock, {
    ...request,
    headers: {
      ...options.headers(),
      accept: 'application/json',
      authorization: `Bearer ${token.reveal()}`,
      ...(fields === undefined ? {} : { 'content-type': FORM }),
    },
    ...(fields === undefined ? {} : { body: new URLSearchParams(fields).toString() }),
    timeoutMs: LOGOUT_MS,
  });
  // 401: it had expired by itself.
  if (answer.status >= 300 && answer.status !== 401) {
    throw refusal(answer, { request, secrets: [token] }, 'logging out');
  }
}
