// Logins of the admin listener: sessions and their ends, wrong tokens, limits, tokens that are replaced, and what is told of it.
import { once } from 'node:events';
import { request } from 'node:http';
import { describe, expect, test } from 'vitest';
import { REQUESTS_PER_MINUTE } from '../../../src/admin/access-hook.ts';
import { findToken } from '../../../src/admin/admin-token.ts';
import { LoginSessions } from '../../../src/admin/login-sessions.ts';
import { Secret } from '../../../src/secret.ts';
import {
  known,
  OPERATOR,
  READER,
  type RunningAdmin,
  runningAdmin,
  SETTINGS,
  TOKENS,
  UNKNOWN,
} from './login-fixture.ts';

const MINUTE = 60_000;
const FROM_PAGE = { 'x-sosapi-admin': '1' };
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const page = (cookie: string) => ({ ...FROM_PAGE, cookie });

const login = (admin: RunningAdmin, token: string, headers: Readonly<Record<string, string>> = FROM_PAGE) =>
  admin.ask({ method: 'POST', path: '/api/session', headers, body: { token } });
const statusWith = async (admin: RunningAdmin, cookie: string) =>
  (await admin.ask({ path: '/api/capacity', headers: page(cookie) })).status;
/** That it was let through: the port of the fixture gives no answer. */
const LET_THROUGH = 500;

describe('findToken', () => {
  test('finds the one that was shown, the last as well as the first', () => {
    expect(findToken(READER, TOKENS)).toBe(TOKENS[0]);
    expect(findToken(OPERATOR, TOKENS)).toBe(TOKENS[1]);
    expect(findToken(UNKNOWN, TOKENS)).toBeUndefined();
    expect(findToken(READER, [])).toBeUndefined();
  });

  test.each([
    ['the hash', TOKENS[1]?.hash.reveal() ?? ''],
    ['a word whose hash the config has', 'hunter2'],
    ['too short', OPERATOR.slice(0, -1)],
    ['too long', `${OPERATOR}o`],
    ['another prefix', OPERATOR.replace('sgw', 'ghp')],
    ['a line break', `${OPERATOR}\n`],
    ['nothing', ''],
  ])('%s is no token', (_what, shown) => {
    expect(findToken(shown, [...TOKENS, known('word', 'operator', 'hunter2')])).toBeUndefined();
  });
});

describe('a session', () => {
  test('begins with a token, is shown to no script and no other site, and ends when it is told to', async () => {
    await using admin = await runningAdmin();
    const before = await admin.ask({ path: '/api/session' });
    expect(JSON.parse(before.text)).toEqual({ login: 'needed' });
    const begun = await login(admin, OPERATOR);
    const done = { login: 'done', name: 'ann', role: 'operator' };
    expect([begun.status, JSON.parse(begun.text)]).toEqual([200, done]);
    expect(begun.headers['set-cookie']).toEqual([
      expect.stringMatching(/^sosapi-admin=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/),
    ]);
    const [cookie = ''] = (begun.headers['set-cookie']?.[0] ?? '').split(';');
    expect(JSON.parse((await admin.ask({ path: '/api/session', headers: { cookie } })).text)).toEqual(done);
    const ended = await admin.ask({ method: 'DELETE', path: '/api/session', headers: page(cookie) });
    expect([ended.status, JSON.parse(ended.text)]).toEqual([200, { login: 'needed' }]);
    expect(ended.headers['set-cookie']?.[0]).toMatch(/^sosapi-admin=; Max-Age=0; Path=\//);
    expect(await statusWith(admin, cookie)).toBe(401);
  });

  test('a second login ends the first, whose id is not used again', async () => {
    await using admin = await runningAdmin();
    const first = await admin.session(READER);
    const second = await login(admin, OPERATOR, page(first));
    expect(second.status).toBe(200);
    expect(second.headers['set-cookie']?.[0]).not.toContain(first);
    expect(await statusWith(admin, first)).toBe(401);
  });

  test('ends after 30 minutes without use, and after 12 hours of use', async () => {
    await using admin = await runningAdmin();
    const idle = await admin.session(READER);
    admin.clock = 30 * MINUTE - 1;
    expect(await statusWith(admin, idle)).toBe(LET_THROUGH);
    admin.clock += 30 * MINUTE;
    expect(await statusWith(admin, idle)).toBe(401);

    const busy = await admin.session(READER);
    const begun = admin.clock;
    while (admin.clock + 29 * MINUTE < begun + 12 * 60 * MINUTE) {
      admin.clock += 29 * MINUTE;
      expect(await statusWith(admin, busy)).toBe(LET_THROUGH);
    }
    admin.clock = begun + 12 * 60 * MINUTE;
    expect(await statusWith(admin, busy)).toBe(401);
  });

  test('is not idle while an answer is under way', () => {
    const sessions = new LoginSessions({ idleMs: 10, absoluteMs: 100 });
    const id = sessions.begin('hash', 0);
    const release = sessions.hold(id, () => 50);
    expect(sessions.isOver(id, 49)).toBe(false);
    expect(sessions.isOver(id, 100)).toBe(true);
    release();
    expect(sessions.use(id, 59)).toBe('hash');
    expect(sessions.use(id, 69)).toBeUndefined();
    expect(sessions.size).toBe(0);
  });

  test('there are 200 at most: the one that was not used for longest goes', () => {
    const sessions = new LoginSessions();
    const first = sessions.begin('first', 0);
    const second = sessions.begin('second', 0);
    for (let count = 2; count < 200; count++) sessions.begin('more', 0);
    expect(sessions.use(first, 0)).toBe('first');
    sessions.begin('one more', 0);
    expect(sessions.size).toBe(200);
    expect(sessions.use(second, 0)).toBeUndefined();
    expect(sessions.use(first, 0)).toBe('first');
  });

  test.each([
    ['no body', undefined],
    ['no token', {}],
    ['a number', { token: 7 }],
    ['a key that nobody knows', { token: OPERATOR, remember: true }],
  ])('begins not with %s', async (_what, body) => {
    await using admin = await runningAdmin();
    const call = { method: 'POST', path: '/api/session', headers: FROM_PAGE };
    const answer = await admin.ask(body === undefined ? call : { ...call, body });
    expect(answer.status).toBe(400);
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect(answer.text).not.toContain(OPERATOR);
  });

  test('begins not with a form of another site', async () => {
    await using admin = await runningAdmin();
    const headers = { ...FROM_PAGE, 'content-type': 'text/plain' };
    expect((await login(admin, OPERATOR, headers)).status).toBe(415);
  });
});

describe('tokens that are replaced', () => {
  test('end sessions, calls and streams of those that are gone, at once, and of no other', async () => {
    await using admin = await runningAdmin();
    const [reader, operator] = [await admin.session(READER), await admin.session(OPERATOR)];
    await using streams = await openStreams(admin, [bearer(READER), page(reader), page(operator)]);
    admin.login.replaceTokens({ ...SETTINGS, tokens: [known('ann', 'operator', OPERATOR)] });
    await Promise.all([streams.ended[0], streams.ended[1]]);
    expect(streams.open).toEqual([false, false, true]);
    expect(await statusWith(admin, reader)).toBe(401);
    expect(await statusWith(admin, operator)).toBe(LET_THROUGH);
    expect((await admin.ask({ path: '/api/capacity', headers: bearer(READER) })).status).toBe(401);
    // A token that comes back brings no session of before with it.
    admin.login.replaceTokens(SETTINGS);
    expect(await statusWith(admin, reader)).toBe(401);
    expect((await admin.ask({ path: '/api/capacity', headers: bearer(READER) })).status).toBe(LET_THROUGH);
  });

  test('a role that changes is that of the session from then on', async () => {
    await using admin = await runningAdmin();
    const cookie = await admin.session(OPERATOR);
    admin.login.replaceTokens({ ...SETTINGS, tokens: [known('ann', 'read-only', OPERATOR)] });
    const drain = { method: 'POST', path: '/api/endpoints/drain', headers: page(cookie) };
    expect((await admin.ask(drain)).status).toBe(403);
    expect(await statusWith(admin, cookie)).toBe(LET_THROUGH);
  });

  test('the stream of a session that was logged out ends', async () => {
    await using admin = await runningAdmin();
    const cookie = await admin.session(READER);
    await using streams = await openStreams(admin, [page(cookie)]);
    await admin.ask({ method: 'DELETE', path: '/api/session', headers: page(cookie) });
    await streams.ended[0];
  });
});

describe('wrong tokens', () => {
  test('hold their address off, and say for how long; a right one is let through', async () => {
    await using admin = await runningAdmin({ wrongTokens: 3 });
    const wrong = () => admin.ask({ path: '/api/capacity', headers: bearer(UNKNOWN) });
    for (let count = 0; count < 3; count++) expect((await wrong()).status).toBe(401);
    const heldOff = await login(admin, UNKNOWN);
    expect([heldOff.status, heldOff.headers['retry-after']]).toEqual([429, '300']);
    admin.clock = 100_500;
    const later = await wrong();
    expect([later.status, later.headers['retry-after']]).toEqual([429, '200']);
    expect(JSON.parse(later.text)).toEqual({
      error: 'too many wrong tokens from this address: try again in 200 s',
    });
    expect((await login(admin, READER)).status).toBe(200);
    admin.clock = 300_000;
    expect((await wrong()).status).toBe(401);
  });

  test('an answer to one says how to show a right one, to programs too', async () => {
    await using admin = await runningAdmin();
    const { headers, text } = await admin.ask({ path: '/metrics' });
    expect(headers['www-authenticate']).toBe('Bearer realm="sosapi-gateway"');
    expect(text).toContain('Authorization: Bearer');
  });
});

describe('calls', () => {
  test(`${REQUESTS_PER_MINUTE} a minute are answered, without probes`, async () => {
    await using admin = await runningAdmin();
    const statuses = new Map<number, number>();
    const total = REQUESTS_PER_MINUTE + 20;
    for (let left = total; left > 0; left -= 20) {
      await Promise.all(
        Array.from({ length: 20 }, async () => {
          const { status, headers } = await admin.ask({ path: '/api/session' });
          statuses.set(status, (statuses.get(status) ?? 0) + 1);
          if (status === 429) expect(Number(headers['retry-after'])).toBeGreaterThan(0);
        }),
      );
    }
    expect(Object.fromEntries(statuses)).toEqual({ 200: REQUESTS_PER_MINUTE, 429: 20 });
    expect((await admin.ask({ path: '/healthz' })).status).toBe(200);
    expect((await admin.ask({ path: '/readyz' })).status).toBe(200);
  });
});

describe('what is told', () => {
  test('whatever a token changes, or may not, and tokens that are wrong: no more than are counted', async () => {
    await using admin = await runningAdmin({ wrongTokens: 2 });
    await admin.ask({ path: '/api/capacity', headers: bearer(READER) });
    await admin.ask({ path: '/api/capacity' });
    await admin.ask({ method: 'POST', path: '/api/endpoints/drain' });
    expect(admin.actions).toEqual([]);

    const remote = '127.0.0.1';
    await login(admin, OPERATOR);
    const drain = { method: 'POST', path: '/api/endpoints/drain' };
    await admin.ask({ ...drain, headers: bearer(READER), body: {} });
    await admin.ask({ ...drain, headers: bearer(OPERATOR), body: {} });
    await admin.ask({ method: 'POST', path: '/api/nowhere', headers: bearer(OPERATOR) });
    const [ann, grafana] = [
      { name: 'ann', role: 'operator', remote, method: 'POST' },
      { name: 'grafana', role: 'read-only', remote, method: 'POST' },
    ];
    expect(admin.actions.splice(0)).toEqual([
      { ...ann, route: '/api/session', status: 200, outcome: 'done' },
      { ...grafana, route: '/api/endpoints/drain', status: 403, outcome: 'refused' },
      { ...ann, route: '/api/endpoints/drain', status: 400, outcome: 'refused' },
      { ...ann, route: 'unknown', status: 404, outcome: 'refused' },
    ]);

    for (let count = 0; count < 6; count++) await login(admin, UNKNOWN);
    const wrong = { remote, method: 'POST', route: '/api/session', outcome: 'refused' };
    expect(admin.actions).toEqual([
      { ...wrong, status: 401 },
      { ...wrong, status: 401 },
      { ...wrong, status: 429 },
    ]);
  });

  test('no token is in any answer, nor in what is told', async () => {
    await using admin = await runningAdmin();
    const cookie = await admin.session(OPERATOR);
    const texts: string[] = [JSON.stringify(admin.actions)];
    for (const { method, path } of admin.routes) {
      if (method !== 'GET') continue;
      texts.push((await admin.ask({ path, headers: page(cookie) })).text);
    }
    const hash = new Secret(TOKENS[1]?.hash.reveal() ?? '').reveal();
    for (const text of texts) for (const secret of [OPERATOR, hash]) expect(text).not.toContain(secret);
  });
});

interface Streams extends AsyncDisposable {
  readonly open: boolean[];
  /** Settle as the stream of the same place ends. */
  readonly ended: readonly Promise<unknown>[];
}

/** An answer without end, held by each of these callers. */
async function openStreams(
  admin: RunningAdmin,
  callers: readonly Readonly<Record<string, string>>[],
): Promise<Streams> {
  const open: boolean[] = [];
  const sent = await Promise.all(
    callers.map(async (headers, index) => {
      const call = request({
        host: '127.0.0.1',
        port: admin.port,
        path: '/api/events',
        headers,
        agent: false,
      });
      call.end();
      const [answer] = await once(call, 'response');
      expect(answer.statusCode).toBe(200);
      answer.on('error', () => {}).resume();
      open[index] = true;
      const ended = new Promise<void>((resolve) => {
        answer.once('close', () => {
          open[index] = false;
          resolve();
        });
      });
      return { call, ended };
    }),
  );
  return {
    open,
    ended: sent.map(({ ended }) => ended),
    async [Symbol.asyncDispose]() {
      for (const { call } of sent) call.destroy();
      await Promise.all(sent.map(({ ended }) => ended));
    },
  };
}
