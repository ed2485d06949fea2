import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cephRgwCapacity } from '../../../src/capacity/providers/ceph-rgw.ts';
import { Secret } from '../../../src/secret.ts';
import { describeCapacityProvider } from '../../contract/capacity-provider.ts';
import { accountOfMeasured } from './account-of-measured.ts';
import {
  type Answers,
  type Reply,
  type StandIn,
  startStandIn,
  unknownMessage,
  vector,
} from './store-stand-in.ts';

const DENIED: Reply = { status: 403, body: vector('rgw-denied.json.txt') };
const NO_QUOTA: Reply = {
  body: '{"enabled":false,"check_on_raw":false,"max_size":-1,"max_size_kb":0,"max_objects":-1}',
};
const normal = vector('ceph-metrics-normal.txt');
const patience = () => AbortSignal.timeout(5_000);

const ceph =
  (changed: { metrics?: Reply | 'hang'; bucket?: Reply; user?: Reply } = {}): Answers =>
  (path, query) => {
    if (path === '/metrics') return changed.metrics ?? { body: normal };
    if (path === '/admin/user') return changed.user ?? NO_QUOTA;
    if (query.has('uid')) return { body: vector('rgw-owner-buckets.json.txt') };
    const bucket = query.get('bucket');
    if (bucket === 'full' || bucket === 'empty')
      return changed.bucket ?? { body: vector(`rgw-bucket-${bucket}.json.txt`) };
    return { status: 404, body: vector('rgw-bucket-nope.json.txt') };
  };

function providerOf(store: StandIn, extra: { pool?: string; metricsUrl?: string[]; shareMs?: number } = {}) {
  const key = { accessKeyId: 'AK', secret: new Secret('very-secret'), region: 'us-east-1' };
  const metricsUrl = `${store.url}/metrics`;
  return cephRgwCapacity({ endpoint: store.url, ...key, metricsUrl, now: Date.now, ...extra });
}

describeCapacityProvider('ceph-rgw (recorded)', async () => {
  const store = await startStandIn(ceph());
  return { provider: providerOf(store), bucket: 'full', missingBucket: 'nope', close: store.close };
});

describe('cephRgwCapacity', () => {
  let store: StandIn;
  beforeAll(async () => {
    store = await startStandIn(ceph());
  });
  beforeEach(() => {
    store.answers = ceph();
  });
  afterAll(() => store.close());
  const measure = (bucket = 'full') => accountOfMeasured(providerOf(store).measure(bucket, patience()));
  const withMetrics = (body: string, status = 200) => {
    store.answers = ceph({ metrics: { status, body } });
    return measure();
  };

  it('takes the pool for the size and the bucket index for the usage', async () => {
    expect(await measure()).toMatchObject({
      capacityBytes: 8_151_795_200n + 8_242_880n,
      availableBytes: 8_151_795_200n,
      usedBytes: 8_242_880n,
    });
    expect(await measure('empty')).toMatchObject({ usedBytes: 0n });
  });

  it('applies the quota of the pool, which max_avail does not know', async () => {
    expect(await withMetrics(vector('ceph-metrics-pool-quota.txt'))).toMatchObject({
      capacityBytes: 10_000_000n,
      availableBytes: 10_000_000n - 8_242_880n,
    });
  });

  it('applies the quota of the bucket, but not a disabled one', async () => {
    const quota = (enabled: boolean, max: string) =>
      vector('rgw-bucket-full.json.txt').replace(
        /"enabled":true(.*)"max_size":\d+/,
        `"enabled":${enabled}$1"max_size":${max}`,
      );
    store.answers = ceph({ bucket: { body: quota(true, '9000000') } });
    expect(await measure()).toMatchObject({ capacityBytes: 9_000_000n, availableBytes: 757_120n });
    store.answers = ceph({ bucket: { body: quota(false, '9000000') } });
    expect(await measure()).toMatchObject({ availableBytes: 8_151_795_200n });
    store.answers = ceph({ bucket: { body: quota(true, '0') } });
    expect(await unknownMessage(measure())).toContain('a capacity of 0 bytes');
  });

  it("counts all of the owner's buckets against the owner's quota", async () => {
    store.answers = ceph({ user: { body: vector('rgw-user-quota.json.txt') } });
    expect(await measure('empty')).toMatchObject({
      capacityBytes: 9_437_184n,
      availableBytes: 9_437_184n - 8_242_880n,
      usedBytes: 0n,
    });
  });

  it("does without the owner's quota only when it may not read it", async () => {
    store.answers = ceph({ user: DENIED });
    expect(await measure()).toMatchObject({ availableBytes: 8_151_795_200n });
    store.answers = ceph({ user: { status: 500, body: '' } });
    expect(await unknownMessage(measure())).toMatch(
      /\/admin\/user for the quota of user veeam: answered 500$/,
    );
  });

  it('takes the tightest RGW pool before the first write has made the data pool', async () => {
    const room = { capacityBytes: 8_160_390_656n, availableBytes: 8_160_390_656n, usedBytes: 0n };
    store.answers = ceph({ metrics: { body: vector('ceph-metrics-before-first-write.txt') } });
    expect(await measure('empty')).toMatchObject(room);
  });

  it('knows a full pool from a manager that knows nothing yet', async () => {
    expect(await withMetrics(vector('ceph-metrics-full-pool.txt'))).toMatchObject({
      capacityBytes: 8_242_880n,
      availableBytes: 0n,
    });
    expect(await unknownMessage(withMetrics(vector('ceph-metrics-first-scrape.txt')))).toContain(
      'ceph_cluster_total_bytes is 0.0',
    );
    const noRoom = normal.replace(/(ceph_pool_(?:max_avail|stored){.*}) .*/g, '$1 0.0');
    expect(await unknownMessage(withMetrics(noRoom))).toContain('neither room nor content');
  });

  it('reads floats in scientific notation', async () => {
    const floats = normal.replace(/8151795200\.0/g, '8.1517952e+09');
    expect(await withMetrics(floats)).toMatchObject({ availableBytes: 8_151_795_200n });
  });

  it.each([
    ['an empty body', '', 200, 'a standby manager?'],
    ['an error', 'oops', 503, 'answered 503'],
    ['a page', '<html>\n</html>', 200, 'no pool metrics'],
    ['a missing series', normal.replace(/^ceph_pool_max_avail.*$/gm, ''), 200, 'is missing'],
    ['NaN', normal.replace(/(ceph_pool_stored{.*}) .*/g, '$1 NaN'), 200, 'is missing'],
    ['two data pools', normal.replace('default.rgw.log', 'b.rgw.buckets.data'), 200, 'several pools'],
  ])('takes %s for no answer', async (_name, body, status, why) => {
    const message = await unknownMessage(withMetrics(body, status));
    expect(message).toContain(why);
    expect(message).toContain(`asked ${store.url}/metrics for the pool metrics: `);
  });

  it('takes the pool that is named, and no other', async () => {
    const named = (pool: string) =>
      accountOfMeasured(providerOf(store, { pool }).measure('full', patience()));
    expect(await named('default.rgw.log')).toMatchObject({
      availableBytes: 8_151_795_200n - 8_242_880n + 3702n,
    });
    expect(await unknownMessage(named('gone'))).toContain('there is no pool named gone');
  });

  it('asks the next manager when one is standby', async () => {
    const standby = await startStandIn(() => ({ body: '' }));
    const metricsUrl = [`${standby.url}/metrics`, `${store.url}/metrics`];
    const measured = providerOf(store, { metricsUrl }).measure('full', patience());
    expect(await accountOfMeasured(measured)).toMatchObject({ usedBytes: 8_242_880n });
    await standby.close();
  });

  it('ends at the deadline', async () => {
    store.answers = ceph({ metrics: 'hang' });
    const measured = providerOf(store).measure('full', AbortSignal.timeout(50));
    expect(await unknownMessage(measured)).toContain('no answer before the deadline');
  });

  it('shares the scrape and the quota of the owner, not the usage, and signs', async () => {
    store.answers = (path, query, request) => {
      const signed = /^AWS4-HMAC-SHA256 Credential=AK\/\d{8}\/us-east-1\/s3\//.test(
        request.headers.authorization ?? '',
      );
      expect(signed).toBe(path !== '/metrics');
      return ceph()(path, query, request);
    };
    const provider = providerOf(store);
    const from = store.requests.length;
    await Promise.all(['full', 'empty', 'full'].map((bucket) => provider.measure(bucket, patience())));
    const asked = store.requests.slice(from);
    expect(asked.filter((url) => url === '/metrics')).toHaveLength(1);
    expect(
      asked.filter((url) => url.startsWith('/admin/user?quota=&uid=veeam&quota-type=user')),
    ).toHaveLength(1);
    expect(asked.filter((url) => url.startsWith('/admin/bucket?'))).toHaveLength(3);
  });

  it('never tells the secret', async () => {
    store.answers = () => ({ status: 403, body: 'very-secret' });
    expect(await unknownMessage(measure())).not.toContain('very-secret');
  });

  it.each([
    '',
    '[]',
    '{"bucket":"other"}',
    '{"bucket":"full","owner":"veeam","usage":{"rgw.main":{"size":1.5}}}',
  ])('takes the stats %j for no answer', async (body) => {
    store.answers = ceph({ bucket: { body } });
    expect(await unknownMessage(measure())).toContain('not the stats of that bucket');
  });
});
