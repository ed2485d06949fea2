// What is sent again, after how long, and what is not.
import { afterEach, describe, expect, test } from 'vitest';
import { type HurriedClock, hurriedClock, MORNING } from './hurried-clock.ts';
import type { Answer } from './scripted-server.ts';
import { errorOf, refused, type ScriptedVbr, scriptedVbr } from './vbr-script.ts';

const owned: ScriptedVbr[] = [];
afterEach(async () => {
  for (const vbr of owned.splice(0)) await vbr[Symbol.asyncDispose]();
});

const FINE = { body: { serverTime: '2026-03-01T08:00:00Z' } };

/** Gives the answers in turn, the last one for ever. */
async function vbrThatSays(...answers: readonly (Answer | 'silence' | 'cut')[]) {
  const clock: HurriedClock = hurriedClock();
  let turn = 0;
  const vbr = await scriptedVbr({
    client: { clock, timeoutMs: 5000 },
    answer: () => {
      const answer = answers[Math.min(turn, answers.length - 1)];
      turn += 1;
      return answer;
    },
  });
  owned.push(vbr);
  return { vbr, clock };
}

describe('a GET is sent again', () => {
  test.each([429, 500, 502, 503, 504])('after a status of %i, later each time', async (status) => {
    const busy = refused(status, 'ServiceUnavailable', 'Not now.');
    const { vbr, clock } = await vbrThatSays(busy, busy, busy, FINE);
    await vbr.client.serverTime();
    expect(vbr.calls()).toHaveLength(4);
    expect(clock.slept).toEqual([500, 1000, 2000]);
  });

  test('after a connection that broke', async () => {
    const { vbr } = await vbrThatSays('cut', FINE);
    await vbr.client.serverTime();
    expect(vbr.calls()).toHaveLength(2);
  });

  test('after as many seconds as the server asks for', async () => {
    const busy = { ...refused(429, 'ServiceUnavailable', 'Slow down.'), headers: { 'retry-after': '7' } };
    const { vbr, clock } = await vbrThatSays(busy, FINE);
    await vbr.client.serverTime();
    expect(clock.slept).toEqual([7000]);
  });

  test('at the time that the server asks for', async () => {
    const date = new Date(MORNING + 31_000).toUTCString();
    const busy = { ...refused(503, 'ServiceUnavailable', 'Later.'), headers: { 'retry-after': date } };
    const { vbr, clock } = await vbrThatSays(busy, FINE);
    await vbr.client.serverTime();
    expect(clock.slept).toEqual([30_000]);
  });

  test('four times in all, then the last answer is the error', async () => {
    const { vbr } = await vbrThatSays(refused(500, 'UnknownError', 'Broken inside.'));
    const error = await errorOf(vbr.client.serverTime());
    expect(error).toMatchObject({ status: 500, said: 'Broken inside.', path: '/api/v1/serverTime' });
    expect(vbr.calls()).toHaveLength(4);
  });
});

describe('a GET is not sent again', () => {
  test.each([400, 403, 404, 501])('after a status of %i', async (status) => {
    const { vbr, clock } = await vbrThatSays(refused(status, 'AccessDenied', 'No.'));
    expect(await errorOf(vbr.client.serverTime())).toMatchObject({ status });
    expect(vbr.calls()).toHaveLength(1);
    expect(clock.slept).toEqual([]);
  });

  test('when the server wants an hour', async () => {
    const busy = { ...refused(503, 'ServiceUnavailable', 'Later.'), headers: { 'retry-after': '3600' } };
    const { vbr, clock } = await vbrThatSays(busy);
    expect(await errorOf(vbr.client.serverTime())).toMatchObject({ status: 503, said: 'Later.' });
    expect([vbr.calls().length, clock.slept]).toEqual([1, []]);
  });

  test('when nothing came in all the time that it had', async () => {
    const { vbr } = await vbrThatSays('silence');
    expect(await errorOf(vbr.client.serverTime())).toMatchObject({ code: 'TIMEOUT' });
    expect(vbr.calls()).toHaveLength(1);
  });
});

describe('what changes something is sent once', () => {
  test.each([429, 500, 503])('whatever the status: %i', async (status) => {
    const { vbr, clock } = await vbrThatSays(refused(status, 'UnknownError', 'Perhaps.'));
    expect(await errorOf(vbr.client.repositories.rescan(['a']))).toMatchObject({ status });
    expect(await errorOf(vbr.client.repositories.remove('a'))).toMatchObject({ status });
    expect([vbr.calls().length, clock.slept]).toEqual([2, []]);
  });

  test('also when the connection breaks before the answer', async () => {
    const { vbr } = await vbrThatSays('cut');
    const error = await errorOf(vbr.client.repositories.rescan(['a']));
    expect(error).toMatchObject({ sent: true, method: 'POST' });
    expect(vbr.calls()).toHaveLength(1);
  });
});

test('what never left is sent again, whatever it is: logging in to a server that is not there is tried four times', async () => {
  const clock = hurriedClock();
  const vbr = await scriptedVbr({ client: { clock } });
  await vbr.server[Symbol.asyncDispose]();
  const error = await errorOf(vbr.client.serverTime());
  expect(error).toMatchObject({ code: 'ECONNREFUSED', sent: false });
  expect(clock.slept).toHaveLength(3);
  await vbr.client.close();
});

test('what was waiting for its next try ends when the client is told to stop', async () => {
  const stop = new AbortController();
  const clock = hurriedClock(() => stop.abort());
  const vbr = await scriptedVbr({
    client: { clock, signal: stop.signal },
    answer: () => refused(503, 'ServiceUnavailable', 'Later.'),
  });
  owned.push(vbr);
  expect(await errorOf(vbr.client.serverTime())).toMatchObject({ code: 'ABORTED' });
  expect(vbr.calls()).toHaveLength(1);
  expect(clock.interrupted).toEqual(clock.slept);
});
