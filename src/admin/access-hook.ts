// Who may call what: one hook before every route, those that do not exist too. What no route allows is refused.
import { fastifyRateLimit } from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { foreignCall, isSafe, PAGE_HEADER } from './foreign-call.ts';
import type { AdminLogin, Caller } from './login.ts';
import type { RouteRole } from './route-role.ts';
import { SECURITY_HEADERS } from './security-headers.ts';
import { readCookies, sessionIdOf } from './session-cookie.ts';

interface Refusal {
  readonly status: 401 | 403 | 429;
  readonly error: string;
  readonly retryAfterSeconds?: number;
}

/** Of all calls that are no probes, from one address; a page that is looked at makes a few a minute. */
export const REQUESTS_PER_MINUTE = 6_000;

/** Answers under way whose session runs out are looked for so often. */
const SWEEP_MS = 30_000;

const HOW_TO_LOG_IN =
  'log in with Authorization: Bearer TOKEN, or on the page at /; "sosapi-gateway token" makes tokens';
const NO_TOKENS =
  'changing anything needs a token of an operator, and the config has none: make one with "sosapi-gateway token" and put its hash under admin.tokens';

export function enforceAccess(app: FastifyInstance, login: AdminLogin): void {
  app.decorateRequest('caller', undefined);
  app.decorateRequest('isWrongLogin', false);
  readCookies(app);
  const tooMany = limiterOf(app);
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(SECURITY_HEADERS);
    if (request.routeOptions.config.isProbe === true) {
      lookAtProbe(request, login);
      return;
    }
    const refusal = (await tooMany(request)) ?? check(request, login);
    if (refusal !== undefined) return refuse(reply, refusal);
    if (request.caller !== undefined) watch(request, reply, login);
  });
  const timer = setInterval(() => login.endWhatIsOver(), SWEEP_MS).unref();
  app.addHook('onClose', async () => clearInterval(timer));
}

/** A probe is always answered; who is logged in is told more. */
function lookAtProbe(request: FastifyRequest, login: AdminLogin): void {
  if (foreignCall(request, { ...login.settings, isLoopback: login.isLoopback }) !== undefined) return;
  const identified = login.identify(shownBy(request));
  if (identified.kind === 'known') request.caller = identified.caller;
  request.isWrongLogin = identified.kind === 'wrong' && identified.isTold;
}

function check(request: FastifyRequest, login: AdminLogin): Refusal | undefined {
  const { settings, isLoopback } = login;
  const foreign = foreignCall(request, { ...settings, isLoopback });
  if (foreign !== undefined) return { status: 403, error: foreign };
  const identified = login.identify(shownBy(request));
  if (identified.kind === 'wrong') {
    request.isWrongLogin = identified.isTold;
    return wrongToken(identified.heldOffMs);
  }
  const caller = identified.kind === 'known' ? identified.caller : undefined;
  request.caller = caller;
  const { role = 'read-only', isMetrics = false } = request.routeOptions.config;
  const needed = isMetrics && settings.publicMetrics ? 'none' : role;
  return roleRefusal(needed, caller) ?? pageRefusal(request);
}

function roleRefusal(needed: RouteRole, caller: Caller | undefined): Refusal | undefined {
  if (needed === 'none') return undefined;
  if (caller === undefined) return { status: 401, error: HOW_TO_LOG_IN };
  if (needed === 'read-only' || caller.role === 'operator') return undefined;
  const error =
    caller.name === undefined ? NO_TOKENS : `the token ${caller.name} may only read: this needs an operator`;
  return { status: 403, error };
}

/** A browser sends a cookie also where someone else's page makes it send something; a header it does not. */
function pageRefusal({ method, headers, is404 }: FastifyRequest): Refusal | undefined {
  if (is404 || isSafe(method) || bearerOf(headers.authorization) !== undefined) return undefined;
  if (headers[PAGE_HEADER] === '1') return undefined;
  return { status: 403, error: `a page that changes something sends the header ${PAGE_HEADER}: 1` };
}

/** Of a wrong token, with how long its address is held off. */
export function wrongToken(heldOffMs: number): Refusal {
  if (heldOffMs <= 0) return { status: 401, error: 'this token is not known here' };
  const retryAfterSeconds = Math.ceil(heldOffMs / 1000);
  const error = `too many wrong tokens from this address: try again in ${retryAfterSeconds} s`;
  return { status: 429, error, retryAfterSeconds };
}

export function refuse(reply: FastifyReply, { status, error, retryAfterSeconds }: Refusal): FastifyReply {
  if (retryAfterSeconds !== undefined) void reply.header('retry-after', retryAfterSeconds);
  if (status === 401) void reply.header('www-authenticate', 'Bearer realm="sosapi-gateway"');
  return reply.code(status).send({ error });
}

/** Tells the login of this answer until it is over, so that it can be cut. */
function watch(request: FastifyRequest, reply: FastifyReply, login: AdminLogin): void {
  if (request.caller === undefined) return;
  const { raw } = reply;
  const cut = () => {
    if (!raw.writableFinished) request.raw.socket.destroy();
  };
  raw.once('close', login.begin(request.caller, cut));
}

function shownBy(request: FastifyRequest) {
  return {
    token: bearerOf(request.headers.authorization),
    sessionId: sessionIdOf(request),
    remote: request.ip,
  };
}

/** Whatever stands in the header is a token that was shown, a wrong one where it has another form. */
function bearerOf(authorization: string | undefined): string | undefined {
  if (authorization === undefined) return undefined;
  return /^Bearer +(\S+) *$/i.exec(authorization)?.[1] ?? '';
}

/** The plugin's counts: in memory, of at most 5000 addresses, IPv6 by /64. It is there when the app is ready. */
function limiterOf(app: FastifyInstance) {
  let ask: ReturnType<FastifyInstance['createRateLimit']> | undefined;
  void app.register(fastifyRateLimit, { global: false });
  app.addHook('onReady', async () => {
    ask = app.createRateLimit({ max: REQUESTS_PER_MINUTE, timeWindow: 60_000 });
  });
  return async (request: FastifyRequest): Promise<Refusal | undefined> => {
    const count = await ask?.(request);
    if (count === undefined || count.isAllowed || !count.isExceeded) return undefined;
    const { ttlInSeconds } = count;
    const error = `more than ${REQUESTS_PER_MINUTE} calls a minute from this address: try again in ${ttlInSeconds} s`;
    return { status: 429, error, retryAfterSeconds: ttlInSeconds };
  };
}
