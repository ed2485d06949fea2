// What the bench holds against the two SOSAPI documents: each rule with what passes it and what does not.
import { describe, expect, test } from 'vitest';
import {
  type CapacityText,
  fullWhenEmptyFaults,
  integerFaults,
  numbersOf,
  rangeFaults,
  sumFaults,
} from '../../../../src/bench/cases/sosapi/capacity-rules.ts';
import { reservedIn } from '../../../../src/bench/cases/sosapi/hiding-cases.ts';
import {
  optionalBlockFaults,
  quoteFaults,
  recommendationFaults,
  type SystemText,
  shapeFaults,
} from '../../../../src/bench/cases/sosapi/system-rules.ts';
import { percentOf, withinPercent } from '../../../../src/bench/cases/sosapi/volume.ts';

const SYSTEM: SystemText = {
  hasRoot: true,
  protocolVersion: '"1.0"',
  modelName: '"Model"',
  capacityInfo: 'true',
  uploadSessions: 'false',
  iamSts: 'false',
  hasEndpoints: false,
  iamEndpoint: undefined,
  stsEndpoint: undefined,
  hasRecommendations: false,
  recommendations: [],
};

describe('system.xml', () => {
  test('as this gateway serves it, it breaks no rule', () => {
    for (const rule of [quoteFaults, shapeFaults, optionalBlockFaults, recommendationFaults]) {
      expect(rule(SYSTEM)).toEqual([]);
    }
  });

  test.each([
    [{ protocolVersion: '1.0' }, /1\.0 without quotes/],
    [{ protocolVersion: '"2.0"' }, /is "2\.0"; the text/],
    [{ protocolVersion: '' }, /is empty/],
    [{ protocolVersion: undefined }, /no ProtocolVersion/],
    [{ protocolVersion: '&quot;1.0&quot;' }, /must be "1\.0"/],
  ])('quotes: %o', (change, message) => {
    expect(quoteFaults({ ...SYSTEM, ...change })).toEqual([expect.stringMatching(message)]);
  });

  test.each([
    [{ hasRoot: false }, /root of system\.xml/],
    [{ protocolVersion: undefined }, /ProtocolVersion is absent/],
    [{ modelName: '' }, /ModelName/],
    [{ iamSts: undefined }, /no IAMSTS/],
    [{ uploadSessions: 'False' }, /UploadSessions is "False"/],
    [{ capacityInfo: '1' }, /CapacityInfo is "1"/],
  ])('shape: %o', (change, message) => {
    expect(shapeFaults({ ...SYSTEM, ...change })).toEqual([expect.stringMatching(message)]);
  });

  test.each([
    [{ hasEndpoints: true }, [/APIEndpoints is there/]],
    [{ hasEndpoints: true, iamSts: 'true' }, [/no IAMEndpoint/, /no STSEndpoint/]],
    [{ hasEndpoints: true, iamSts: 'true', iamEndpoint: 'https://a', stsEndpoint: '' }, [/no STSEndpoint/]],
    [{ hasRecommendations: true }, [/recommends nothing/]],
    [{ hasRecommendations: true, recommendations: [['KbBlockSize', '']] as const }, [/recommends nothing/]],
  ])('optional blocks: %o', (change, messages) => {
    expect(optionalBlockFaults({ ...SYSTEM, ...change })).toEqual(
      messages.map((message) => expect.stringMatching(message)),
    );
  });

  test('optional blocks that are used may be there', () => {
    const used = { hasEndpoints: true, iamSts: 'true', iamEndpoint: 'https://a', stsEndpoint: 'https://b' };
    const recommendations = [['KbBlockSize', '4096']] as const;
    expect(optionalBlockFaults({ ...SYSTEM, ...used, hasRecommendations: true, recommendations })).toEqual(
      [],
    );
  });

  test.each([
    ['KbBlockSize', ['256', '1024', '8192'], ['4', '4096.0', '']],
    ['S3ConcurrentTaskLimit', ['1', '64', '1000'], ['0', '-1', 'many']],
    ['S3MultiObjectDeleteLimit', ['1', '1000'], ['0', '1001']],
    ['StorageCurrentTasksLimit', ['0', '100'], ['-1', '1.5']],
  ])('recommended %s', (name, good, bad) => {
    const faultsOf = (value: string) => recommendationFaults({ ...SYSTEM, recommendations: [[name, value]] });
    for (const value of good) expect(faultsOf(value)).toEqual([]);
    for (const value of bad)
      expect(faultsOf(value)).toEqual([expect.stringContaining(`${name} is "${value}"`)]);
  });
});

describe('capacity.xml', () => {
  const text = (capacity?: string, available?: string, used?: string): CapacityText => ({
    capacity,
    available,
    used,
  });
  const numbers = (capacity: bigint, available: bigint, used: bigint) => ({ capacity, available, used });

  test.each([
    [text('10', '4', '6'), []],
    [text('9223372036854775807', '0', '0'), []],
    [text('10', '-4', '14'), []],
    [text('10', '4'), ['no Used']],
    [text('10TB', '4', '6'), ['Capacity is "10TB"']],
    [text('1e+21', '4', '6'), ['Capacity is "1e+21"']],
    [text('10', '4.0', ''), ['Available is "4.0"', 'Used is ""']],
    [text('9223372036854775808', '0', '0'), ['64-bit']],
    [text(' 10', '4', '6'), ['Capacity is " 10"']],
  ])('integers: %o', (of, messages) => {
    expect(integerFaults(of)).toEqual(messages.map((message) => expect.stringContaining(message)));
    expect(numbersOf(of) === undefined).toBe(messages.length > 0);
  });

  test.each([
    [numbers(10n, 4n, 6n), []],
    [numbers(10n, 10n, 0n), []],
    [numbers(10n, 0n, 12n), []],
    [numbers(0n, 0n, 0n), ['Capacity is 0']],
    [numbers(-1n, -1n, 0n), ['Capacity is -1', 'Available is -1']],
    [numbers(10n, -2n, 12n), ['Available is -2']],
    [numbers(10n, 11n, 0n), ['Available is 11']],
    [numbers(10n, 5n, -5n), ['Used is -5']],
  ])('ranges: %o', (of, messages) => {
    expect(rangeFaults(of)).toEqual(messages.map((message) => expect.stringContaining(message)));
  });

  test.each([
    [numbers(10n, 0n, 0n), true],
    [numbers(10n, 0n, 4n), true],
    [numbers(10n, 0n, 5n), false],
    [numbers(10n, 0n, 10n), false],
    [numbers(10n, 1n, 0n), false],
    [numbers(0n, 0n, 0n), false],
  ])('full when empty: %o is %s', (of, isFault) => {
    expect(fullWhenEmptyFaults(of).length > 0).toBe(isFault);
  });

  test.each([
    [numbers(10n, 4n, 6n), false],
    [numbers(10n, 4n, 5n), false],
    [numbers(10n, 5n, 6n), true],
  ])('sum: %o is %s', (of, isFault) => {
    expect(sumFaults(of).length > 0).toBe(isFault);
  });
});

test.each([
  [100n, 100n, true],
  [105n, 100n, true],
  [95n, 100n, true],
  [106n, 100n, false],
  [94n, 100n, false],
  [-100n, 100n, false],
])('%s is within 5 percent of %s: %s', (actual, expected, isWithin) => {
  expect(withinPercent(actual, expected, 5)).toBe(isWithin);
});

test('percent of a volume has one decimal, and there is none of nothing', () => {
  expect([percentOf(1n, 3n), percentOf(-5n, 10n), percentOf(1n, 0n)]).toEqual([33.3, -50, 0]);
});

test('a list shows the documents by their keys or by their folder', () => {
  const folder = '.system-d26a9498-cb7c-4a87-a44a-8ae204f5ba6c/';
  expect(reservedIn({ keys: ['a', `${folder}system.xml`], prefixes: [folder, '.system-other/'] })).toEqual([
    `${folder}system.xml`,
    folder,
  ]);
});
