// Which cases are run against which fault.
import type { BenchCase } from '../../../src/bench/bench-case.ts';
import { usageLagCase, usageTruthCase } from '../../../src/bench/cases/sosapi/usage-truth-cases.ts';
import { CATALOG } from '../../../src/bench/catalog.ts';
import type { Fault } from './fault.ts';

/** They write hundreds of objects, or wait for a long time. */
const HEAVY: readonly string[] = [
  'sosapi-last-modified-moves',
  'sosapi-last-modified-still',
  'sosapi-used-lag',
  'sosapi-used-truth',
  'sequence-05',
  'sequence-06',
  'sequence-09',
  'sequence-10',
  'sequence-12',
  'precondition-consistency-folder',
  'precondition-consistency-keys',
  'precondition-multi-delete',
  'row-12',
  'row-20',
  'row-21',
  'row-38-thousand',
  'row-44',
  'row-47',
  'row-49',
];

/** They do at length what others do too. */
const REPEATING: readonly string[] = ['precondition-delimiter', 'sequence-01', 'sosapi-not-writable'];

const QUICK_USAGE = { volumeBytes: 4 * 1024 * 1024, limitMs: 5000 } as const;

/**
 * The catalogue. What waits for minutes until usage shows waits for seconds, which is enough for this store; what writes
 * much runs alone.
 */
const CASES: readonly BenchCase[] = CATALOG.map((each) => {
  const quick = [usageLagCase(QUICK_USAGE), usageTruthCase(QUICK_USAGE)].find(({ id }) => id === each.id);
  return isHeavy(each) ? { ...(quick ?? each), alone: true } : each;
});

function isHeavy({ id }: BenchCase): boolean {
  return HEAVY.includes(id);
}

export function allCases(): readonly BenchCase[] {
  return CASES;
}

/** Those that take little, and those that are there for the fault. */
export function casesFor({ caughtBy }: Fault): readonly BenchCase[] {
  return CASES.filter(
    (each) =>
      caughtBy.includes(each.id) ||
      (!isHeavy(each) && !REPEATING.includes(each.id) && each.group !== 'variant'),
  );
}
