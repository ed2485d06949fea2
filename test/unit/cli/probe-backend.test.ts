import { describe, expect, test } from 'vitest';
import type { OwnCall } from '../../../src/backend/backend.ts';
import type { Capacity } from '../../../src/capacity/capacity.ts';
import { probeBackend } from '../../../src/cli/probe-backend.ts';
import { HeaderList } from '../../../src/http1/header-list.ts';
import { S3Error } from '../../../src/s3/error.ts';
import { bucketList, fakeBackend, ownAnswer } from '../gateway/fake-backend.ts';

const NOW = Date.UTC(2026, 2, 4, 5, 6, 7, 200);
const CAPACITY = { capacityBytes: 10n, availableBytes: 6n, usedBytes: 4n } as Capacity;
const ENABLED = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>';
const LOCKED =
  '<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>';

function probe(call: (call: OwnCall) => ReturnType<typeof ownAnswer>, elsewhere: readonly string[] = []) {
  const backend = fakeBackend('store', { call });
  const progress: string[] = [];
  const found = probeBackend({
    backend,
    rules: [
      { matches: (bucket) => elsewhere.includes(bucket), backend: fakeBackend('other'), sosapi: true },
      { matches: () => true, backend, sosapi: true },
    ],
    capacityOf: async (bucket) => {
      if (bucket === 'unknown-1') throw new Error('nothing known');
      return CAPACITY;
    },
    wallClock: () => NOW,
    onBucket: (done, of) => progress.push(`${done}/${of}`),
  });
  return { found, progress, backend };
}

describe('probeBackend', () => {
  test('says of each bucket that leads here what is set', async () => {
    const { found, progress } = probe(
      ({ bucket, rawQuery }) => {
        if (bucket === '') return bucketList('locked-1', 'plain-1', 'unknown-1', 'elsewhere');
        if (bucket === 'locked-1') return ownAnswer(200, rawQuery === 'versioning' ? ENABLED : LOCKED);
        if (bucket === 'plain-1')
          return rawQuery === 'versioning'
            ? ownAnswer(200, '<VersioningConfiguration/>')
            : ownAnswer(404, '');
        return ownAnswer(403, '');
      },
      ['elsewhere'],
    );
    expect(await found).toEqual({
      name: 'store',
      reachable: true,
      problem: undefined,
      clockSkewSeconds: undefined,
      buckets: [
        {
          name: 'locked-1',
          versioning: 'enabled',
          objectLock: { enabled: true, defaultRetention: false },
          capacity: CAPACITY,
        },
        { name: 'plain-1', versioning: 'off', objectLock: 'none', capacity: CAPACITY },
        { name: 'unknown-1', versioning: 'unknown', objectLock: 'unknown', capacity: 'nothing known' },
      ],
    });
    expect(progress).toEqual(['1/3', '2/3', '3/3']);
  });

  test.each([
    ['ahead', 'Wed, 04 Mar 2026 05:06:37 GMT', 30],
    ['behind', 'Wed, 04 Mar 2026 05:05:07 GMT', -60],
    ['that it does not say', undefined, undefined],
    ['that is no date', 'yesterday', undefined],
  ])('a clock %s', async (_name, date, seconds) => {
    const { found } = probe(() => {
      const answer = bucketList();
      const headers = HeaderList.of(...(date === undefined ? [] : [['Date', date] as const]));
      return { ...answer, head: { ...answer.head, headers } };
    });
    expect((await found).clockSkewSeconds).toBe(seconds);
  });

  test('credentials that are refused', async () => {
    const { found } = probe(() => ownAnswer(403, '<Error><Code>InvalidAccessKeyId</Code></Error>'));
    expect(await found).toMatchObject({
      reachable: true,
      problem: expect.stringMatching(/403 \(InvalidAccessKeyId\): .*credentials/),
      buckets: [],
    });
  });

  test('a store that cannot be reached', async () => {
    const { found } = probe(() => {
      throw new S3Error('ServiceUnavailable', { reason: 'connect ECONNREFUSED' });
    });
    expect(await found).toEqual({
      name: 'store',
      reachable: false,
      problem: 'connect ECONNREFUSED',
      clockSkewSeconds: undefined,
      buckets: [],
    });
  });
});
