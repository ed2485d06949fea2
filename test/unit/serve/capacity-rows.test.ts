import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createAdminServer } from '../../../src/admin/admin-server.ts';
import { accountOf } from '../../../src/capacity/account.ts';
import type { Forecast } from '../../../src/capacity/history/forecast.ts';
import type { CapacityReport } from '../../../src/capacity/report.ts';
import { capacityRows } from '../../../src/serve/capacity-rows.ts';

const NOW_MS = Date.parse('2026-11-21T12:00:00.000Z');

const REPORT: CapacityReport = {
  bucket: 'b',
  backend: 'ceph',
  pool: 'veeam-*',
  account: accountOf(
    {
      total: { bytes: 2n ** 60n, source: 'prometheus', atMs: NOW_MS - 1_500 },
      free: { bytes: 2n ** 59n, source: 'prometheus', atMs: NOW_MS + 5_000 },
      used: { bytes: 9n, source: 's3-walk', atMs: NOW_MS - 60_000, lagMs: 500, uploads: 'not-counted' },
      quotas: [],
    },
    { quota: { name: 'bucket quota', limitBytes: 100n }, reserveBytes: 1n },
    { bucketBytes: -2n, storeBytes: 3n },
  ),
  changedAtMs: NOW_MS - 120_000,
  measuredAtMs: NOW_MS - 1_000,
  driftBytes: -(2n ** 53n) - 1n,
  failure: { message: 'no answer', sinceMs: NOW_MS - 500 },
  isServed: true,
  guard: 'open',
};
const TREND = { fromMs: NOW_MS - 86_400_000, toMs: NOW_MS, points: 25, bytesPerDay: -0.4 };

const rowOf = (report: CapacityReport, forecast?: Forecast) =>
  capacityRows([report], { nowMs: NOW_MS, ...(forecast && { forecastOf: () => forecast }) })[0];

test('a row says all that the report says', () => {
  expect(rowOf(REPORT, { kind: 'filling', ...TREND, bytesPerDay: 7.6, daysUntilFull: 12.25 })).toEqual({
    bucket: 'b',
    backend: 'ceph',
    pool: 'veeam-*',
    capacityBytes: '100',
    availableBytes: '93',
    usedBytes: '7',
    source: 'prometheus, s3-walk',
    measuredAt: '2026-11-21T11:59:59.000Z',
    changedAt: '2026-11-21T11:58:00.000Z',
    error: 'no answer',
    failingSince: '2026-11-21T11:59:59.500Z',
    served: true,
    guard: 'open',
    total: {
      bytes: '1152921504606846976',
      source: 'prometheus',
      at: '2026-11-21T11:59:58.500Z',
      ageSeconds: 1.5,
    },
    // Of a clock that is ahead: not in the future.
    free: {
      bytes: '576460752303423488',
      source: 'prometheus',
      at: '2026-11-21T12:00:05.000Z',
      ageSeconds: 0,
    },
    used: {
      bytes: '9',
      source: 's3-walk',
      at: '2026-11-21T11:59:00.000Z',
      ageSeconds: 60,
      lagSeconds: 0.5,
      uploads: 'not-counted',
    },
    ledger: { bucketBytes: '-2', storeBytes: '3' },
    reserveBytes: '1',
    quotas: [{ name: 'bucket quota', limitBytes: '100', usedBytes: '7' }],
    capacityBound: 'bucket quota',
    availableBound: 'capacity',
    driftBytes: '-9007199254740993',
    forecast: {
      daysUntilFull: 12.25,
      bytesPerDay: '8',
      from: '2026-11-20T12:00:00.000Z',
      to: '2026-11-21T12:00:00.000Z',
    },
  });
});

test('a bucket that was never measured has no number', () => {
  const failure = { message: 'no answer', sinceMs: NOW_MS };
  expect(rowOf({ bucket: 'c', backend: 'ceph', failure, isServed: false })).toEqual({
    bucket: 'c',
    backend: 'ceph',
    error: 'no answer',
    failingSince: '2026-11-21T12:00:00.000Z',
    served: false,
  });
});

test.each<[Forecast, object]>([
  [
    { kind: 'not-filling', ...TREND },
    {
      reason: 'not filling',
      bytesPerDay: '0',
      from: '2026-11-20T12:00:00.000Z',
      to: '2026-11-21T12:00:00.000Z',
    },
  ],
  [{ kind: 'unknown', reason: 'too little history' }, { reason: 'too little history' }],
])('without a number of days there is a reason', (forecast, expected) => {
  expect(rowOf(REPORT, forecast)?.forecast).toEqual(expected);
});

test('the forecast is that of the pool, else of the bucket', () => {
  const asked: string[] = [];
  const forecastOf = (_backend: string, name: string): Forecast => {
    asked.push(name);
    return { kind: 'unknown', reason: 'too little history' };
  };
  const { pool: _pool, ...alone } = REPORT;
  capacityRows([REPORT, alone], { nowMs: NOW_MS, forecastOf });
  expect(asked).toEqual(['veeam-*', 'b']);
});

test('the admin listener gives every row as it is, whatever it says', async () => {
  const bytes = fc.bigInt({ min: 1n, max: 2n ** 70n });
  const text = fc.string({ unit: 'binary', maxLength: 20 });
  const report = fc
    .record({
      total: bytes,
      used: bytes,
      delta: fc.bigInt(-(2n ** 70n), 2n ** 70n),
      source: text,
      message: text,
    })
    .map(
      ({ total, used, delta, source, message }): CapacityReport => ({
        bucket: 'b',
        backend: message,
        account: accountOf(
          {
            total: { bytes: total, source, atMs: NOW_MS },
            free: { bytes: total, source, atMs: NOW_MS },
            used: { bytes: used, source, atMs: 0, lagMs: 0, uploads: 'counted' },
            quotas: [{ name: message, limitBytes: total }],
          },
          { reserveBytes: 0n },
          { bucketBytes: delta, storeBytes: delta },
        ),
        driftBytes: delta,
        failure: { message, sinceMs: 0 },
        isServed: false,
      }),
    );
  let rows: ReturnType<typeof capacityRows> = [];
  const app = createAdminServer({
    version: '0',
    isReady: async () => ({ ready: true, backends: [] }),
    renderMetrics: async () => ({ contentType: 'text/plain', body: '' }),
    capacities: async () => rows,
    capacityHistory: () => ({ stepMs: 60_000, series: [] }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(report, { maxLength: 3 }), async (reports) => {
      rows = capacityRows(reports, { nowMs: NOW_MS });
      expect((await app.inject('/api/capacity')).json()).toEqual({ version: '0', capacities: rows });
    }),
  );
  await app.close();
});

test('a row says how many other gateways are heard, where there are any', () => {
  const [row] = capacityRows([REPORT], { nowMs: NOW_MS, peers: { of: 2, heard: 1 } });
  expect(row?.peers).toEqual({ of: 2, heard: 1 });
  expect(rowOf(REPORT)).not.toHaveProperty('peers');
});
