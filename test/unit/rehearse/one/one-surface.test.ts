// The Veeam ONE port as a client meets it: tokens, their end, versions, errors, and what is changed there.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Rehearsal } from '../../../../src/rehearse/rehearsal-options.ts';
import { startRehearsal } from '../../../../src/rehearse/rehearsal-server.ts';
import { type Answer, type Call, RehearsalCaller } from '../../../support/rehearsal-caller.ts';
import { movableClock, optionsOf, PASSWORD, USER } from '../rehearsal-client.ts';

const MINUTE_MS = 60_000;
const clock = movableClock();
let isRefreshRefused = false;
let rehearsal: Rehearsal;
let caller: RehearsalCaller;

beforeAll(async () => {
  rehearsal = await startRehearsal(
    optionsOf({
      clock,
      faults: {
        refusesRefresh: () => isRefreshRefused,
        breaks: ({ path, count }) => path === '/api/v2.2/sessions' && count === 1,
      },
    }),
  );
});
afterAll(async () => await rehearsal?.close());

interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly user_sid: string;
}

beforeEach(async () => {
  isRefreshRefused = false;
  caller = new RehearsalCaller(rehearsal.oneUrl, rehearsal.certPem);
  caller.headers = bearer(await tokens());
});

const get = (path: string, query = '') => caller.call({ method: 'GET', path, query });
const post = (path: string, rest: Omit<Call, 'method' | 'path'>) =>
  caller.call({ method: 'POST', path, ...rest });
const bearer = ({ access_token: token }: Tokens) => ({ authorization: `Bearer ${token}` });
const SESSIONS = '/api/v2.3/sessions';

async function tokens(form: Readonly<Record<string, string>> = {}): Promise<Tokens> {
  const answer = await post('/api/token', {
    form: { grant_type: 'password', username: `one-srv\\${USER}`, password: PASSWORD, ...form },
  });
  expect(answer.status).toBe(200);
  return answer.json as Tokens;
}

/** Problem details with this status and a sentence that has these words. */
function expectProblem(answer: Answer, status: number, words: string): void {
  expect(answer.status).toBe(status);
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  expect(answer.json).toMatchObject({
    status,
    title: expect.any(String),
    detail: expect.stringContaining(words),
  });
}

describe('a login', () => {
  test('answers as the document shows it', async () => {
    const answer = await post('/api/token', {
      form: { grant_type: 'password', username: USER, password: PASSWORD },
    });
    expect(answer.json).toMatchObject({ token_type: 'Bearer', expires_in: 900, user_role: 'Admin' });
    expect(answer.headers['x-sosapi-rehearsal']).toContain('rehearsal');
  });

  test('may be multipart/form-data', async () => {
    const form = new FormData();
    for (const [name, value] of Object.entries({
      grant_type: 'password',
      username: USER,
      password: PASSWORD,
    })) {
      form.append(name, value);
    }
    const written = new Response(form);
    const headers = { 'content-type': written.headers.get('content-type') ?? '' };
    const answer = await post('/api/token', { raw: await written.text(), headers });
    expect(answer.status).toBe(200);
  });

  test.each([
    [{ password: 'wrong' }, 'not right'],
    [{ username: 'somebody' }, 'not right'],
    [{ grant_type: 'magic' }, 'grant_type must be'],
    [{ grant_type: 'refresh_token' }, 'needs refresh_token'],
    [{ grant_type: 'refresh_token', refresh_token: 'x' }, 'unknown, used or expired'],
  ])('with %j is refused', async (form, words) => {
    expectProblem(
      await post('/api/token', {
        form: { grant_type: 'password', username: USER, password: PASSWORD, ...form },
      }),
      400,
      words,
    );
  });

  test('as JSON is refused', async () => {
    expectProblem(await post('/api/token', { body: { grant_type: 'password' } }), 400, 'The body must be');
  });
});

describe('tokens', () => {
  test('end after 15 minutes, and a refresh token gives others once', async () => {
    const first = await tokens();
    caller.headers = bearer(first);
    expect((await get(SESSIONS)).status).toBe(200);
    clock.move(15 * MINUTE_MS);
    expectProblem(await get(SESSIONS), 401, 'has expired');
    const form = { grant_type: 'refresh_token', refresh_token: first.refresh_token };
    caller.headers = bearer(await tokens(form));
    expect((await get(SESSIONS)).status).toBe(200);
    expectProblem(await post('/api/token', { form }), 400, 'unknown, used or expired');
  });

  test('a fault refuses the refresh', async () => {
    const { refresh_token: token } = await tokens();
    isRefreshRefused = true;
    expectProblem(
      await post('/api/token', { form: { grant_type: 'refresh_token', refresh_token: token } }),
      400,
      'refused',
    );
  });

  test('one is revoked, others stay', async () => {
    const [first, second] = [await tokens(), await tokens()];
    expect((await post('/api/revoke', { form: { token: first.access_token } })).status).toBe(200);
    caller.headers = bearer(first);
    expectProblem(await get(SESSIONS), 401, 'not known');
    caller.headers = bearer(second);
    expect((await get(SESSIONS)).status).toBe(200);
  });

  test('all of a user are revoked by the SID', async () => {
    const [first, second] = [await tokens(), await tokens()];
    caller.headers = bearer(first);
    expectProblem(await post('/api/revoke', { form: { UserSid: 'S-1-5-18' } }), 400, 'No user');
    expect((await post('/api/revoke', { form: { UserSid: first.user_sid } })).status).toBe(200);
    caller.headers = bearer(second);
    expectProblem(await get(SESSIONS), 401, 'not known');
  });

  test.each([
    [{ form: { other: 'x' } }, 'Give token or UserSid'],
    [{ form: { token: 'x' } }, 'The token is not known'],
  ])('a revocation of %j is refused', async (call, words) => {
    expectProblem(await post('/api/revoke', call), 400, words);
  });

  test('none and a strange one are refused, and those of the VBR port too', async () => {
    caller.headers = {};
    const answer = await get(SESSIONS);
    expectProblem(answer, 401, 'is missing');
    expect(answer.headers['www-authenticate']).toBe('Bearer');
    caller.headers = { authorization: 'Bearer x' };
    expectProblem(await get(SESSIONS), 401, 'not known');
    expectProblem(await post('/api/revoke', { form: { token: 'x' } }), 401, 'not known');
  });
});

describe('paths', () => {
  const COLLECTIONS = [
    'vbr/repositories',
    'vbr/repositories/objectStorages',
    'vbr/scaleoutRepositories',
    'alarms/triggeredAlarms',
    'sessions',
    'dataCollection/tasks',
  ];

  test.each(COLLECTIONS)('%s in both versions, with any query parameter in any case', async (path) => {
    for (const version of ['v2.3', 'v2.2']) {
      // A fault breaks the first one of these.
      if (version === 'v2.2' && path === 'sessions') await get(`/api/${version}/${path}`);
      const answer = await get(`/api/${version}/${path}`, '?offset=0&Limit=5');
      expect(answer.status).toBe(200);
      expect(answer.json).toEqual({ items: [], totalCount: 0 });
    }
  });

  test('a fault breaks a page', async () => {
    const other = await startRehearsal(optionsOf({ faults: { breaks: ({ count }) => count === 2 } }));
    try {
      caller = new RehearsalCaller(other.oneUrl, other.certPem);
      caller.headers = bearer(await tokens());
      expect((await get(SESSIONS)).status).toBe(200);
      expectProblem(await get(SESSIONS), 500, 'told to fail');
      expect((await get(SESSIONS)).status).toBe(200);
    } finally {
      await other.close();
    }
  });

  test.each([
    ['/api/v2.3/sessions/1', '', 404, 'no such resource'],
    ['/api/v2.3/sessions', '?Limit=many', 400, 'Limit: it must be'],
    ['/api/v2.3/sessions', '?Filter=%7B%7D', 400, 'Filter: property must be'],
    [
      '/api/v2.3/sessions',
      '?filter={"property":"size","operation":"equals","value":"1"}',
      400,
      'no property "size"',
    ],
    ['/api/v2.3/nothing', '', 404, 'There is no path'],
    ['/api/v9.9/sessions', '', 404, 'There is no path'],
    ['/api/token', '', 405, 'does not take GET'],
  ])('%s%s is %i', async (path, query, status, words) => {
    expectProblem(await get(path, query), status, words);
  });
});

describe('data collection', () => {
  const SCHEDULE = '/api/v2.3/dataCollection/schedule';
  const patch = (body: unknown) => caller.call({ method: 'PATCH', path: SCHEDULE, body });

  test('the schedule keeps what is changed, and nothing else', async () => {
    const before = (await get(SCHEDULE)).json as object;
    const change = { scheduleType: 'Daily', daily: { daysOfWeek: ['Monday'] } };
    expect((await patch({ ...change, colour: 'red' })).status).toBe(200);
    expect((await get(SCHEDULE)).json).toEqual({ ...before, ...change });
    expect((await get('/api/v2.2/dataCollection/schedule')).json).toEqual({ ...before, ...change });
  });

  test.each([
    { scheduleType: 'Never' },
    { daily: { daysOfWeek: ['Funday'] } },
    { periodically: { period: 0, interval: 'Hours' } },
  ])('%j is refused', async (change) => {
    expectProblem(await patch(change), 400, 'The field');
  });

  test('the license is up to date', async () => {
    expect((await caller.call({ method: 'PATCH', path: '/api/v2.2/license/update' })).status).toBe(200);
  });
});
