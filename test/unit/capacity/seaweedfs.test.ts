import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type SeaweedfsCapacityOptions,
  seaweedfsCapacity,
} from '../../../src/capacity/providers/seaweedfs.ts';
import { describeCapacityProvider } from '../../contract/capacity-provider.ts';
import {
  type Answer,
  type Answers,
  type StandIn,
  startStandIn,
  unknownMessage,
  vector,
} from './store-stand-in.ts';

const VOLUME = 30_000n * 1024n * 1024n;
const map = vector('seaweedfs-vol-status.json.txt');
const patience = () => AbortSignal.timeout(5_000);

interface Changed {
  readonly map?: Answer;
  readonly page?: Answer;
  readonly metrics?: Answer;
}

const cluster =
  (changed: Changed = {}): Answers =>
  (path) => {
    if (path === '/vol/status') return changed.map ?? { body: map };
    if (path === '/') return changed.page ?? { body: vector('seaweedfs-master-page.html.txt') };
    return changed.metrics ?? { body: vector('seaweedfs-s3-metrics.txt') };
  };

function providerOf({ url }: StandIn, extra: Partial<SeaweedfsCapacityOptions> = {}) {
  return seaweedfsCapacity({ masters: [url], now: Date.now, ...extra });
}
const withMetrics = ({ url }: StandIn) => ({ metricsUrl: `${url}/metrics` });

describeCapacityProvider('seaweedfs (after its source)', async () => {
  const standIn = await startStandIn(cluster());
  return { provider: providerOf(standIn), bucket: 'full', close: standIn.close };
});

describeCapacityProvider('seaweedfs with S3 metrics (after its source)', async () => {
  const standIn = await startStandIn(cluster());
  const provider = providerOf(standIn, withMetrics(standIn));
  return { provider, bucket: 'full', missingBucket: 'nope', close: standIn.close };
});

describe('seaweedfsCapacity', () => {
  let standIn: StandIn;
  beforeAll(async () => {
    standIn = await startStandIn(cluster());
  });
  afterAll(() => standIn.close());
  const measure = (changed: Changed = {}, extra: Partial<SeaweedfsCapacityOptions> = {}, bucket = 'full') => {
    standIn.answers = cluster(changed);
    return providerOf(standIn, extra).measure(bucket, patience());
  };

  it('counts volumes, once for all replicas', async () => {
    const figures = await measure();
    expect(figures).toMatchObject({
      total: { bytes: (20n * VOLUME) / 2n },
      // Free for new volumes, and the rest of the one that takes more.
      free: { bytes: (14n * VOLUME) / 2n + VOLUME - 1_000_000_000n },
      used: { bytes: 800_000_000n + 31_457_280_000n, lagMs: 10_000, uploads: 'counted' },
    });
  });

  it('gives a bucket the room in its own volumes only', async () => {
    const room = { total: { bytes: 10n * VOLUME }, free: { bytes: 7n * VOLUME } };
    expect(await measure({}, {}, 'new')).toMatchObject({ ...room, used: { bytes: 0n } });
    expect(await measure({}, { copies: 1 }, 'new')).toMatchObject({ free: { bytes: 14n * VOLUME } });
    expect(await measure({}, { filerGroup: 'g' })).toMatchObject({ used: { bytes: 0n } });
  });

  it('takes the size of a volume from the configuration where it is named', async () => {
    const figures = await measure({ page: { status: 404, body: '' } }, { volumeSizeBytes: 1_000_000_000n });
    expect(figures).toMatchObject({ total: { bytes: 10_000_000_000n }, free: { bytes: 7_000_000_000n } });
  });

  it('takes usage and quota from the metrics where they are named', async () => {
    expect(await measure({}, withMetrics(standIn))).toMatchObject({
      used: { bytes: 32_257_280_000n, lagMs: 70_000, uploads: 'counted' },
      quotas: [{ name: 'bucket quota', limitBytes: 107_374_182_400n }],
    });
    expect(await measure({}, withMetrics(standIn), 'empty')).toMatchObject({
      used: { bytes: 0n },
      quotas: [],
    });
  });

  it('does not know the usage from the volumes where shards take slots', async () => {
    const figures = await measure({ map: { body: map.replace('"Free":14', '"Free":12') } });
    expect(figures.used).toBeUndefined();
    expect(figures.total?.bytes).toBe(10n * VOLUME);
  });

  it('has no room below zero', async () => {
    const none = { body: map.replace('"Free":14', '"Free":-2') };
    expect((await measure({ map: none }, {}, 'new')).free?.bytes).toBe(0n);
    const overfull = { body: none.body.replaceAll('"Size":1000000000,', '"Size":31457280001,') };
    expect((await measure({ map: overfull })).free?.bytes).toBe(0n);
  });

  it('keeps bytes beyond 2^53', async () => {
    const body = map.replaceAll('"Size":31457280000', '"Size":9007199254740993');
    expect((await measure({ map: { body } })).used?.bytes).toBe(9_007_199_254_740_993n + 800_000_000n);
    const metrics = { body: 'SeaweedFS_s3_bucket_size_bytes{bucket="full"} 9.223372036854775e+18\n' };
    const { used } = await measure({ metrics }, withMetrics(standIn));
    expect(used?.bytes).toBe(9_223_372_036_854_775_000n);
  });

  it.each<[string, Changed, string]>([
    [
      'a master without servers',
      { map: { body: map.replace('"Max":20', '"Max":0') } },
      'no volume server yet',
    ],
    ['garbage', { map: { body: '<html>' } }, 'not a map of volumes'],
    ['a volume without a size', { map: { body: map.replace('"Size":500000000', '"Size":"x"') } }, 'no size'],
    ['a page without the limit', { page: { body: '<html>' } }, 'name it in the configuration'],
    ['a refusal', { map: { status: 401, body: '' } }, 'answered 401'],
  ])('takes %s for no answer', async (_name, changed, why) => {
    const message = await unknownMessage(measure(changed));
    expect(message).toContain(why);
    expect(message).toContain(`asked ${standIn.url}/`);
  });

  it.each([
    ['an error', { status: 500, body: '' }, 'answered 500'],
    ['garbage', { body: 'x' }, 'no SeaweedFS_s3_bucket_size_bytes of bucket full'],
    ['a size below zero', { body: 'SeaweedFS_s3_bucket_size_bytes{bucket="full"} -1' }, 'of bucket full'],
  ])('takes metrics with %s for no answer', async (_name, metrics, why) => {
    expect(await unknownMessage(measure({ metrics }, withMetrics(standIn)))).toContain(why);
  });

  it('asks the next master, and says why of each when none answers', async () => {
    standIn.answers = cluster();
    const masters = ['http://127.0.0.1:1', standIn.url];
    const figures = await providerOf(standIn, { masters }).measure('full', patience());
    expect(figures.total?.bytes).toBe(10n * VOLUME);
    standIn.answers = cluster({ map: { status: 500, body: '' } });
    const message = await unknownMessage(providerOf(standIn, { masters }).measure('full', patience()));
    expect(message).toMatch(/^asked http:\/\/127\.0\.0\.1:1\/.*ECONNREFUSED.*; asked .* answered 500$/);
  });

  it('asks the S3 servers in order for the one that sums', async () => {
    const other = await startStandIn(() => ({ body: '' }));
    const metricsUrl = [`${other.url}/metrics`, `${standIn.url}/metrics`];
    expect(await measure({}, { metricsUrl })).toMatchObject({ used: { bytes: 32_257_280_000n } });
    await other.close();
  });

  it('shares the answers of the master and the page', async () => {
    const fresh = await startStandIn(cluster());
    const provider = providerOf(fresh, withMetrics(fresh));
    await provider.measure('full', patience());
    await provider.measure('empty', patience());
    expect(fresh.requests.toSorted()).toEqual(['/', '/metrics', '/vol/status']);
    await fresh.close();
  });
});
