// Default deny, over all routes that the admin app has: who is let through, who is not, and that nothing was done then.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  OPERATOR,
  READER,
  type Route,
  type RunningAdmin,
  runningAdmin,
  SETTINGS,
  UNKNOWN,
} from './login-fixture.ts';

type Expected = 'passed' | 401 | 403;
type Headers = Readonly<Record<string, string>>;

interface Case {
  readonly name: string;
  readonly headers: (sessions: Sessions, port: number) => Headers;
  readonly expected: (route: Route) => Expected;
}

interface Sessions {
  readonly reader: string;
  readonly operator: string;
  readonly expired: string;
}

const isRead = ({ method }: Route) => method === 'GET' || method === 'HEAD';
const FROM_PAGE = { 'x-sosapi-admin': '1' };

/** Who is nobody. */
const nobody = (route: Route): Expected => {
  if (route.role !== 'none') return 401;
  return isRead(route) ? 'passed' : 403;
};
/** Who is nobody, on a page of ours. */
const nobodyOnPage = ({ role }: Route): Expected => (role === 'none' ? 'passed' : 401);
const reader = ({ role }: Route): Expected => (role === 'operator' ? 403 : 'passed');
const operator = (): Expected => 'passed';
const nobodyAtAll = (): Expected => 401;
const foreign = (): Expected => 403;

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const CASES: readonly Case[] = [
  { name: 'nothing', headers: () => ({}), expected: nobody },
  { name: 'nothing, with the header of our pages', headers: () => FROM_PAGE, expected: nobodyOnPage },
  { name: 'a token to read', headers: () => bearer(READER), expected: reader },
  { name: 'a token of an operator', headers: () => bearer(OPERATOR), expected: operator },
  { name: 'a wrong token', headers: () => bearer(UNKNOWN), expected: nobodyAtAll },
  { name: 'a token of another form', headers: () => bearer('hunter2'), expected: nobodyAtAll },
  { name: 'a password', headers: () => ({ authorization: 'Basic YW5uOmh1bnRlcjI=' }), expected: nobodyAtAll },
  {
    name: 'a wrong token beside the session of an operator',
    headers: (sessions) => ({ ...bearer(UNKNOWN), ...FROM_PAGE, cookie: sessions.operator }),
    expected: nobodyAtAll,
  },
  {
    name: 'a session to read',
    headers: (sessions) => ({ ...FROM_PAGE, cookie: sessions.reader }),
    expected: reader,
  },
  {
    name: 'a session of an operator, from our own origin',
    headers: (sessions, port) => ({
      ...FROM_PAGE,
      cookie: sessions.operator,
      origin: `http://127.0.0.1:${port}`,
      'sec-fetch-site': 'same-origin',
    }),
    expected: operator,
  },
  {
    name: 'a session of an operator without the header of our pages',
    headers: (sessions) => ({ cookie: sessions.operator }),
    expected: (route) => (isRead(route) ? 'passed' : 403),
  },
  {
    name: 'a session that is over',
    headers: (sessions) => ({ ...FROM_PAGE, cookie: sessions.expired }),
    expected: nobodyOnPage,
  },
  {
    name: 'a cookie that nobody gave out',
    headers: () => ({ ...FROM_PAGE, cookie: `sosapi-admin=${'x'.repeat(43)}` }),
    expected: nobodyOnPage,
  },
  {
    name: 'a session of an operator, from a foreign origin',
    headers: (sessions) => ({ ...FROM_PAGE, cookie: sessions.operator, origin: 'http://evil.example' }),
    expected: foreign,
  },
  {
    name: 'a session of an operator, from another port of this machine',
    headers: (sessions) => ({ ...FROM_PAGE, cookie: sessions.operator, origin: 'http://127.0.0.1:3000' }),
    expected: foreign,
  },
  {
    name: 'a session of an operator, from a sandbox',
    headers: (sessions) => ({ ...FROM_PAGE, cookie: sessions.operator, origin: 'null' }),
    expected: foreign,
  },
  {
    name: 'a session of an operator, for a page of another site',
    headers: (sessions) => ({ ...FROM_PAGE, cookie: sessions.operator, 'sec-fetch-site': 'cross-site' }),
    expected: foreign,
  },
  {
    name: 'a token of an operator under a foreign name',
    headers: () => ({ ...bearer(OPERATOR), host: 'evil.example' }),
    expected: foreign,
  },
  {
    name: 'a name that only begins like ours',
    headers: () => ({ ...bearer(OPERATOR), host: 'localhost.evil.example' }),
    expected: foreign,
  },
];

let admin: RunningAdmin;
let sessions: Sessions;
beforeAll(async () => {
  admin = await runningAdmin();
  const expired = await admin.session(OPERATOR);
  admin.clock = 31 * 60_000;
  sessions = { expired, reader: await admin.session(READER), operator: await admin.session(OPERATOR) };
});
afterAll(() => admin[Symbol.asyncDispose]());

test('there are routes of each role', () => {
  expect(new Set(admin.routes.map(({ role }) => role))).toEqual(new Set(['none', 'read-only', 'operator']));
  expect(admin.routes.filter(({ role }) => role === 'operator').map(({ method }) => method)).not.toContain(
    'GET',
  );
});

test('what changes something is for operators, and login is for all', () => {
  const changing = admin.routes.filter((route) => !isRead(route));
  expect(changing.length).toBeGreaterThan(2);
  for (const { path, role } of changing)
    expect(role, path).toBe(path === '/api/session' ? 'none' : 'operator');
});

describe.each(CASES)('$name', ({ headers, expected }) => {
  test('on every route', async () => {
    const rows: string[] = [];
    for (const route of admin.routes.filter(({ isProbe }) => !isProbe)) {
      // The sessions are for the next case too.
      if (route.method === 'DELETE' && expected(route) === 'passed') continue;
      admin.done.length = 0;
      const { method, path } = route;
      const { status, text } = await admin.ask({ method, path, headers: headers(sessions, admin.port) });
      const isRefused = status === 401 || status === 403;
      const wanted = expected(route);
      if (isRefused ? status !== wanted : wanted !== 'passed')
        rows.push(`${method} ${path}: ${status}, not ${wanted}`);
      if (!isRefused) continue;
      expect(admin.done, `${method} ${path}`).toEqual([]);
      if (method !== 'HEAD') expect(JSON.parse(text)).toEqual({ error: expect.stringMatching(/\w/) });
    }
    expect(rows).toEqual([]);
  });

  test('on a path that is no route', async () => {
    const route = { method: 'GET', path: '/api/nowhere', role: 'read-only', isProbe: false } as const;
    const { status } = await admin.ask({ ...route, headers: headers(sessions, admin.port) });
    const wanted = expected(route);
    expect(status).toBe(wanted === 'passed' ? 404 : wanted);
  });

  test('on the probes', async () => {
    const probes = admin.routes.filter(({ isProbe }) => isProbe);
    expect(probes.length).toBe(4);
    for (const { method, path } of probes) {
      const { status } = await admin.ask({ method, path, headers: headers(sessions, admin.port) });
      expect(status, path).toBe(200);
    }
  });
});

describe('what does more than nothing', () => {
  test('the ports of a route are asked where the caller may', async () => {
    admin.done.length = 0;
    await admin.ask({ path: '/api/capacity', headers: bearer(READER) });
    expect(admin.done).toEqual(['capacities']);
  });

  test('HEAD and GET of an event stream that nobody may have', async () => {
    const { status } = await admin.ask({ path: '/api/events' });
    expect(status).toBe(401);
  });
});

describe('/readyz', () => {
  test('names the stores to those who are logged in alone', async () => {
    const told = await admin.ask({ path: '/readyz', headers: bearer(READER) });
    expect(JSON.parse(told.text)).toEqual({ ready: true, backends: [{ name: 'ceph', reachable: true }] });
    for (const headers of [{}, bearer(UNKNOWN), { ...bearer(READER), host: 'evil.example' }]) {
      const { status, text } = await admin.ask({ path: '/readyz', headers });
      expect([status, JSON.parse(text)]).toEqual([200, { ready: true }]);
    }
  });
});

describe('/metrics', () => {
  const ports = { renderMetrics: async () => ({ contentType: 'text/plain', body: 'up 1\n' }) };

  test('is open where the config says so, and the rest is not', async () => {
    await using open = await runningAdmin({ ports, settings: { ...SETTINGS, publicMetrics: true } });
    expect(await open.ask({ path: '/metrics' })).toMatchObject({ status: 200, text: 'up 1\n' });
    expect((await open.ask({ path: '/api/capacity' })).status).toBe(401);
    expect((await open.ask({ path: '/metrics', headers: { host: 'evil.example' } })).status).toBe(403);
  });
});

describe('without tokens in the config', () => {
  const settings = { ...SETTINGS, tokens: [] };

  test('reading is open, and what changes something says how to make a token', async () => {
    await using open = await runningAdmin({ settings });
    for (const route of open.routes.filter(({ path }) => path !== '/api/session')) {
      open.done.length = 0;
      const { status, text } = await open.ask({ ...route, headers: FROM_PAGE });
      if (isRead(route)) expect([401, 403], route.path).not.toContain(status);
      else {
        expect([status, open.done], route.path).toEqual([403, []]);
        expect(text).toContain('sosapi-gateway token');
      }
    }
    expect(JSON.parse((await open.ask({ path: '/api/session' })).text)).toEqual({ login: 'none' });
  });

  test('a token changes nothing about that, and a name that is resolved to this machine sees nothing', async () => {
    await using open = await runningAdmin({ settings });
    const drain = { method: 'POST', path: '/api/endpoints/drain', headers: bearer(OPERATOR) };
    expect((await open.ask(drain)).status).toBe(403);
    expect((await open.ask({ path: '/api/capacity', headers: { host: 'evil.example:8081' } })).status).toBe(
      403,
    );
    expect(open.done).toEqual([]);
  });
});

describe('names', () => {
  test.each(['localhost', 'localhost:8081', '127.0.0.1:1', '127.1.2.3', '[::1]:8081', '[::1]', 'LOCALHOST'])(
    '%s is ours on a loopback address',
    async (host) => {
      expect((await admin.ask({ path: '/metrics', headers: { ...bearer(READER), host } })).status).not.toBe(
        403,
      );
    },
  );

  test('those that the config names are, too', async () => {
    const settings = { ...SETTINGS, hostNames: ['gateway.example.com'] };
    await using named = await runningAdmin({ settings });
    const headers = {
      ...bearer(READER),
      host: 'Gateway.example.com:443',
      origin: 'https://gateway.example.com:443',
    };
    // Port 443 is none in the origin of an https page.
    expect((await named.ask({ path: '/metrics', headers })).status).toBe(403);
    const behindProxy = { ...headers, host: 'gateway.example.com', origin: 'https://gateway.example.com' };
    expect((await named.ask({ path: '/metrics', headers: behindProxy })).status).not.toBe(403);
  });

  test('any is on another address, where TLS says who we are', async () => {
    await using wide = await runningAdmin({ isLoopback: false });
    const headers = { ...bearer(READER), host: 'gateway.example.com' };
    expect((await wide.ask({ path: '/metrics', headers })).status).not.toBe(403);
  });

  test('a link on another site may be followed', async () => {
    const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    expect((await admin.ask({ path: '/api/session', headers })).status).toBe(200);
    const form = { method: 'POST', path: '/api/session', headers };
    expect((await admin.ask(form)).status).toBe(403);
  });
});
