// The way in to the rehearsal server: tokens, revisions, headers, and what is answered to a wrong request.
import { request } from 'node:https';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { movableClock, RehearsalClient } from './rehearsal-client.ts';

const INFO = '/api/v1/serverInfo';
const clock = movableClock();
let isRefreshRefused = false;
let rehearsal: RehearsalClient;

beforeAll(async () => {
  rehearsal = await RehearsalClient.start({
    clock,
    faults: {
      refusesRefresh: () => isRefreshRefused,
      breaks: ({ path, count }) => path === '/api/v1/cloudCredentials' && count === 2,
    },
  });
});
afterAll(async () => await rehearsal[Symbol.asyncDispose]());

const refresh = (token: string) =>
  rehearsal.call('/api/oauth2/token', {
    token: undefined,
    form: { grant_type: 'refresh_token', refresh_token: token },
  });

describe('a login', () => {
  test('answers as the documents shape it, with the lifetime of the overview', async () => {
    const { status, json } = await rehearsal.login();
    expect(status).toBe(200);
    expect(json).toMatchObject({ token_type: 'bearer', expires_in: 3600, username: 'administrator' });
    expect(Date.parse(json['.expires']) - Date.parse(json['.issued'])).toBe(3_600_000);
  });

  test('takes the user name in any case and with a domain', async () => {
    expect((await rehearsal.login({ username: 'TECH\\Administrator' })).status).toBe(200);
  });

  test('takes the names of grants of 1.3-rev2', async () => {
    expect((await rehearsal.login({ grant_type: 'Password' })).status).toBe(200);
  });

  test.each([
    [{ password: 'wrong' }, 401, 'AccessDenied'],
    [{ username: 'somebody' }, 401, 'AccessDenied'],
    [{ password: '' }, 400, 'UnexpectedContent'],
    [{ grant_type: 'authorization_code' }, 400, 'UnexpectedContent'],
    [{ grant_type: 'none' }, 400, 'UnexpectedContent'],
  ])('with %j is %i %s', async (form, status, errorCode) => {
    const answer = await rehearsal.login(form);
    expect(answer.status).toBe(status);
    expect(answer.json).toMatchObject({ errorCode, message: expect.any(String) });
  });

  test('must be a form', async () => {
    const body = { grant_type: 'password', username: 'administrator', password: 'x' };
    expect((await rehearsal.call('/api/oauth2/token', { body })).status).toBe(400);
  });

  test('is locked for a minute after too many failures, also with the right password', async () => {
    await using locked = await RehearsalClient.start({ clock });
    for (let count = 0; count < 10; count++) {
      expect((await locked.login({ password: 'wrong' })).status).toBe(401);
    }
    const refused = await locked.login();
    expect(refused.status).toBe(401);
    expect(refused.json.message).toContain('too many failed logins');
    clock.move(60_001);
    expect((await locked.login()).status).toBe(200);
  });
});

describe('a token', () => {
  test('is needed, and must be known', async () => {
    const none = await rehearsal.call(INFO, { token: undefined });
    expect(none).toMatchObject({ status: 401, json: { errorCode: 'AccessDenied' } });
    expect(none.headers['www-authenticate']).toBe('Bearer');
    const unknown = await rehearsal.call(INFO, { token: 'made-up' });
    expect(unknown).toMatchObject({ status: 401, json: { errorCode: 'InvalidToken' } });
  });

  test('expires', async () => {
    const { json } = await rehearsal.login();
    const token = json.access_token;
    expect((await rehearsal.call(INFO, { token })).status).toBe(200);
    clock.move(3_600_000);
    expect(await rehearsal.call(INFO, { token })).toMatchObject({
      status: 401,
      json: { errorCode: 'ExpiredToken' },
    });
    const refreshed = await refresh(json.refresh_token);
    expect(refreshed.status).toBe(200);
    expect((await rehearsal.call(INFO, { token: refreshed.json.access_token })).status).toBe(200);
  });

  test('is refreshed once only: the refresh token changes each time', async () => {
    const { json: first } = await rehearsal.login();
    const { json: second } = await refresh(first.refresh_token);
    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect(await refresh(first.refresh_token)).toMatchObject({
      status: 401,
      json: { errorCode: 'InvalidToken' },
    });
    expect((await rehearsal.call(INFO, { token: first.access_token })).status).toBe(401);
    expect((await refresh(second.refresh_token)).status).toBe(200);
  });

  test('is not refreshed after 14 days', async () => {
    const { json } = await rehearsal.login();
    clock.move(14 * 24 * 3_600_000);
    expect((await refresh(json.refresh_token)).status).toBe(401);
  });

  test('is not refreshed where a test says so', async () => {
    const { json } = await rehearsal.login();
    isRefreshRefused = true;
    expect((await refresh(json.refresh_token)).status).toBe(401);
    isRefreshRefused = false;
    expect((await refresh(json.refresh_token)).status).toBe(200);
  });

  test('ends with a logout, and its refresh token with it', async () => {
    const { json } = await rehearsal.login();
    const out = await rehearsal.call('/api/oauth2/logout', { method: 'POST', token: json.access_token });
    expect(out.status).toBe(200);
    expect((await rehearsal.call(INFO, { token: json.access_token })).status).toBe(401);
    expect((await refresh(json.refresh_token)).status).toBe(401);
  });
});

describe('a revision', () => {
  test.each([undefined, '', '1.4-rev0', 'latest'])(
    '%j is refused with the list of what is spoken',
    async (revision) => {
      const { status, json } = await rehearsal.call('/api/v1/serverTime', { revision });
      expect(status).toBe(400);
      expect(json.errorCode).toBe('UnexpectedContent');
      if (revision) expect(json.message).toContain('The following versions are supported: v1.0-rev1, ');
    },
  );

  test('that another server does not speak is refused there', async () => {
    await using older = await RehearsalClient.start({ revisions: ['1.2-rev1', '1.3-rev0'] });
    expect((await older.call('/api/v1/serverTime', { revision: '1.2-rev1' })).status).toBe(200);
    const { status, json } = await older.call('/api/v1/serverTime', { revision: '1.3-rev2' });
    expect(status).toBe(400);
    expect(json.message).toBe(
      'Unsupported RESTAPI version. The following versions are supported: v1.2-rev1, v1.3-rev0.',
    );
  });
});

describe('every answer', () => {
  test('says that this is a rehearsal, and has the headers of the overview', async () => {
    const { json } = await rehearsal.login();
    const token = json.access_token;
    const answers = [
      await rehearsal.call('/api/v1/serverTime', { token: undefined }),
      await rehearsal.call(INFO, { token }),
      await rehearsal.call(INFO, { token: undefined }),
      await rehearsal.call('/api/v1/none', { token }),
      await rehearsal.call('/api/%zz', { token }),
      await rehearsal.call(INFO, { token, method: 'DELETE' }),
      await rehearsal.call('/api/v1/serverTime', { revision: 'none' }),
    ];
    for (const { headers } of answers) {
      expect(headers).toMatchObject({
        server: 'sosapi-gateway-rehearsal',
        'x-sosapi-rehearsal': expect.stringContaining('not a Veeam server'),
        'cache-control': 'private',
        'x-frame-options': 'SAMEORIGIN',
        'x-xss-protection': '1; mode=block',
        'strict-transport-security': 'max-age=31536000',
        'x-content-type-options': 'nosniff',
        'content-type': 'application/json; charset=utf-8',
        date: expect.any(String),
        'content-length': expect.any(String),
      });
    }
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 401, 404, 400, 405, 400]);
  });

  test('also where the request is no HTTP', async () => {
    const { hostname, port } = new URL(rehearsal.url);
    const socket = connect({ host: hostname, port: Number(port), ca: rehearsal.certPem });
    socket.end('what is this\r\n\r\n');
    let text = '';
    for await (const chunk of socket) text += String(chunk);
    expect(text).toMatch(/^HTTP\/1\.1 400 /);
    expect(text).toContain('x-sosapi-rehearsal: ');
  });
});

describe('a request that cannot be', () => {
  test('is answered with what it should have been', async () => {
    const { json: login } = await rehearsal.login();
    const token = login.access_token;
    expect(await rehearsal.call('/api/v1/none', { token })).toMatchObject({
      status: 404,
      json: { errorCode: 'InvalidURI' },
    });
    const wrongMethod = await rehearsal.call('/api/v1/sessions', { token, method: 'DELETE' });
    expect(wrongMethod).toMatchObject({ status: 405, json: { errorCode: 'MethodNotAllowed' } });
    expect(wrongMethod.headers.allow).toBe('GET, HEAD');
    const { headers } = await rehearsal.call(`/api/v1/cloudCredentials/${crypto.randomUUID()}`, {
      token,
      method: 'PATCH',
    });
    expect(headers.allow?.split(', ').toSorted()).toEqual(['DELETE', 'GET', 'HEAD', 'PUT']);
    const badId = await rehearsal.call('/api/v1/sessions/7', { token });
    expect(badId.status).toBe(400);
  });

  test('as one whose body is no JSON', async () => {
    const { json: login } = await rehearsal.login();
    const answer = await new Promise<number | undefined>((resolve, reject) => {
      const out = request(
        `${rehearsal.url}/api/v1/cloudCredentials`,
        {
          method: 'POST',
          ca: rehearsal.certPem,
          agent: false,
          headers: {
            authorization: `Bearer ${login.access_token}`,
            'x-api-version': '1.3-rev0',
            'content-type': 'application/json',
          },
        },
        (incoming) => {
          incoming.resume();
          resolve(incoming.statusCode);
        },
      );
      out.on('error', reject);
      out.end('{"type":');
    });
    expect(answer).toBe(400);
  });

  test('is 500 where a test says so, and only then', async () => {
    const { json: login } = await rehearsal.login();
    const statuses: number[] = [];
    for (let count = 0; count < 3; count++) {
      statuses.push((await rehearsal.call('/api/v1/cloudCredentials', { token: login.access_token })).status);
    }
    expect(statuses).toEqual([200, 500, 200]);
  });
});

describe('the server', () => {
  test('says what it is, without a login where the documents ask for none', async () => {
    const { json: time } = await rehearsal.call('/api/v1/serverTime', { token: undefined });
    expect(Date.parse(time.serverTime)).toBeGreaterThan(0);
    const newer = await rehearsal.call('/api/v1/serverTime', { token: undefined, revision: '1.3-rev2' });
    expect(newer.json.ianaTimeZoneId).toBe('Etc/UTC');
    const { json: certificate } = await rehearsal.call('/api/v1/serverCertificate', { token: undefined });
    expect(certificate).toMatchObject({
      subject: 'CN=sosapi-gateway rehearsal\\, not Veeam',
      issuedTo: 'sosapi-gateway rehearsal, not Veeam',
      isTrusted: false,
    });
    const { json: login } = await rehearsal.login();
    const { json: info } = await rehearsal.call(INFO, { token: login.access_token });
    expect(info.patches).toEqual(['This is a rehearsal by sosapi-gateway, not a Veeam server']);
  });
});
