// What is asked again, what is not, and what is counted.
import { describe, expect, test } from 'vitest';
import type { S3Answer } from '../../../../src/bench/bench-context.ts';
import { PhaseFigures } from '../../../../src/bench/load/phase-figures.ts';
import { retriedCall } from '../../../../src/bench/load/retried-call.ts';

const answer = (status: number, code?: string): S3Answer => ({
  status,
  code,
  headers: new Map(),
  body: Buffer.alloc(0),
  tookMs: 5,
});

/** Gives the answers one after another, the last for ever; an error is thrown. */
async function called(answers: readonly (S3Answer | Error)[], signal = new AbortController().signal) {
  const figures = new PhaseFigures();
  let asked = 0;
  let made = 0;
  const ask = async (): Promise<S3Answer> => {
    const next = answers[Math.min(asked++, answers.length - 1)];
    if (next === undefined || next instanceof Error) throw next;
    return next;
  };
  const makeCall = () => {
    made++;
    return { method: 'GET' as const };
  };
  const outcome = await retriedCall(makeCall, { ask, figures, signal, isMeasured: true });
  return { outcome, asked, made, figures: figures.state(), calls: figures.latency.total };
}

describe('retriedCall', () => {
  test('success is asked for once', async () => {
    expect(await called([answer(200)])).toMatchObject({ asked: 1, calls: 1, outcome: { ok: true } });
  });

  test.each([
    [answer(503), '503'],
    [answer(503, 'SlowDown'), '503 SlowDown'],
    [answer(429, 'TooManyRequests'), '429 TooManyRequests'],
    [answer(400, 'SlowDown'), '400 SlowDown'],
  ])('a store that says %j is asked again, with a call made anew', async (busy, what) => {
    const found = await called([busy, busy, answer(200)]);
    expect(found).toMatchObject({
      asked: 3,
      made: 3,
      calls: 1,
      outcome: { ok: true },
      figures: { slowDowns: 2, retries: 2, errors: { [what]: 2 } },
    });
  });

  test.each([answer(500, 'InternalError'), answer(200, 'InternalError'), new Error('cut off')])(
    'what may pass is asked again, and is no slow-down: %j',
    async (passing) => {
      const found = await called([passing, answer(204)]);
      expect(found).toMatchObject({ asked: 2, outcome: { ok: true }, figures: { slowDowns: 0, retries: 1 } });
    },
  );

  test.each([answer(403, 'AccessDenied'), answer(404, 'NoSuchKey'), answer(501, 'NotImplemented')])(
    'what will not pass is not asked again: %j',
    async (refused) => {
      const found = await called([refused]);
      expect(found).toMatchObject({ asked: 1, calls: 0, outcome: { ok: false, status: refused.status } });
    },
  );

  test('is given up some time', async () => {
    const found = await called([new Error('GET /x: cut', { cause: new Error('cut') })]);
    expect(found).toMatchObject({
      asked: 6,
      outcome: { ok: false, status: 0, what: 'no answer: cut' },
      figures: { errors: { 'no answer: cut': 6 } },
    });
  });

  test('ends with the signal, also while it waits', async () => {
    const controller = new AbortController();
    const calling = called([answer(503)], controller.signal);
    controller.abort(new Error('enough'));
    await expect(calling).rejects.toThrow();
  });
});

test('figures: a store that makes up codes does not fill the memory', () => {
  const figures = new PhaseFigures();
  for (let i = 0; i < 1000; i++) figures.error(`400 Code${i}`);
  const { errors } = figures.state();
  expect(Object.keys(errors)).toHaveLength(51);
  expect(errors['other']).toBe(950);
  expect(figures.errors).toBe(1000);
});
