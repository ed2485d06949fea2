// The token of a client: got once, refreshed ahead of its end and on 401, never asked for by two callers at a time.
import { afterEach, describe, expect, test } from 'vitest';
import { VeeamAnswerError, VeeamError, VeeamRefusalError } from '../../../src/veeam/transport/veeam-error.ts';
import { waitFor } from '../../support/wait.ts';
import { hurriedClock } from './hurried-clock.ts';
import { errorOf, refused, type ScriptedVbr, scriptedVbr, type VbrScriptOptions } from './vbr-script.ts';

const owned: ScriptedVbr[] = [];
afterEach(async () => {
  for (const vbr of owned.splice(0)) await vbr[Symbol.asyncDispose]();
});

const TIME = { serverTime: '2026-03-01T08:00:00Z' };

async function vbrWith(options: VbrScriptOptions = {}): Promise<ScriptedVbr> {
  const vbr = await scriptedVbr({ answer: () => ({ body: TIME }), ...options });
  owned.push(vbr);
  return vbr;
}

describe('the access token', () => {
  test('is got with the password at the first call, and used for the others', async () => {
    const vbr = await vbrWith();
    expect(vbr.server.asked).toEqual([]);
    await vbr.client.serverTime();
    await vbr.client.serverTime();
    expect(vbr.grants()).toEqual(['password']);
    expect(vbr.server.asked[0]?.headers).toMatchObject({
      'content-type': 'application/x-www-form-urlencoded',
      'x-api-version': '1.3-rev0',
    });
    expect(vbr.server.asked[1]?.headers).toMatchObject({
      authorization: `Bearer ${vbr.issued[0]}`,
      accept: 'application/json',
      'x-api-version': '1.3-rev0',
    });
  });

  test('is got once for all who ask at the same time', async () => {
    const vbr = await vbrWith();
    await Promise.all(Array.from({ length: 20 }, () => vbr.client.serverTime()));
    expect(vbr.grants()).toEqual(['password']);
    expect(vbr.calls()).toHaveLength(20);
  });

  test('is refreshed before it ends', async () => {
    const clock = hurriedClock();
    const vbr = await vbrWith({ lifetimeSeconds: 900, client: { clock } });
    await vbr.client.serverTime();
    clock.advance(830_000);
    await vbr.client.serverTime();
    expect(vbr.grants()).toEqual(['password']);
    clock.advance(15_000);
    await vbr.client.serverTime();
    expect(vbr.grants()).toEqual(['password', 'refresh_token']);
    expect(vbr.server.asked.at(-1)?.headers['authorization']).toBe(`Bearer ${vbr.issued[2]}`);
  });

  test('is refreshed before it ends also when it lives for a few seconds', async () => {
    const clock = hurriedClock();
    const vbr = await vbrWith({ lifetimeSeconds: 4, client: { clock } });
    await vbr.client.serverTime();
    clock.advance(2_900);
    await vbr.client.serverTime();
    expect(vbr.grants()).toEqual(['password']);
    clock.advance(200);
    await vbr.client.serverTime();
    expect(vbr.grants()).toEqual(['password', 'refresh_token']);
  });

  test('that ends in the middle is refreshed once for 20 callers, and each gets its answer', async () => {
    const vbr = await vbrWith();
    await vbr.client.serverTime();
    vbr.endTokens();
    const answers = await Promise.all(Array.from({ length: 20 }, () => vbr.client.serverTime()));
    expect(answers).toEqual(Array.from({ length: 20 }, () => TIME));
    expect(vbr.grants()).toEqual(['password', 'refresh_token']);
  });

  test('is not refreshed again for a 401 that comes late: the new one is tried first', async () => {
    const { promise: refreshed, resolve: onRefreshed } = Promise.withResolvers<void>();
    let slow = 0;
    const vbr = await vbrWith({
      answer: () => ({ body: {} }),
      before: ({ path }) => {
        if (!path.includes('slow')) return undefined;
        slow += 1;
        return slow === 1 ? refreshed : undefined;
      },
    });
    await vbr.client.sessions.stop('first');
    vbr.endTokens();
    const late = vbr.client.sessions.stop('slow');
    await waitFor(() => slow === 1, { what: 'the slow call', everyMs: 10 });
    await vbr.client.sessions.stop('quick');
    onRefreshed();
    await late;
    expect(slow).toBe(2);
    expect(vbr.grants()).toEqual(['password', 'refresh_token']);
  });

  test('that ends is replaced also for a call that changes something: nothing was done without it', async () => {
    const vbr = await vbrWith({ answer: () => ({ body: {} }) });
    await vbr.client.sessions.stop('one');
    vbr.endTokens();
    await vbr.client.sessions.stop('two');
    expect(vbr.grants()).toEqual(['password', 'refresh_token']);
    expect(vbr.calls().filter((call) => call.includes('two'))).toHaveLength(2);
  });

  test('is got with the password again, once, when the refresh token is refused', async () => {
    const vbr = await vbrWith();
    await vbr.client.serverTime();
    vbr.endTokens();
    vbr.endRefreshTokens();
    const answers = await Promise.all(Array.from({ length: 20 }, () => vbr.client.serverTime()));
    expect(answers).toHaveLength(20);
    expect(vbr.grants()).toEqual(['password', 'refresh_token', 'password']);
  });

  test('is given up when the password is refused too', async () => {
    let open = true;
    const vbr = await vbrWith({
      token: () => (open ? undefined : refused(401, 'AccessDenied', 'The account is locked.')),
    });
    await vbr.client.serverTime();
    open = false;
    vbr.endTokens();
    const error = await errorOf(vbr.client.serverTime());
    expect(error).toBeInstanceOf(VeeamRefusalError);
    expect(error).toMatchObject({ status: 401, said: 'The account is locked.' });
    expect(error.message).toContain('logging in as VEEAM\\gateway');
    expect(vbr.grants()).toEqual(['password', 'refresh_token', 'password']);
  });

  test('that the server does not take even when it is new is an error after one more try', async () => {
    const vbr = await vbrWith({ answer: () => refused(401, 'InvalidToken', 'Not you.') });
    const error = await errorOf(vbr.client.serverTime());
    expect(error).toMatchObject({ status: 401, code: 'InvalidToken', said: 'Not you.' });
    expect(vbr.calls()).toHaveLength(2);
  });
});

describe('logging in', () => {
  test('with a wrong password says so, with the user and without the password, though the server repeats it', async () => {
    const vbr = await scriptedVbr({ token: (asked) => refused(401, 'AccessDenied', `No: ${asked.body}`) });
    owned.push(vbr);
    const error = await errorOf(vbr.client.serverTime());
    expect(error.message).toMatch(/POST \/api\/oauth2\/token was answered with status 401 AccessDenied/);
    expect(error.message).toContain('[redacted]');
    expect(error.message).not.toMatch(/Sesame/);
    expect(vbr.grants()).toEqual(['password']);
  });

  test('with an answer that has no token names the field', async () => {
    const vbr = await vbrWith({ token: () => ({ body: { expires_in: 900, token_type: 'bearer' } }) });
    const error = await errorOf(vbr.client.serverTime());
    expect(error).toBeInstanceOf(VeeamAnswerError);
    expect(error).toMatchObject({ field: 'access_token' });
  });

  test('with an answer that is no JSON asks whether this is the right port', async () => {
    const vbr = await vbrWith({
      token: () => ({ body: '<html>', headers: { 'content-type': 'text/html' } }),
    });
    const error = await errorOf(vbr.client.serverTime());
    expect(error).toBeInstanceOf(VeeamAnswerError);
    expect(error.message).toMatch(/is no JSON but text\/html, 6 bytes/);
  });

  test('is not sent twice when the server cuts it off, for it may have been counted', async () => {
    let tries = 0;
    const vbr = await vbrWith({
      token: () => {
        tries += 1;
        return 'cut';
      },
    });
    expect(await errorOf(vbr.client.serverTime())).toBeInstanceOf(VeeamError);
    expect(tries).toBe(1);
  });
});

describe('logging out', () => {
  test('ends the token on the server', async () => {
    const vbr = await vbrWith();
    await vbr.client.serverTime();
    await vbr.client.logout();
    expect(vbr.calls()).toEqual(['GET /api/v1/serverTime', 'POST /api/oauth2/logout']);
    await vbr.client.logout();
    expect(vbr.calls()).toHaveLength(2);
    await vbr.client.serverTime();
    expect(vbr.grants()).toEqual(['password', 'password']);
  });

  test('comes with closing, which does not mind if it fails', async () => {
    const vbr = await vbrWith();
    await vbr.client.serverTime();
    vbr.endTokens();
    await vbr.client.close();
    expect(vbr.calls().at(-1)).toBe('POST /api/oauth2/logout');
    expect(await errorOf(vbr.client.serverTime())).toMatchObject({ code: 'ABORTED' });
  });

  test('sends nothing when nobody logged in', async () => {
    const vbr = await vbrWith();
    await vbr.client.close();
    expect(vbr.server.asked).toEqual([]);
  });
});
