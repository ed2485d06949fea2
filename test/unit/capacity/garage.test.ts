import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GarageCapacityOptions, garageCapacity } from '../../../src/capacity/providers/garage.ts';
import { Secret } from '../../../src/secret.ts';
import { describeCapacityProvider } from '../../contract/capacity-provider.ts';
import {
  type Answer,
  type Answers,
  type StandIn,
  startStandIn,
  unknownMessage,
  vector,
} from './store-stand-in.ts';

const layout = vector('garage-cluster-layout.json.txt');
const status = vector('garage-cluster-status.json.txt');
const bucketFull = vector('garage-bucket-full.json.txt');
const patience = () => AbortSignal.timeout(5_000);

interface Changed {
  readonly layout?: Answer;
  readonly status?: Answer;
  readonly bucket?: Answer;
}

const cluster =
  (changed: Changed = {}): Answers =>
  (path, query, request) => {
    if (request.headers.authorization !== 'Bearer very-secret')
      return { status: 403, body: '{"code":"AccessDenied"}' };
    if (path === '/v2/GetClusterLayout') return changed.layout ?? { body: layout };
    if (path === '/v2/GetClusterStatus') return changed.status ?? { body: status };
    if (query.get('globalAlias') === 'full') return changed.bucket ?? { body: bucketFull };
    return { status: 404, body: vector('garage-no-such-bucket.json.txt') };
  };

function providerOf({ url }: StandIn, extra: Partial<GarageCapacityOptions> = {}) {
  return garageCapacity({ adminUrl: url, token: new Secret('very-secret'), now: Date.now, ...extra });
}

describeCapacityProvider('garage (after its source)', async () => {
  const standIn = await startStandIn(cluster());
  return { provider: providerOf(standIn), bucket: 'full', missingBucket: 'nope', close: standIn.close };
});

describe('garageCapacity', () => {
  let standIn: StandIn;
  beforeAll(async () => {
    standIn = await startStandIn(cluster());
  });
  afterAll(() => standIn.close());
  const measure = (changed: Changed = {}, extra: Partial<GarageCapacityOptions> = {}) => {
    standIn.answers = cluster(changed);
    return providerOf(standIn, extra).measure('full', patience());
  };

  it('takes the disk with least room, as each of three nodes holds a copy', async () => {
    expect(await measure()).toMatchObject({
      total: { bytes: 873_862_266_880n },
      free: { bytes: 400_000_000_000n },
    });
  });

  it('counts what a node has room for by the parts that it holds', async () => {
    const body = layout.replaceAll('"storedPartitions": 256', '"storedPartitions": 128');
    expect(await measure({ layout: { body } })).toMatchObject({
      total: { bytes: 2n * 873_862_266_880n },
      free: { bytes: 800_000_000_000n },
    });
  });

  it('leaves out a node that is down and tells nothing', async () => {
    const down = { body: vector('garage-cluster-status-node-down.json.txt') };
    expect(await measure({ status: down })).toMatchObject({
      total: { bytes: 873_862_266_880n },
      free: { bytes: 660_270_088_192n },
    });
  });

  it('counts unfinished uploads unless told not to', async () => {
    const { used } = await measure();
    expect(used).toMatchObject({ bytes: 3_000_000n + 5_242_880n, uploads: 'counted' });
    expect((await measure({}, { countUploads: false })).used).toMatchObject({
      bytes: 3_000_000n,
      uploads: 'not-counted',
    });
  });

  it('gives the quota, against which whole objects alone count', async () => {
    expect((await measure()).quotas).toEqual([]);
    const { quotas } = await measure({ bucket: { body: vector('garage-bucket-quota.json.txt') } });
    expect(quotas).toEqual([{ name: 'bucket quota', limitBytes: 20_000_000n, usedBytes: 3_000_000n }]);
  });

  it('keeps bytes beyond 2^53', async () => {
    const body = bucketFull.replace('"bytes": 3000000', '"bytes": 9007199254740993');
    expect((await measure({ bucket: { body } })).used?.bytes).toBe(9_007_199_254_740_993n + 5_242_880n);
    const big = status
      .replaceAll('873862266880', '18446744073709551615')
      .replace('1000000000000', '18446744073709551615');
    expect((await measure({ status: { body: big } })).total?.bytes).toBe((2n ** 64n / 256n - 1n) * 256n);
  });

  const noDisks = status.replaceAll('"dataPartition"', '"otherPartition"');
  it.each<[string, Changed, string]>([
    [
      'version 1',
      { bucket: { status: 400, body: vector('garage-v1.json.txt') } },
      'no admin API of version 2',
    ],
    ['another server', { bucket: { status: 404, body: 'not found' } }, 'no admin API of version 2'],
    ['a layout not yet applied', { layout: { body: '{"roles":[]}' } }, 'no layout was applied yet'],
    ['garbage for the layout', { layout: { body: '<html>' } }, 'not a layout'],
    ['garbage for the status', { status: { body: '[]' } }, 'lists no nodes'],
    ['nodes without disks', { status: { body: noDisks } }, 'no node that holds data tells'],
    ['garbage for the bucket', { bucket: { body: '{}' } }, 'not the information of a bucket'],
    ['a counter below zero', { bucket: { body: bucketFull.replace('3000000', '-5') } }, 'below zero'],
    ['an error', { status: { status: 500, body: '{"code":"InternalError"}' } }, 'answered 500 InternalError'],
  ])('takes %s for no answer', async (_name, changed, why) => {
    const message = await unknownMessage(measure(changed));
    expect(message).toContain(why);
    expect(message).toMatch(/^asked http:\/\/127\.0\.0\.1:\d+\/v2\/\w+ for .+: /);
  });

  it('never tells the token', async () => {
    standIn.answers = () => ({ status: 403, body: '{"code":"very-secret","message":"very-secret"}' });
    const message = await unknownMessage(providerOf(standIn).measure('full', patience()));
    expect(message).toContain('answered 403');
    expect(message).not.toContain('very-secret');
  });

  it('shares the layout and the status, not the counters', async () => {
    const fresh = await startStandIn(cluster());
    const provider = providerOf(fresh, { adminUrl: `${fresh.url}/` });
    await provider.measure('full', patience());
    await provider.measure('full', patience());
    expect(fresh.requests.toSorted()).toEqual([
      '/v2/GetBucketInfo?globalAlias=full',
      '/v2/GetBucketInfo?globalAlias=full',
      '/v2/GetClusterLayout',
      '/v2/GetClusterStatus',
    ]);
    await fresh.close();
  });
});
