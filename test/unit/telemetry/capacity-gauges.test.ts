import { describe, expect, test } from 'vitest';
import { accountOf } from '../../../src/capacity/account.ts';
import type { CapacityReport } from '../../../src/capacity/report.ts';
import { createMetrics } from '../../../src/telemetry/metrics.ts';
import { renderSum } from '../../../src/telemetry/summed-metrics.ts';

const NOW_MS = 1_000_000_000;
const GiB = 1024n ** 3n;

const REPORT: CapacityReport = {
  bucket: 'b',
  backend: 'ceph',
  account: accountOf(
    {
      total: { bytes: 100n * GiB, source: 'prometheus', atMs: NOW_MS - 30_000 },
      free: { bytes: 60n * GiB, source: 'prometheus', atMs: NOW_MS - 20_000 },
      used: {
        bytes: 3n * GiB,
        source: 's3-walk',
        atMs: NOW_MS - 3_600_000,
        lagMs: 0,
        uploads: 'counted',
      },
      quotas: [{ name: 'quota of user veeam', limitBytes: 50n * GiB, usedBytes: 20n * GiB }],
    },
    { quota: { name: 'bucket quota', limitBytes: 10n * GiB }, reserveBytes: GiB },
    { bucketBytes: -GiB, storeBytes: 5n },
  ),
  changedAtMs: NOW_MS - 60_000,
  measuredAtMs: NOW_MS - 10_000,
  driftBytes: -7n,
  isServed: true,
  guard: 'closed',
};
const BARE: CapacityReport = {
  bucket: 'c',
  backend: 'ceph',
  failure: { message: 'unreachable', sinceMs: NOW_MS },
  isServed: false,
};

function showing(reports: readonly CapacityReport[], days?: (bucketOrPool: string) => number) {
  const metrics = createMetrics({ now: () => NOW_MS, maxBuckets: 2 });
  let asked = 0;
  metrics.capacity.show({
    reports() {
      asked += 1;
      return reports;
    },
    daysUntilFull: (_backend, bucketOrPool) => days?.(bucketOrPool),
  });
  return { metrics, timesAsked: () => asked };
}

/** The samples of capacity, without the prefix and the labels that all have. */
function samplesOf(body: string): readonly string[] {
  return body
    .split('\n')
    .filter(
      (line) => line.startsWith('sosapi_gateway_bucket_') || line.startsWith('sosapi_gateway_capacity_'),
    )
    .map((line) => line.replace('sosapi_gateway_', '').replace('bucket="b",backend="ceph"', ''));
}

describe('capacity gauges', () => {
  test('show every number, its age, its source, and what stands between', async () => {
    const { metrics } = showing([REPORT], () => 12.5);
    expect(samplesOf((await metrics.render()).body)).toEqual([
      'bucket_capacity_bytes{} 10737418240',
      'bucket_available_bytes{} 8589934592',
      'bucket_used_bytes{} 2147483648',
      'bucket_capacity_age_seconds{} 10',
      'bucket_capacity_known{} 1',
      'bucket_capacity_served{} 1',
      'bucket_figure_bytes{,figure="total"} 107374182400',
      'bucket_figure_bytes{,figure="free"} 64424509440',
      'bucket_figure_bytes{,figure="used"} 3221225472',
      'bucket_figure_age_seconds{,figure="total"} 30',
      'bucket_figure_age_seconds{,figure="free"} 20',
      'bucket_figure_age_seconds{,figure="used"} 3600',
      'bucket_figure_info{,figure="total",source="prometheus"} 1',
      'bucket_figure_info{,figure="free",source="prometheus"} 1',
      'bucket_figure_info{,figure="used",source="s3-walk"} 1',
      'bucket_ledger_bytes{,scope="bucket"} -1073741824',
      'bucket_ledger_bytes{,scope="store"} 5',
      'bucket_drift_bytes{} -7',
      'bucket_reserve_bytes{} 1073741824',
      'bucket_quota_bytes{,quota="quota of user veeam"} 53687091200',
      'bucket_quota_bytes{,quota="bucket quota"} 10737418240',
      'bucket_quota_used_bytes{,quota="quota of user veeam"} 20401094656',
      'bucket_quota_used_bytes{,quota="bucket quota"} 2147483648',
      'bucket_days_until_full{} 12.5',
      'bucket_guard_closed{} 1',
    ]);
  });

  test('a bucket that was never measured has no numbers, not zeros', async () => {
    const { metrics } = showing([BARE]);
    expect(samplesOf((await metrics.render()).body)).toEqual([
      'bucket_capacity_known{bucket="c",backend="ceph"} 0',
      'bucket_capacity_served{bucket="c",backend="ceph"} 0',
    ]);
  });

  test('a failure keeps the last good numbers', async () => {
    const { metrics } = showing([{ ...REPORT, failure: { message: 'unreachable', sinceMs: NOW_MS } }]);
    const { body } = await metrics.render();
    expect(samplesOf(body)).toEqual(
      expect.arrayContaining(['bucket_capacity_known{} 0', 'bucket_used_bytes{} 2147483648']),
    );
  });

  test('what is no longer reported is no longer shown', async () => {
    let reports: readonly CapacityReport[] = [REPORT];
    const metrics = createMetrics();
    metrics.capacity.show({ reports: () => reports, daysUntilFull: () => undefined });
    expect((await metrics.render()).body).toContain('bucket="b"');
    reports = [];
    expect((await metrics.render()).body).not.toContain('bucket="b"');
  });

  test('the reports are asked for once a scrape', async () => {
    const { metrics, timesAsked } = showing([REPORT]);
    await metrics.render();
    expect(timesAsked()).toBe(1);
    await metrics.snapshot();
    expect(timesAsked()).toBe(2);
  });

  test('beyond the bound those measured longest ago are not shown', async () => {
    const reports = [3, 1, 2].map((ago) => ({
      ...REPORT,
      bucket: `ago-${ago}`,
      measuredAtMs: NOW_MS - ago * 1000,
    }));
    const { metrics } = showing([...reports, BARE]);
    const { body } = await metrics.render();
    const shown = new Set([...body.matchAll(/bucket="([\w-]+)"/g)].map(([, bucket]) => bucket));
    expect([...shown]).toEqual(['ago-1', 'ago-2']);
  });

  test('the quotas of a bucket are bounded too', async () => {
    const account = REPORT.account;
    if (account === undefined) throw new Error('no account');
    const quotas = Array.from({ length: 50 }, (_, n) => ({ name: `q${n}`, limitBytes: 1n, usedBytes: 0n }));
    const { metrics } = showing([{ ...REPORT, account: { ...account, quotas } }]);
    expect((await metrics.render()).body.match(/bucket_quota_bytes\{/g)?.length).toBe(8);
  });

  test('a bucket of a pool has the forecast of the pool', async () => {
    const days = (bucketOrPool: string) => (bucketOrPool === 'veeam-*' ? 3 : 99);
    const { metrics } = showing([{ ...REPORT, pool: 'veeam-*' }], days);
    expect(samplesOf((await metrics.render()).body)).toContain('bucket_days_until_full{} 3');
  });

  test('measurements and failures are counted', async () => {
    const metrics = createMetrics();
    metrics.capacity.measured('ceph', true);
    metrics.capacity.measured('ceph', false);
    metrics.capacity.measured('minio', true);
    expect(samplesOf((await metrics.render()).body)).toEqual([
      'capacity_measurements_total{backend="ceph"} 2',
      'capacity_measurements_total{backend="minio"} 1',
      'capacity_failures_total{backend="ceph"} 1',
    ]);
  });

  test('of several processes the one that has them is shown as it is', async () => {
    const { metrics } = showing([REPORT], () => 12.5);
    const others = await Promise.all([createMetrics().snapshot(), createMetrics().snapshot()]);
    const { body } = await renderSum(await metrics.snapshot(), others);
    expect([...samplesOf(body)].sort()).toEqual([...samplesOf((await metrics.render()).body)].sort());
  });
});
