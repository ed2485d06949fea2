import { afterEach, describe, expect, test } from 'vitest';
import { createAdminServer } from '../../../src/admin/admin-server.ts';
import type { CapacityRow } from '../../../src/admin/capacity-schemas.ts';
import type { AdminPorts } from '../../../src/admin/ports.ts';
import type { HistoryQuery } from '../../../src/capacity/history/capacity-history.ts';

const NOW_MS = Date.parse('2026-11-21T12:00:00.000Z');
const DAY_MS = 86_400_000;

const open: ReturnType<typeof createAdminServer>[] = [];
function admin(change: Partial<AdminPorts>) {
  const app = createAdminServer({
    version: '1.2.3',
    isReady: async () => ({ ready: true, backends: [] }),
    renderMetrics: async () => ({ contentType: 'text/plain', body: '' }),
    capacities: async () => [],
    capacityHistory: () => ({ stepMs: 60_000, series: [] }),
    now: () => NOW_MS,
    ...change,
  });
  open.push(app);
  return app;
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((app) => app.close()));
});

const FULL: CapacityRow = {
  bucket: 'b',
  backend: 'ceph',
  pool: 'veeam-*',
  capacityBytes: '18014398509481985',
  availableBytes: '1',
  usedBytes: '18014398509481984',
  source: 'prometheus, s3-walk',
  measuredAt: '2026-11-21T11:59:30.000Z',
  changedAt: '2026-11-21T11:00:00.000Z',
  error: 'no answer',
  failingSince: '2026-11-21T11:59:50.000Z',
  served: true,
  guard: 'closed',
  total: { bytes: '18014398509481985', source: 'prometheus', at: '2026-11-21T11:59:30.000Z', ageSeconds: 30 },
  free: { bytes: '1', source: 'prometheus', at: '2026-11-21T11:59:30.000Z', ageSeconds: 30 },
  used: {
    bytes: '18014398509481984',
    source: 's3-walk',
    at: '2026-11-21T11:00:00.000Z',
    ageSeconds: 3600,
    lagSeconds: 0.5,
    uploads: 'counted',
  },
  ledger: { bucketBytes: '-5', storeBytes: '7' },
  reserveBytes: '0',
  quotas: [{ name: 'quota of the bucket', limitBytes: '18014398509481985', usedBytes: '18014398509481984' }],
  capacityBound: 'quota of the bucket',
  availableBound: 'free space of the store',
  driftBytes: '-9007199254740993',
  forecast: {
    daysUntilFull: 1.5,
    bytesPerDay: '-2',
    from: '2026-11-01T00:00:00.000Z',
    to: '2026-11-21T11:00:00.000Z',
  },
};
const BARE: CapacityRow = { bucket: 'c', backend: 'ceph', error: 'no answer', served: false };

describe('GET /api/capacity', () => {
  test('every field as it is, bytes as decimal text; a bucket without numbers as such', async () => {
    const answer = await admin({ capacities: async () => [FULL, BARE] }).inject('/api/capacity');
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(answer.json()).toEqual({ version: '1.2.3', capacities: [FULL, BARE] });
  });

  test.each([
    ['', undefined],
    ['?bucket=c', 'c'],
  ])('%s asks for bucket %s', async (query, bucket) => {
    const asked: (string | undefined)[] = [];
    const app = admin({
      async capacities(each) {
        asked.push(each);
        return [BARE];
      },
    });
    expect((await app.inject(`/api/capacity${query}`)).json()).toEqual({
      version: '1.2.3',
      capacities: [BARE],
    });
    expect(asked).toEqual([bucket]);
  });

  test.each([
    ['bucket=a&bucket=b', 'bucket is given more than once'],
    ['bucket=', 'bucket is empty: give it a value or leave it out'],
    ['bukcet=a', 'there is no parameter "bukcet" here, only bucket'],
  ])('?%s is refused', async (query, error) => {
    const answer = await admin({}).inject(`/api/capacity?${query}`);
    expect([answer.statusCode, answer.json()]).toEqual([400, { error }]);
  });
});

describe('GET /api/capacity/history', () => {
  test('the points, bytes as decimal text, and the step that was used', async () => {
    const point = { atMs: NOW_MS, capacityBytes: 2n ** 60n, availableBytes: 2n ** 59n + 1n, usedBytes: 0n };
    const series = [{ bucket: 'b', backend: 'ceph', points: [point] }];
    const app = admin({ capacityHistory: () => ({ stepMs: 303_000, series }) });
    const answer = await app.inject('/api/capacity/history?to=2026-11-22');
    expect(answer.json()).toEqual({
      version: '1.2.3',
      from: '2026-11-15T00:00:00.000Z',
      to: '2026-11-22T00:00:00.000Z',
      stepSeconds: 303,
      series: [
        {
          bucket: 'b',
          backend: 'ceph',
          points: [
            {
              at: '2026-11-21T12:00:00.000Z',
              capacityBytes: '1152921504606846976',
              availableBytes: '576460752303423489',
              usedBytes: '0',
            },
          ],
        },
      ],
    });
  });

  test.each<[string, HistoryQuery]>([
    ['', { fromMs: NOW_MS + 1 - 7 * DAY_MS, toMs: NOW_MS + 1 }],
    ['?to=2026-11-20T00:00Z', { fromMs: NOW_MS - 8.5 * DAY_MS, toMs: NOW_MS - 1.5 * DAY_MS }],
    ['?from=2026-11-21T12:00:00.5%2B01:00', { fromMs: NOW_MS - 3_599_500, toMs: NOW_MS + 1 }],
    ['?from=2026-11-21T12:00:00.5+01:00', { fromMs: NOW_MS - 3_599_500, toMs: NOW_MS + 1 }],
    ['?from=0&to=1000', { fromMs: 0, toMs: 1000 }],
    [
      '?bucket=b&backend=ceph&from=2026-11-20&step=90m',
      { bucket: 'b', backend: 'ceph', fromMs: NOW_MS - 1.5 * DAY_MS, toMs: NOW_MS + 1, stepMs: 5_400_000 },
    ],
  ])('%s asks for', async (query, expected) => {
    const asked: HistoryQuery[] = [];
    const app = admin({
      capacityHistory(each) {
        asked.push(each);
        return { stepMs: 60_000, series: [] };
      },
    });
    expect((await app.inject(`/api/capacity/history${query}`)).statusCode).toBe(200);
    expect(asked).toEqual([expected]);
  });

  const moment = 'which is no moment: write 2026-11-21, 2026-11-21T12:00:00Z or milliseconds since 1970';
  const step = 'which is no step: write 5m, 1h or 1d, at least 1m';
  test.each([
    ['from=yesterday', `from is "yesterday", ${moment}`],
    ['from=2026-13-01', `from is "2026-13-01", ${moment}`],
    ['to=-1', `to is "-1", ${moment}`],
    ['to=2026-11-21T12:00:00', `to is "2026-11-21T12:00:00", ${moment}`],
    ['to=999999999999999', `to is "999999999999999", ${moment}`],
    [`to=${'9'.repeat(50)}`, `to is "${'9'.repeat(40)}…", ${moment}`],
    ['to=%0A', `to is "\\n", ${moment}`],
    [
      'from=2026-11-22',
      'from is 2026-11-22T00:00:00.000Z, which is not before to, 2026-11-21T12:00:00.001Z (now)',
    ],
    ['from=5&to=5', 'from is 1970-01-01T00:00:00.005Z, which is not before to, 1970-01-01T00:00:00.005Z'],
    ['step=60', `step is "60", ${step}`],
    ['step=59s', `step is "59s", ${step}`],
    ['step=0d', `step is "0d", ${step}`],
    ['step=999999999999d', `step is "999999999999d", ${step}`],
    ['step=1h&step=1h', 'step is given more than once'],
    ['since=1', 'there is no parameter "since" here, only bucket, backend, from, to, step'],
    ['__proto__=1', 'there is no parameter "__proto__" here, only bucket, backend, from, to, step'],
  ])('?%s is refused', async (query, error) => {
    const answer = await admin({}).inject(`/api/capacity/history?${query}`);
    expect([answer.statusCode, answer.json()]).toEqual([400, { error }]);
  });
});
