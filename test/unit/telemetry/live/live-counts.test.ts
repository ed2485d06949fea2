// What is counted of events, by a clock that the test turns, and that several processes add up to the whole.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { entityOfKey } from '../../../../src/backend/balancing/entity-of-key.ts';
import type { RequestEvent } from '../../../../src/gateway/events.ts';
import {
  createLiveCounts,
  type LiveCounts,
  type LiveCountsSnapshot,
} from '../../../../src/telemetry/live/live-counts.ts';
import { continued, lasting, summarize } from '../../../../src/telemetry/live/live-summary.ts';
import { requestEvent } from '../events.ts';

const START_MS = Date.UTC(2026, 10, 22, 3);
const MACHINE = 'Veeam/Backup/f/Clients/{a}/{b}/';

class Counted {
  nowMs = START_MS;
  readonly counts: LiveCounts = createLiveCounts({ now: () => this.nowMs, entityOf: entityOfKey });

  take(...changes: readonly Partial<RequestEvent>[]): this {
    for (const change of changes) this.counts.onEvent(requestEvent(change));
    return this;
  }

  summary() {
    return summarize([this.counts.snapshot()], this.nowMs);
  }
}

const total = (steps: ReturnType<typeof summarize>['traffic']) =>
  steps.reduce(
    (sum, each) => ({
      requests: sum.requests + each.requests,
      errors: sum.errors + each.errors,
      refused: sum.refused + each.refused,
      requestBytes: sum.requestBytes + each.requestBytes,
      responseBytes: sum.responseBytes + each.responseBytes,
    }),
    { requests: 0, errors: 0, refused: 0, requestBytes: 0, responseBytes: 0 },
  );

describe('traffic', () => {
  test('errors are those of the store and the gateway, not of the client', () => {
    const at = new Counted().take(
      { status: 200, requestBytes: 5, responseBytes: 7 },
      { status: 404 },
      { status: 500, responseBytes: 0 },
      { status: 200, aborted: 'store' },
      { status: 200, aborted: 'client' },
      { status: 403, outcome: 'refused', responseBytes: 0 },
      { status: 503, outcome: 'refused', responseBytes: 0 },
    );
    expect(total(at.summary().traffic)).toEqual({
      requests: 7,
      errors: 3,
      refused: 2,
      requestBytes: 5,
      responseBytes: 37,
    });
  });

  test('is shown for ten minutes, in the step that it ended in', () => {
    const at = new Counted().take({}, {});
    at.nowMs += 5_000;
    at.take({});
    const { traffic } = at.summary();
    expect(traffic).toHaveLength(120);
    expect(traffic.slice(-3).map(({ requests }) => requests)).toEqual([0, 2, 1]);
    expect(traffic.at(-1)?.step).toBe(at.nowMs / 5_000);
    at.nowMs = START_MS + 599_999;
    expect(total(at.summary().traffic).requests).toBe(3);
    at.nowMs = START_MS + 600_000;
    expect(total(at.summary().traffic).requests).toBe(1);
    // Where the ring comes round what was there is gone.
    at.nowMs = START_MS + 640_000;
    expect(total(at.take({}).summary().traffic).requests).toBe(1);
  });

  test('a clock that is set back loses nothing of what comes then', () => {
    const at = new Counted().take({});
    at.nowMs -= 3_600_000;
    at.take({}, {});
    expect(total(at.summary().traffic).requests).toBe(2);
    expect(at.summary().operations[0]?.requests).toBe(2);
  });
});

describe('latency', () => {
  test('is that of five minutes, by operation, the one with most requests first', () => {
    const at = new Counted().take(
      { operation: 'PutObject', durationMs: 10, timeToFirstByteMs: undefined },
      { durationMs: 100, timeToFirstByteMs: 50 },
      { durationMs: 200, timeToFirstByteMs: 50, status: 500 },
    );
    const [get, put] = at.summary().operations;
    expect([get?.operation, get?.requests, get?.errors, get?.maxMs]).toEqual(['GetObject', 2, 1, 200]);
    expect(get?.p50Ms).toBeCloseTo(100, -1);
    expect([put?.operation, put?.p99Ms, put?.firstByteP50Ms]).toEqual(['PutObject', 10, undefined]);
    at.nowMs += 299_999;
    expect(at.summary().operations).toHaveLength(2);
    at.nowMs += 1;
    expect(at.summary().operations).toEqual([]);
  });
});

describe('entities', () => {
  test('are named by the layout of the keys; the rest of a bucket is one', () => {
    const at = new Counted().take(
      { key: `${MACHINE}x`, requestBytes: 1000, responseBytes: 0 },
      { key: `${MACHINE}y`, requestBytes: 1000, responseBytes: 0 },
      { key: 'elsewhere', requestBytes: 1, responseBytes: 1 },
      { key: '', responseBytes: 3 },
      { key: '', bucket: '' },
      { key: `${MACHINE}z`, outcome: 'refused', requestBytes: 5_000 },
    );
    expect(at.summary().entities).toEqual([
      { bucket: 'b', entity: MACHINE, requests: 2, requestBytes: 2000, responseBytes: 0 },
      { bucket: 'b', entity: '', requests: 2, requestBytes: 1, responseBytes: 4 },
    ]);
  });

  test('are the ten that moved most', () => {
    const at = new Counted();
    for (let each = 1; each <= 30; each++) {
      at.take({ key: `Veeam/Backup/f/Clients/{${each}}/{b}/x`, requestBytes: each * 100, responseBytes: 0 });
    }
    const bytes = at.summary().entities.map(({ requestBytes }) => requestBytes);
    expect(bytes).toEqual([3000, 2900, 2800, 2700, 2600, 2500, 2400, 2300, 2200, 2100]);
  });
});

describe('refusals', () => {
  const refused = (change: Partial<RequestEvent>) =>
    ({ outcome: 'refused', status: 403, ...change }) as const;

  test('the latest fifty, newest first, with why, who and which bucket', () => {
    const at = new Counted();
    for (let each = 0; each < 120; each++) {
      at.take(refused({ requestId: `R${each}`, startedAtMs: START_MS + each, reason: 'not yours' }), {});
    }
    const { refusals } = at.summary();
    expect(refusals.map(({ requestId }) => requestId)).toEqual(
      Array.from({ length: 50 }, (_, index) => `R${119 - index}`),
    );
    expect(refusals[0]).toMatchObject({
      remote: '192.0.2.1',
      accessKeyId: 'KEY',
      bucket: 'b',
      reason: 'not yours',
    });
  });

  test('an address that is held off takes one place', () => {
    const at = new Counted().take(refused({ requestId: 'FIRST' }));
    for (let each = 0; each < 500; each++) at.take(refused({ heldOff: true, requestId: `H${each}` }));
    at.take(refused({ heldOff: true, remoteAddress: '192.0.2.2', requestId: 'OTHER' }));
    expect(
      at
        .summary()
        .refusals.map(({ requestId }) => requestId)
        .sort(),
    ).toEqual(['FIRST', 'H499', 'OTHER']);
  });

  test('a reason that only a programmer understands has words', () => {
    const at = new Counted().take(
      refused({ errorCode: 'SignatureDoesNotMatch', reason: 'SHA-256 of the canonical request 00' }),
    );
    expect(at.summary().refusals[0]?.reason).toBe(
      'wrong secret key, or the request was changed on its way; SHA-256 of the canonical request 00',
    );
  });

  test('what a client wrote is short and obeyed by no terminal', () => {
    const at = new Counted().take(
      refused({ bucket: 'b\x1b[2J', key: `\u202e${'k'.repeat(2000)}`, reason: 'a\nb\u2028c\ud800' }),
    );
    const [shown] = at.summary().refusals;
    expect(shown?.bucket).toBe('b\ufffd[2J');
    expect(shown?.key).toBe(`\ufffd${'k'.repeat(254)}…`);
    expect(shown?.reason).toBe('a\ufffdb\ufffdc\ufffd');
  });
});

describe('several processes', () => {
  const events = fc.array(
    fc.record({
      operation: fc.constantFrom('GetObject', 'PutObject', 'HeadObject'),
      key: fc.constantFrom(`${MACHINE}1`, 'Veeam/Backup/f/Clients/{c}/{d}/1', 'other'),
      outcome: fc.constantFrom('pass-through' as const, 'virtual' as const),
      status: fc.constantFrom(200, 404, 500),
      requestBytes: fc.nat(),
      responseBytes: fc.nat(),
      durationMs: fc.double({ min: 0, max: 1e6, noNaN: true }),
      afterMs: fc.nat({ max: 20_000 }),
      process: fc.nat({ max: 2 }),
    }),
    { maxLength: 60 },
  );

  test('add up to the one that would have counted all, also where one of them is gone', () => {
    fc.assert(
      fc.property(events, (all) => {
        const whole = new Counted();
        const parts = [new Counted(), new Counted(), new Counted()];
        for (const { afterMs, process, ...change } of all) {
          for (const each of [whole, ...parts]) each.nowMs += afterMs;
          whole.take(change);
          parts[process]?.take(change);
        }
        const [first, ...others] = parts.map(({ counts }) => counts.snapshot());
        if (first === undefined) return;
        // As it crosses to another process.
        const sent = structuredClone(first);
        expect(summarize([lasting([sent], whole.nowMs), ...others], whole.nowMs)).toEqual(whole.summary());
      }),
    );
  });

  test('what came since, put to what was there before, is all', () => {
    fc.assert(
      fc.property(events, fc.integer({ min: -400_000, max: 60_000 }), (all, jumpMs) => {
        const whole = new Counted();
        let told: LiveCountsSnapshot | undefined;
        for (const [index, { afterMs, process, ...change }] of all.entries()) {
          // A clock that is set back or on, once.
          whole.nowMs += index === 10 ? jumpMs : afterMs;
          whole.take(change);
          if (process === 0) told = continued(told, structuredClone(whole.counts.snapshot(told?.atMs)));
        }
        told = continued(told, whole.counts.snapshot(told?.atMs));
        expect(summarize([told], whole.nowMs)).toEqual(whole.summary());
      }),
    );
  });

  test('connections are those of the processes that live', () => {
    const [one, gone] = [new Counted(), new Counted()];
    for (const at of [one, gone]) {
      at.counts.onEvent({ kind: 'connection', change: 'opened' });
      at.counts.onEvent({ kind: 'connection', change: 'opened' });
      at.counts.onEvent({ kind: 'connection', change: 'closed' });
    }
    const left = lasting([gone.counts.snapshot()], START_MS);
    expect(summarize([one.counts.snapshot(), left], START_MS).connections).toBe(1);
  });
});

test('a million made-up keys take no more memory than a few hundred', () => {
  const at = new Counted();
  const sizes: number[] = [];
  for (let each = 0; each < 1_000_000; each++) {
    at.take({
      bucket: `bucket-${each % 1000}`,
      key: `Veeam/Backup/f/Clients/{${each}}/{b}/x`,
      requestBytes: each % 7,
      responseBytes: 0,
    });
    if (each === 1_000 || each === 999_999) {
      sizes.push(Buffer.byteLength(JSON.stringify(at.counts.snapshot())));
    }
  }
  const [few = 0, many = 0] = sizes;
  expect(many).toBeLessThan(few * 1.5);
  expect(at.counts.snapshot().slices[0]?.entities).toHaveLength(256);
}, 60_000);
