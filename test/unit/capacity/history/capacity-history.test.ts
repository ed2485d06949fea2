import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  type CapacityHistory,
  type CapacityHistoryOptions,
  createCapacityHistory,
} from '../../../../src/capacity/history/capacity-history.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const START_MS = Date.parse('2026-11-01T00:00:00Z');
const CAPACITY = 2n ** 60n;

let folder: string;
let path: string;
let nowMs: number;
let failures: unknown[];
const open: CapacityHistory[] = [];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  folder = mkdtempSync(join(tmpdir(), 'history-'));
  path = join(folder, 'history.sqlite');
  nowMs = START_MS;
  failures = [];
});
afterEach(() => {
  for (const history of open.splice(0)) history.close();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

function start(change: Partial<CapacityHistoryOptions> = {}): CapacityHistory {
  const history = createCapacityHistory({
    path,
    now: () => nowMs,
    onSetAside: (message) => failures.push(message),
    onFailed: (error) => failures.push(error),
    ...change,
  });
  open.push(history);
  return history;
}

function sample(usedBytes: bigint, atMs = nowMs, bucket = 'b') {
  const availableBytes = CAPACITY - usedBytes;
  return { backend: 'ceph', bucket, atMs, capacityBytes: CAPACITY, availableBytes, usedBytes };
}

const flush = () => vi.advanceTimersByTime(5_000);

/** Takes a sample every `stepMs` until `endMs`, with time for what is done behind it. */
function live(history: CapacityHistory, endMs: number, stepMs: number, used: (atMs: number) => bigint): void {
  for (; nowMs < endMs; nowMs += stepMs) {
    history.add(sample(used(nowMs)));
    flush();
  }
}

function rows(table: string): readonly number[] {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    return database
      .prepare(`SELECT at_ms FROM ${table} ORDER BY at_ms`)
      .all()
      .map((row) => Number(row['at_ms']));
  } finally {
    database.close();
  }
}

const used = (history: CapacityHistory, fromMs: number, toMs: number, stepMs = MINUTE_MS) =>
  history.read({ fromMs, toMs, stepMs }).series.flatMap(({ points }) => points.map((each) => each.usedBytes));

describe('a sample', () => {
  test('is read back to the byte, at once and after a restart', () => {
    const first = start();
    first.add(sample(2n ** 53n + 1n));
    const answer = {
      stepMs: MINUTE_MS,
      series: [
        {
          backend: 'ceph',
          bucket: 'b',
          points: [
            {
              atMs: START_MS,
              capacityBytes: CAPACITY,
              availableBytes: CAPACITY - 2n ** 53n - 1n,
              usedBytes: 2n ** 53n + 1n,
            },
          ],
        },
      ],
    };
    const query = { fromMs: START_MS, toMs: START_MS + 1 };
    expect(first.read(query)).toEqual(answer);
    first.close();
    expect(start().read(query)).toEqual(answer);
  });

  test('is kept without a file for as long as the process runs', () => {
    const history = start({ path: undefined });
    history.add(sample(7n));
    expect(used(history, START_MS, START_MS + 1)).toEqual([7n]);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('waits for others, and all are written together', () => {
    const history = start();
    for (const bucket of ['a', 'b', 'c']) history.add(sample(1n, nowMs, bucket));
    vi.advanceTimersByTime(4_999);
    expect(rows('minutes')).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(rows('minutes').length).toBe(3);
  });

  test('is written when the history is closed', () => {
    const history = start();
    history.add(sample(1n));
    history.close();
    expect(rows('minutes')).toEqual([START_MS]);
  });

  test('is the latest of its minute', () => {
    const history = start();
    for (const second of [0, 20, 40, 60]) {
      history.add(sample(BigInt(second), START_MS + second * 1000));
      flush();
    }
    expect(used(history, START_MS, START_MS + HOUR_MS)).toEqual([40n, 60n]);
    expect(rows('minutes')).toEqual([START_MS + 40_000, START_MS + 60_000]);
  });

  test('of more than SQLite can hold is the most that it can', () => {
    const history = start();
    history.add({ ...sample(0n), capacityBytes: 2n ** 64n, availableBytes: 2n ** 63n });
    const [point] = history.read({ fromMs: 0, toMs: START_MS + 1 }).series[0]?.points ?? [];
    expect(point).toMatchObject({
      capacityBytes: 2n ** 63n - 1n,
      availableBytes: 2n ** 63n - 1n,
      usedBytes: 0n,
    });
    expect(failures).toEqual([]);
  });

  test('that cannot be written is told of once, and the next ones are written', () => {
    const history = start();
    history.add(sample(1n));
    const other = new DatabaseSync(path);
    other.exec('BEGIN IMMEDIATE');
    flush();
    history.add(sample(1n));
    flush();
    other.exec('ROLLBACK');
    other.close();
    expect(failures).toEqual([expect.objectContaining({ message: 'database is locked' })]);
    nowMs += MINUTE_MS;
    history.add(sample(2n));
    flush();
    expect(used(history, START_MS, START_MS + HOUR_MS)).toEqual([2n]);
  });
});

describe('what is kept', () => {
  test('a row a minute for two days, then the middle one of each hour', () => {
    const history = start();
    const minutes = (atMs: number) => BigInt((atMs - START_MS) / MINUTE_MS);
    live(history, START_MS + 5 * DAY_MS, MINUTE_MS, minutes);
    const kept = rows('minutes');
    // The last look was a minute before the end of another hour.
    expect(kept.at(0)).toBe(START_MS + 3 * DAY_MS - HOUR_MS);
    expect(kept.length).toBe(49 * 60);
    expect(rows('hours')).toEqual(
      Array.from({ length: 5 * 24 - 1 }, (_, hour) => START_MS + hour * HOUR_MS + 29 * MINUTE_MS),
    );
    // Read as one: hours, then minutes, nothing twice.
    const all = used(history, START_MS, nowMs);
    expect(all.slice(0, 71)).toEqual(Array.from({ length: 71 }, (_, hour) => BigInt(hour * 60 + 29)));
    expect(all.length).toBeLessThanOrEqual(2_000);
    const lastDay = used(history, nowMs - DAY_MS, nowMs);
    expect(lastDay.length).toBe(1440);
    expect(lastDay.at(-1)).toBe(minutes(nowMs - MINUTE_MS));
  });

  test('hours as long as is wanted', () => {
    const history = start({ keepMs: 4 * DAY_MS });
    live(history, START_MS + 10 * DAY_MS, 20 * MINUTE_MS, () => 1n);
    expect(rows('hours').at(0)).toBeGreaterThanOrEqual(nowMs - 4 * DAY_MS - 2 * HOUR_MS);
    expect(rows('hours').length).toBeLessThanOrEqual(4 * 24 + 2);
    expect(rows('hours').length).toBeGreaterThanOrEqual(4 * 24 - 2);
  });

  test('after months without the gateway the old days become hours, some at a time', () => {
    const before = start();
    live(before, START_MS + DAY_MS, 10 * MINUTE_MS, () => 1n);
    before.close();
    nowMs += 90 * DAY_MS;
    const after = start();
    after.add(sample(2n));
    flush();
    expect(rows('minutes').length).toBeGreaterThan(100);
    live(after, nowMs + 10 * MINUTE_MS, MINUTE_MS, () => 2n);
    expect(rows('minutes').length).toBe(10);
    expect(rows('hours').length).toBe(24);
  });

  test('a clock that was years ahead stops nothing for long', () => {
    const history = start();
    nowMs += 1000 * DAY_MS;
    history.add(sample(1n));
    flush();
    nowMs = START_MS;
    live(history, START_MS + DAY_MS, 10 * MINUTE_MS, () => 1n);
    expect(rows('hours').length).toBe(23);
  });

  test('a broken file is set aside', () => {
    writeFileSync(path, 'not a database, whatever its name says. '.repeat(100));
    const history = start();
    history.add(sample(1n));
    expect(used(history, START_MS, START_MS + 1)).toEqual([1n]);
    expect(failures).toEqual([expect.stringContaining(`it is ${path}.broken now`)]);
  });
});

describe('buckets', () => {
  const names = (history: CapacityHistory) =>
    history.read({ fromMs: 0, toMs: nowMs + 1 }).series.map(({ bucket }) => bucket);

  test('beyond the bound a new one has no history while the others are in use', () => {
    const history = start({ maxSeries: 2 });
    for (const bucket of ['a', 'b', 'c']) history.add(sample(1n, nowMs, bucket));
    expect(names(history)).toEqual(['a', 'b']);
  });

  test('it takes the place of one without a sample for a day, whose rows go step by step', () => {
    const history = start({ maxSeries: 2 });
    for (let minute = 0; minute < 1200; minute += 1) {
      history.add(sample(1n, nowMs + minute * MINUTE_MS, 'a'));
    }
    flush();
    expect(rows('minutes').length).toBe(1200);
    nowMs += 2 * DAY_MS;
    history.add(sample(1n, nowMs, 'b'));
    history.add(sample(1n, nowMs, 'c'));
    expect(names(history)).toEqual(['b', 'c']);
    flush();
    expect(rows('minutes').length).toBe(2 + 700);
    for (let count = 0; count < 4; count += 1) {
      history.add(sample(1n, nowMs, 'b'));
      flush();
    }
    expect(rows('minutes').length).toBe(2);
    history.close();
    expect(names(start({ maxSeries: 2 }))).toEqual(['b', 'c']);
  });

  test('a leaving one goes on leaving after a restart', () => {
    const first = start({ maxSeries: 1 });
    first.add(sample(1n, nowMs, 'a'));
    first.read({ fromMs: 0, toMs: 1 });
    nowMs += 2 * DAY_MS;
    first.add(sample(1n, nowMs, 'b'));
    first.close();
    expect(rows('minutes').length).toBe(2);
    const second = start({ maxSeries: 1 });
    for (let count = 0; count < 2; count += 1) {
      second.add(sample(1n, nowMs, 'b'));
      flush();
    }
    expect(rows('minutes').length).toBe(1);
    expect(failures).toEqual([]);
  });

  test('one without a sample for all that is kept is forgotten', () => {
    const history = start({ keepMs: 3 * DAY_MS });
    history.add(sample(1n, nowMs, 'a'));
    flush();
    nowMs += 4 * DAY_MS;
    history.add(sample(1n, nowMs, 'b'));
    flush();
    expect(names(history)).toEqual(['b']);
  });

  test('are told apart by backend, and asked for by either name', () => {
    const history = start();
    history.add(sample(1n, nowMs, 'b'));
    history.add({ ...sample(2n, nowMs, 'b'), backend: 'minio' });
    history.add(sample(3n, nowMs, 'c'));
    const asked = (query: { bucket?: string; backend?: string }) =>
      history
        .read({ ...query, fromMs: START_MS, toMs: START_MS + 1 })
        .series.map(({ backend, bucket, points }) => [backend, bucket, points[0]?.usedBytes]);
    expect(asked({ bucket: 'b' })).toEqual([
      ['ceph', 'b', 1n],
      ['minio', 'b', 2n],
    ]);
    expect(asked({ backend: 'minio' })).toEqual([['minio', 'b', 2n]]);
    expect(asked({ bucket: 'nobody' })).toEqual([]);
  });
});

describe('read', () => {
  test('gives the last sample of each step', () => {
    const history = start();
    for (let minute = 0; minute < 60; minute += 1) {
      history.add(sample(BigInt(minute), START_MS + minute * MINUTE_MS));
    }
    expect(used(history, START_MS, START_MS + HOUR_MS, 15 * MINUTE_MS)).toEqual([14n, 29n, 44n, 59n]);
    // Steps begin at `from`; `to` is not asked for.
    expect(used(history, START_MS + 5 * MINUTE_MS, START_MS + 30 * MINUTE_MS, 15 * MINUTE_MS)).toEqual([
      19n,
      29n,
    ]);
  });

  test('makes the step longer where the answer would be too large, and says so', () => {
    const history = start({ path: undefined });
    for (let bucket = 0; bucket < 20; bucket += 1) {
      for (let minute = 0; minute < 2_500; minute += 1) {
        history.add(sample(1n, START_MS + minute * MINUTE_MS, `bucket-${bucket}`));
      }
    }
    const toMs = START_MS + 2_500 * MINUTE_MS;
    const one = history.read({ bucket: 'bucket-1', fromMs: START_MS, toMs, stepMs: MINUTE_MS });
    expect(one.stepMs).toBe(75_000);
    expect(one.series[0]?.points.length).toBe(2_000);
    const all = history.read({ fromMs: START_MS, toMs, stepMs: MINUTE_MS });
    expect(all.stepMs).toBe(150_000);
    expect(all.series.flatMap(({ points }) => points).length).toBe(20_000);
  });

  test('of any span there is', () => {
    const history = start();
    history.add(sample(1n));
    expect(used(history, 0, 253_402_300_799_999)).toEqual([1n]);
    expect(used(history, 0, 1)).toEqual([]);
  });
});

describe('forecast', () => {
  test('is made from the history, and survives a restart', () => {
    const history = start();
    const perHour = 2n ** 50n;
    live(
      history,
      START_MS + 4 * DAY_MS,
      10 * MINUTE_MS,
      (atMs) => (BigInt(atMs - START_MS) * perHour) / 3_600_000n,
    );
    const expected = {
      kind: 'filling',
      points: 95,
      fromMs: START_MS + 20 * MINUTE_MS,
      toMs: START_MS + 94 * HOUR_MS + 20 * MINUTE_MS,
      bytesPerDay: expect.closeTo(24 * 2 ** 50, -3),
      daysUntilFull: expect.closeTo((1024 - 96) / 24, 6),
    };
    expect(history.forecast('ceph', 'b')).toEqual(expected);
    history.close();
    expect(start().forecast('ceph', 'b')).toEqual(expected);
  });

  test('there is none before there is a day of history, nor of a bucket that nobody knows', () => {
    const history = start();
    live(history, START_MS + DAY_MS, 10 * MINUTE_MS, () => 1n);
    const none = { kind: 'unknown', reason: 'too little history' };
    expect(history.forecast('ceph', 'b')).toEqual(none);
    expect(history.forecast('ceph', 'nobody')).toEqual(none);
    live(history, START_MS + DAY_MS + 3 * HOUR_MS, 10 * MINUTE_MS, () => 1n);
    expect(history.forecast('ceph', 'b')).toMatchObject({ kind: 'not-filling', bytesPerDay: 0 });
  });
});
