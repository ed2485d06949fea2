// Waiting for a session: until it is over, the time is over, or nobody waits any longer.
import { afterEach, describe, expect, test } from 'vitest';
import { VeeamRefusalError, VeeamSessionError } from '../../../src/veeam/transport/veeam-error.ts';
import { hurriedClock } from './hurried-clock.ts';
import type { Answer } from './scripted-server.ts';
import { errorOf, refused, type ScriptedVbr, scriptedVbr, sessionBody } from './vbr-script.ts';

const owned: ScriptedVbr[] = [];
afterEach(async () => {
  for (const vbr of owned.splice(0)) await vbr[Symbol.asyncDispose]();
});

type Changes = Readonly<Record<string, unknown>>;

/** Shows the session in these states one after the other, the last one for ever. */
async function vbrWithSession(states: readonly Changes[], log: Answer = { body: {} }) {
  const clock = hurriedClock();
  let look = 0;
  const vbr = await scriptedVbr({
    client: { clock },
    answer: ({ path }) => {
      if (path.endsWith('/logs')) return log;
      const state = states[Math.min(look, states.length - 1)] ?? {};
      look += 1;
      return { body: sessionBody(state) };
    },
  });
  owned.push(vbr);
  return { vbr, clock };
}

const over = (result: string, more: Changes = {}): Changes => ({
  state: 'Stopped',
  result: { result, ...more },
});

describe('a session', () => {
  test.each(['Success', 'Warning', 'None'])(
    'that ends with %s is given, after progress was told',
    async (result) => {
      const { vbr, clock } = await vbrWithSession([
        { state: 'Starting', progressPercent: 0 },
        { progressPercent: 50 },
        { ...over(result), progressPercent: 100 },
      ]);
      const told: unknown[] = [];
      const onProgress = (seen: { progressPercent?: number }) => told.push(seen.progressPercent);
      const done = await vbr.client.sessions.wait('one', { onProgress });
      expect(done.result?.result).toBe(result);
      expect(told).toEqual([0, 50, 100]);
      expect(clock.slept).toEqual([250, 375]);
    },
  );

  test('that takes long is looked at less and less often, at least every five seconds', async () => {
    const { vbr, clock } = await vbrWithSession([...Array.from({ length: 12 }, () => ({})), over('Success')]);
    await vbr.client.sessions.wait('one');
    expect(clock.slept).toEqual([...clock.slept].sort((a, b) => a - b));
    expect(clock.slept.at(-1)).toBe(5000);
  });

  test('that fails has its own message in the error', async () => {
    const { vbr } = await vbrWithSession([over('Failed', { message: 'Failed to connect\nto the bucket.' })]);
    const error = await errorOf(vbr.client.sessions.wait('one'));
    expect(error).toBeInstanceOf(VeeamSessionError);
    expect(error).toMatchObject({ trouble: 'failed', said: 'Failed to connect to the bucket.' });
    expect(error.message).toMatch(
      /^The session "Add repository" \(Infrastructure, [-\d]+\) failed: Failed to connect to the bucket\.$/,
    );
    expect(vbr.calls()).toEqual(['GET /api/v1/sessions/one']);
  });

  test.each([undefined, ''])('that fails with the message %j has the words of its log', async (message) => {
    const records = [
      { status: 'Failed', title: 'First', description: '' },
      { status: 'Failed', title: 'Bucket not found', description: '' },
      { status: 'Succeeded', title: 'Cleaned up' },
    ];
    const { vbr } = await vbrWithSession([over('Failed', { message })], {
      body: { totalRecords: 3, records },
    });
    const error = await errorOf(vbr.client.sessions.wait('one'));
    expect(error).toMatchObject({ trouble: 'failed', said: 'Bucket not found' });
  });

  test('that fails without a word, and whose log cannot be read, is still a failed session', async () => {
    const { vbr } = await vbrWithSession([over('Failed')], refused(403, 'AccessDenied', 'No.'));
    const error = await errorOf(vbr.client.sessions.wait('one'));
    expect(error).toMatchObject({ trouble: 'failed', said: undefined });
    expect(error.message).toMatch(/failed\.$/);
  });

  test('that was cancelled is an error', async () => {
    const { vbr } = await vbrWithSession([over('None', { isCanceled: true })]);
    expect(await errorOf(vbr.client.sessions.wait('one'))).toMatchObject({ trouble: 'cancelled' });
  });

  test('that never ends is left at the deadline, which the error says, with where it stands', async () => {
    const { vbr, clock } = await vbrWithSession([{ progressPercent: 40 }]);
    const began = clock.now();
    const error = await errorOf(vbr.client.sessions.wait('one', { deadlineMs: 60_000 }));
    expect(error).toBeInstanceOf(VeeamSessionError);
    expect(error).toMatchObject({ trouble: 'deadline' });
    expect(error.message).toMatch(
      /did not end within 60 seconds; on the server it goes on \(Working, 40 %\)\.$/,
    );
    expect(clock.now() - began).toBe(60_000);
    expect(vbr.calls().every((call) => call.startsWith('GET '))).toBe(true);
  });

  test('that nobody waits for any longer goes on', async () => {
    const stop = new AbortController();
    const { vbr } = await vbrWithSession([{ progressPercent: 40 }]);
    let looks = 0;
    const onProgress = () => {
      looks += 1;
      if (looks === 3) stop.abort();
    };
    const error = await errorOf(vbr.client.sessions.wait('one', { signal: stop.signal, onProgress }));
    expect(error).toMatchObject({ trouble: 'aborted' });
    expect(error.message).toMatch(/not waited for any longer; on the server it goes on \(Working, 40 %\)/);
    expect(looks).toBe(3);
  });

  test('that is not waited for even before the first look', async () => {
    const { vbr } = await vbrWithSession([{}]);
    const error = await errorOf(vbr.client.sessions.wait('one', { signal: AbortSignal.abort() }));
    expect(error).toMatchObject({ trouble: 'aborted', sessionId: 'one' });
    expect(vbr.calls()).toEqual([]);
  });

  test('that VBR does not know is its refusal', async () => {
    const vbr = await scriptedVbr({ answer: () => refused(404, 'NotFound', 'No such session.') });
    owned.push(vbr);
    const error = await errorOf(vbr.client.sessions.wait('one'));
    expect(error).toBeInstanceOf(VeeamRefusalError);
    expect(error).toMatchObject({ status: 404, said: 'No such session.' });
  });

  test('is waited for through an outage that passes', async () => {
    let look = 0;
    const vbr = await scriptedVbr({
      answer: () => {
        look += 1;
        if (look === 2) return 'cut';
        if (look === 3) return refused(503, 'ServiceUnavailable', 'Restarting.');
        return { body: sessionBody(look > 3 ? over('Success') : {}) };
      },
    });
    owned.push(vbr);
    expect((await vbr.client.sessions.wait('one')).state).toBe('Stopped');
  });
});
