import { expect, test } from 'vitest';
import { explainCapacity } from '../../../src/cli/capacity-explanation.ts';
import { GIB, ROW, UNKNOWN_ROW } from './capacity-fixture.ts';

const lines = (...of: Parameters<typeof explainCapacity>): ReadonlyMap<string, readonly string[]> => {
  const found = new Map<string, string[]>();
  for (const line of explainCapacity(...of)
    .trimEnd()
    .split('\n')) {
    const [title = '', text = ''] = line.split(/ {2,}/, 2);
    found.set(title, [...(found.get(title) ?? []), text]);
  }
  return found;
};

test('all that is known of a bucket', () => {
  expect(explainCapacity(ROW)).toBe(
    `Bucket      veeam-1 on backend store
State       ok: capacity.xml is served
Capacity    100.00 GiB (107374182400): it is the quota of the rule veeam-*
Used        60.00 GiB (64424509440): 55.00 GiB (59055800320) from s3-walk, 2 h old, which may be 1 h behind, with unfinished uploads; +5.00 GiB through the gateway since
Available   40.00 GiB (42949672960): bounded by the quota of the rule veeam-*
Store size  1000.00 GiB (1073741824000) from filesystem, 4 s old
Store free  600.00 GiB (644245094400) from filesystem, 4 s old; -1.00 GiB through the gateway since
Measured    2026-03-01T12:00:00.000Z, these numbers first at 2026-03-01T11:00:00.000Z
Reserve     10.00 GiB (10737418240): never offered
Quota       quota of the rule veeam-*: 100.00 GiB (107374182400), used 60.00 GiB, 40.00 GiB left
Drift       the latest measurement found 3.00 MiB more than had passed through the gateway
Guard       open
Full in     20.0 days (+2.00 GiB a day from 2026-02-01T00:00:00.000Z to 2026-03-01T12:00:00.000Z)
`,
  );
});

test('a bucket that nobody could measure says why, in one line that a terminal only shows', () => {
  expect(explainCapacity(UNKNOWN_ROW)).toBe(
    `Bucket      veeam-2 on backend store
State       unknown: capacity.xml is refused with status 503
Last error  the store answered 500 to [31m GET / (failing since 2026-03-01T12:00:00.000Z)
`,
  );
});

test('a pool, a full quota, less than expected, a closed guard, no reserve', () => {
  const found = lines({
    ...ROW,
    pool: 'veeam-*',
    reserveBytes: '0',
    guard: 'closed',
    driftBytes: String(-GIB),
    quotas: [
      { name: 'bucket quota', limitBytes: String(GIB), usedBytes: String(3n * GIB) },
      { name: 'quota of user x', limitBytes: String(GIB), usedBytes: '0' },
    ],
    ledger: { bucketBytes: '0', storeBytes: '0' },
  });
  expect(found.get('Bucket')).toEqual([
    'veeam-1 on backend store, counted together with all buckets of veeam-*',
  ]);
  expect(found.get('Quota')).toEqual([
    'bucket quota: 1.00 GiB (1073741824), used 3.00 GiB, exceeded by 2.00 GiB',
    'quota of user x: 1.00 GiB (1073741824), used 0 B, 1.00 GiB left',
  ]);
  expect(found.get('Drift')).toEqual([
    'the latest measurement found 1.00 GiB less than had passed through the gateway',
  ]);
  expect(found.has('Reserve')).toBe(false);
  expect(found.get('Guard')).toEqual(['closed: new data is refused, as too little is available']);
  expect(found.get('Store free')?.[0]).toMatch(/; nothing through the gateway since$/);
});

test.each([
  [{ reason: 'not filling', bytesPerDay: '-1024' }, 'not known: not filling (-1.00 KiB a day)'],
  [{ reason: 'too little history' }, 'not known: too little history'],
  [{ daysUntilFull: 0.5 }, '0.5 days'],
  [{}, 'not known: no reason given'],
])('a forecast of %j', (forecast, text) => {
  expect(lines({ ...ROW, forecast }).get('Full in')).toEqual([text]);
});

test('numbers beyond what a double holds are exact', () => {
  const usedBytes = String(2n ** 53n + 1n);
  expect(lines({ ...ROW, usedBytes }).get('Used')?.[0]).toMatch(/^8\.00 PiB \(9007199254740993\): /);
});

test('other gateways are named where there are any', () => {
  const textOf = (heard: number) => lines({ ...ROW, peers: { of: 2, heard } }).get('Gateways');
  expect(textOf(2)).toEqual(['2 of 2 others heard']);
  expect(textOf(1)).toEqual(['1 of 2 others heard: of the rest only what the store has measured is counted']);
  expect(lines(ROW).has('Gateways')).toBe(false);
});
