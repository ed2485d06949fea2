// What the whole gateway does right now, out of its parts: that no slow part holds it up, and that nobody is asked too often.
import { describe, expect, test } from 'vitest';
import type { EndpointRow } from '../../../src/admin/endpoint-schemas.ts';
import type { Readiness } from '../../../src/admin/ports.ts';
import { LiveQuestion } from '../../../src/serve/live-question.ts';
import { createLiveReport, type LiveReportOptions } from '../../../src/serve/live-report.ts';
import { LiveWorkers } from '../../../src/serve/live-workers.ts';
import { createLiveCounts } from '../../../src/telemetry/live/live-counts.ts';
import { requestEvent } from '../telemetry/events.ts';

const START_MS = Date.UTC(2026, 10, 22, 3);
const READY: Readiness = {
  ready: false,
  backends: [
    { name: 'ceph', reachable: true },
    { name: 'minio', reachable: false, detail: 'the store cannot be reached' },
  ],
};
const ENDPOINT: EndpointRow = {
  backend: 'ceph',
  endpoint: 'node-1:7480',
  authority: 'node-1:7480',
  state: 'ejected',
  processes: { all: 2, inState: 1 },
  inFlight: 1,
  waiting: 2,
  since: '2026-11-22T03:00:00.000Z',
  reason: 'refused\x1b[2J',
  until: '2026-11-22T03:00:02.000Z',
};

function reported(options: Partial<LiveReportOptions> = {}) {
  const state = { nowMs: START_MS, asked: 0, made: 0 };
  const counts = createLiveCounts({ now: () => state.nowMs, entityOf: () => undefined });
  const report = createLiveReport({
    now: () => state.nowMs,
    counts: counts.snapshot,
    async others() {
      state.made++;
      return { workers: 1, counts: [] };
    },
    endpoints: async () => ({ endpoints: [ENDPOINT] }),
    backends: () => [
      { name: 'ceph', kind: 'ceph-rgw' },
      { name: 'minio', kind: 'minio' },
      { name: 'new', kind: 's3' },
    ],
    async readiness() {
      state.asked++;
      return READY;
    },
    ...options,
  });
  return { state, counts, report };
}

describe('the live report', () => {
  test('puts its parts together', async () => {
    const { state, counts, report } = reported();
    counts.onEvent(requestEvent({ durationMs: 1.23456, timeToFirstByteMs: undefined }));
    state.nowMs += 1_000;
    const { traffic, latency, ...answer } = await report();
    expect(answer).toEqual({
      at: '2026-11-22T03:00:01.000Z',
      startedAt: '2026-11-22T03:00:00.000Z',
      workers: 1,
      connections: 0,
      entities: [{ bucket: 'b', entity: '', requests: 1, requestBytes: 0, responseBytes: 10 }],
      backends: [
        { name: 'ceph', kind: 'ceph-rgw', reachable: true },
        { name: 'minio', kind: 'minio', reachable: false, detail: 'the store cannot be reached' },
        { name: 'new', kind: 's3' },
      ],
      endpoints: [
        {
          backend: 'ceph',
          endpoint: 'node-1:7480',
          state: 'ejected',
          inFlight: 1,
          waiting: 2,
          reason: 'refused\ufffd[2J',
          until: '2026-11-22T03:00:02.000Z',
        },
      ],
      refusals: [],
    });
    expect(traffic.points).toHaveLength(120);
    expect(traffic.points.at(-1)).toMatchObject({ at: '2026-11-22T03:00:00.000Z', requests: 1 });
    const [operation, ...others] = latency.operations;
    expect(others).toEqual([]);
    expect(operation).toMatchObject({ operation: 'GetObject', requests: 1, errors: 0, maxMs: 1.235 });
    expect(operation?.p50Ms).toBeCloseTo(1.235, 1);
    expect(operation).not.toHaveProperty('firstByteP50Ms');
  });

  test('whoever asks at the same time gets the same, made once', async () => {
    const { state, report } = reported();
    const [one, other] = await Promise.all([report(), report()]);
    expect(one).toBe(other);
    expect(state.made).toBe(1);
    expect(await report()).not.toBe(one);
  });

  test('stores are asked at most every ten seconds', async () => {
    const { state, report } = reported();
    for (let second = 0; second < 20; second++) {
      await report();
      state.nowMs += 1_000;
    }
    expect(state.asked).toBe(2);
  });

  test('a store that does not answer holds it up for no longer than a moment, and once', async () => {
    const { report } = reported({ readiness: () => new Promise(() => {}) });
    expect((await report()).backends).toEqual([
      { name: 'ceph', kind: 'ceph-rgw' },
      { name: 'minio', kind: 'minio' },
      { name: 'new', kind: 's3' },
    ]);
    await report();
  });
});

describe('the question to a worker', () => {
  function worker(answers: boolean) {
    const counts = createLiveCounts({ now: () => START_MS, entityOf: () => undefined });
    const asked: (number | undefined)[] = [];
    const question = new LiveQuestion((id, sinceMs) => {
      asked.push(sinceMs);
      if (answers) question.told(id, counts.snapshot(sinceMs));
    });
    return { counts, question, asked };
  }

  test('is for what is new, and the answers add up', async () => {
    const { counts, question, asked } = worker(true);
    const workers = new LiveWorkers(() => START_MS);
    counts.onEvent(requestEvent());
    await workers.ask([question]);
    counts.onEvent(requestEvent());
    const [snapshot] = await workers.ask([question]);
    expect(asked).toEqual([undefined, START_MS]);
    expect(snapshot).toEqual(counts.snapshot());
  });

  test('nobody waits for one that does not answer, nor for one that ends', async () => {
    const silent = worker(false);
    const ending = worker(false);
    const workers = new LiveWorkers(() => START_MS);
    silent.question.told(undefined, silent.counts.snapshot());
    const answer = workers.ask([silent.question, ending.question]);
    ending.question.ended();
    expect(await answer).toEqual([silent.counts.snapshot()]);
  });

  test('one that ended is counted once, as long as that is young enough', async () => {
    let nowMs = START_MS;
    const workers = new LiveWorkers(() => nowMs);
    const { counts, question } = worker(true);
    counts.onEvent(requestEvent());
    counts.onEvent({ kind: 'connection', change: 'opened' });
    await workers.ask([question]);
    question.ended();
    workers.retire(question);
    const [left, ...others] = await workers.ask([]);
    expect(others).toEqual([]);
    expect(left).toMatchObject({ connections: 0, traffic: [{ requests: 1 }] });
    nowMs += 600_000;
    const next = worker(true);
    await workers.ask([next.question]);
    workers.retire(next.question);
    expect((await workers.ask([]))[0]?.traffic).toEqual([]);
  });
});
