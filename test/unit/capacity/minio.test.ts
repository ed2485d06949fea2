import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { minioCapacity } from '../../../src/capacity/providers/minio.ts';
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

const TOTAL = 97_793_294_336n;
const FREE = 82_334_167_040n;
const patience = () => AbortSignal.timeout(5_000);

const minio =
  (changed: { storage?: Reply | 'hang'; usage?: Reply; quota?: Reply } = {}): Answers =>
  (path, query) => {
    if (path === '/minio/admin/v3/storageinfo')
      return changed.storage ?? { body: vector('minio-storageinfo.json.txt') };
    if (path === '/minio/admin/v3/datausageinfo')
      return changed.usage ?? { body: vector('minio-datausageinfo.json.txt') };
    if (query.get('bucket') === 'nope')
      return { status: 404, body: vector('minio-bucket-quota-no-such-bucket.json.txt') };
    return changed.quota ?? { body: vector('minio-bucket-quota-none.json.txt') };
  };

function providerOf({ url }: StandIn, now: () => number = Date.now) {
  return minioCapacity({
    endpoint: url,
    accessKeyId: 'AK',
    secret: new Secret('s'),
    region: 'us-east-1',
    now,
  });
}

describeCapacityProvider('minio (recorded)', async () => {
  const store = await startStandIn(minio());
  return { provider: providerOf(store), bucket: 'full', missingBucket: 'nope', close: store.close };
});

describe('minioCapacity', () => {
  let store: StandIn;
  beforeAll(async () => {
    store = await startStandIn(minio());
  });
  afterAll(() => store.close());
  const measure = (changed: Parameters<typeof minio>[0] = {}, bucket = 'full') => {
    store.answers = minio(changed);
    return providerOf(store).measure(bucket, patience());
  };
  const numbers = (...of: Parameters<typeof measure>) => accountOfMeasured(measure(...of));

  it('takes the drives for the size and the scanner for the usage', async () => {
    const room = { capacityBytes: TOTAL, availableBytes: FREE };
    expect(await numbers()).toMatchObject({ ...room, usedBytes: 3_000_000n });
    expect(await numbers({}, 'empty')).toMatchObject({ ...room, usedBytes: 0n });
    expect(await numbers({}, 'made-after-the-scan')).toMatchObject({ ...room, usedBytes: 0n });
    expect(await numbers({}, 'constructor')).toMatchObject({ ...room, usedBytes: 0n });
  });

  it('applies a hard quota, and none beyond the cluster', async () => {
    expect(await numbers({ quota: { body: vector('minio-bucket-quota-hard.json.txt') } })).toMatchObject({
      capacityBytes: 20_000_000n,
      availableBytes: 17_000_000n,
      usedBytes: 3_000_000n,
    });
    const huge = { body: vector('minio-bucket-quota-beyond-2-53.json.txt') };
    expect(await numbers({ quota: huge })).toMatchObject({ capacityBytes: TOTAL, availableBytes: FREE });
  });

  it('takes the error of older releases for no quota', async () => {
    const quota = { status: 404, body: '{"Code":"XMinioAdminNoSuchQuotaConfiguration"}' };
    expect(await numbers({ quota })).toMatchObject({ capacityBytes: TOTAL });
  });

  it('counts of a set as many drives as hold data, with one offline too', async () => {
    const four = vector('minio-storageinfo-drive-offline.json.txt');
    const drives = JSON.parse(four).Disks as { availspace?: number }[];
    const free = BigInt(drives[1]?.availspace ?? 0) + BigInt(drives[2]?.availspace ?? 0);
    expect(await numbers({ storage: { body: four } })).toMatchObject({
      capacityBytes: 2n * TOTAL,
      availableBytes: free,
    });
  });

  it('keeps bytes beyond 2^53', async () => {
    const storage = {
      body: vector('minio-storageinfo.json.txt').replace(String(TOTAL), '18446744073709551615'),
    };
    expect(await numbers({ storage })).toMatchObject({ capacityBytes: 18_446_744_073_709_551_615n });
  });

  it.each([
    [
      'a scanner that never ran',
      { usage: { body: vector('minio-datausageinfo-no-scan.json.txt') } },
      'has not run yet',
    ],
    ['garbage for drives', { storage: { body: '<html>' } }, 'lists no drives'],
    [
      'no drive with a size',
      { storage: { body: '{"Disks":[],"Backend":{"StandardSCData":[1]}}' } },
      'tells its size',
    ],
    ['garbage for usage', { usage: { body: '[]' } }, 'no lastUpdate'],
    [
      'a size that is no integer',
      { usage: { body: '{"lastUpdate":"2026-11-21T09:05:10Z","bucketsUsageInfo":{"full":{"size":"x"}}}' } },
      'has no size',
    ],
    ['garbage for a quota', { quota: { body: '{}' } }, 'not a quota'],
    ['a refusal', { storage: { status: 403, body: '{"Code":"AccessDenied"}' } }, 'answered 403 AccessDenied'],
    ['an error', { usage: { status: 500, body: '' } }, 'answered 500'],
  ])('takes %s for no answer', async (_name, changed, why) => {
    const message = await unknownMessage(measure(changed));
    expect(message).toContain(why);
    expect(message).toContain(`asked ${store.url}/minio/admin/v3/`);
  });

  it('ends at the deadline', async () => {
    store.answers = minio({ storage: 'hang' });
    const measured = providerOf(store).measure('full', AbortSignal.timeout(50));
    expect(await unknownMessage(measured)).toContain('no answer before the deadline');
  });

  it('shares cluster-wide calls until they are ten seconds old', async () => {
    let nowMs = 1_000_000;
    store.answers = minio();
    const provider = providerOf(store, () => nowMs);
    const from = store.requests.length;
    const first = await provider.measure('full', patience());
    nowMs += 9_999;
    const second = await provider.measure('empty', patience());
    expect([first.total?.atMs, second.total?.atMs]).toEqual([1_000_000, 1_000_000]);
    expect(store.requests.slice(from).filter((url) => url.includes('storageinfo'))).toHaveLength(1);
    nowMs += 1;
    expect((await provider.measure('full', patience())).total?.atMs).toBe(1_010_000);
  });
});
