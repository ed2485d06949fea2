// An admin app on a port of its own, with tokens, whose ports write down what was asked of them.
import { createHash } from 'node:crypto';
import { type IncomingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createFailedSignatures } from '../../../src/access/failed-signatures.ts';
import { createAdminServer } from '../../../src/admin/admin-server.ts';
import type { AdminToken } from '../../../src/admin/admin-token.ts';
import { AdminLogin, type LoginOptions, type LoginSettings } from '../../../src/admin/login.ts';
import type { AdminAction, AdminPorts } from '../../../src/admin/ports.ts';
import type { RouteRole } from '../../../src/admin/route-role.ts';
import { Secret } from '../../../src/secret.ts';

const tokenOf = (letter: string) => `sgw_${letter.repeat(43)}`;
export const READER = tokenOf('r');
export const OPERATOR = tokenOf('o');
export const UNKNOWN = tokenOf('u');

export const known = (name: string, role: AdminToken['role'], token: string): AdminToken => ({
  name,
  role,
  hash: new Secret(createHash('sha256').update(token).digest('hex')),
});
export const TOKENS = [known('grafana', 'read-only', READER), known('ann', 'operator', OPERATOR)];
export const SETTINGS: LoginSettings = { tokens: TOKENS, publicMetrics: false, hostNames: [] };

export interface Route {
  readonly method: string;
  /** With something in place of parameters. */
  readonly path: string;
  readonly role: RouteRole;
  readonly isProbe: boolean;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Of the body as much as came with the head, for a stream has no end. */
  readonly text: string;
}

export interface Call {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
}

export interface RunningAdmin extends AsyncDisposable {
  readonly routes: readonly Route[];
  readonly port: number;
  readonly login: AdminLogin;
  readonly actions: AdminAction[];
  /** Which ports were called. */
  readonly done: string[];
  /** Monotonic milliseconds, to be moved on. */
  clock: number;
  ask(call: Call): Promise<Answer>;
  /** The cookie of a session that begins with this token. */
  session(token: string): Promise<string>;
}

export interface FixtureOptions extends Partial<Pick<LoginOptions, 'isLoopback' | 'settings'>> {
  readonly ports?: Partial<AdminPorts>;
  /** Wrong tokens before an address is held off. */
  readonly wrongTokens?: number;
}

/** Whatever it is called as: it is written down, and gives nothing. */
function recorder(name: string, done: string[]): unknown {
  return new Proxy(() => {}, {
    get: (_target, key) => (typeof key === 'string' ? recorder(`${name}.${key}`, done) : undefined),
    apply() {
      done.push(name);
    },
  });
}

export async function runningAdmin(options: FixtureOptions = {}): Promise<RunningAdmin> {
  const { isLoopback = true, settings = SETTINGS, ports = {}, wrongTokens = 10_000 } = options;
  const state = { clock: 0 };
  const done: string[] = [];
  const actions: AdminAction[] = [];
  const routes: Route[] = [];
  const login = new AdminLogin({
    settings,
    isLoopback,
    now: () => state.clock,
    failedLogins: createFailedSignatures({
      limit: wrongTokens,
      windowMs: 300_000,
      groupOf: (address) => address,
    }),
  });
  const known: Partial<AdminPorts> = {
    version: '1.2.3',
    isReady: async () => ({ ready: true, backends: [{ name: 'ceph', reachable: true }] }),
    login,
    onAdminAction: (action) => actions.push(action),
    logger: { error() {} },
    ...ports,
  };
  // A port that this test does not know yet gets its routes, too.
  const all = new Proxy(known, {
    get: (target, name) =>
      name in target
        ? Reflect.get(target, name)
        : typeof name === 'string'
          ? recorder(name, done)
          : undefined,
  });
  const app = createAdminServer(all as AdminPorts);
  app.addHook('onRoute', ({ method, url, config }) => {
    for (const each of [method].flat()) {
      const path = url.replaceAll(/:\w+|\*/g, 'x');
      routes.push({
        method: each,
        path,
        role: config?.role ?? 'read-only',
        isProbe: config?.isProbe === true,
      });
    }
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const ask = (call: Call) => answerOf(port, call);
  return {
    routes,
    port,
    login,
    actions,
    done,
    get clock() {
      return state.clock;
    },
    set clock(ms: number) {
      state.clock = ms;
    },
    ask,
    async session(token) {
      const headers = { 'x-sosapi-admin': '1' };
      const { headers: got } = await ask({ method: 'POST', path: '/api/session', headers, body: { token } });
      const [cookie = ''] = (got['set-cookie']?.[0] ?? '').split(';');
      return cookie;
    },
    [Symbol.asyncDispose]: () => app.close(),
  };
}

function answerOf(port: number, { method = 'GET', path, headers = {}, body }: Call): Promise<Answer> {
  const content = body === undefined ? undefined : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port,
        path,
        method,
        agent: false,
        headers: { ...(content === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      },
      (answer) => {
        const finish = (text: string) => {
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text });
          answer.destroy();
        };
        if (/event-stream/.test(answer.headers['content-type'] ?? '')) return finish('');
        let text = '';
        answer.setEncoding('utf8').on('data', (piece: string) => {
          text += piece;
        });
        answer.once('end', () => finish(text));
      },
    );
    sent.once('error', reject);
    sent.end(content);
  });
}
