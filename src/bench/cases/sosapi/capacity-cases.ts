// What stands in capacity.xml.
import type { BenchCase } from '../../bench-case.ts';
import type { BenchContext } from '../../bench-context.ts';
import {
  type CapacityNumbers,
  fullWhenEmptyFaults,
  integerFaults,
  numbersOf,
  rangeFaults,
  sumFaults,
} from './capacity-rules.ts';
import { expectNoFaults } from './judge.ts';
import { readCapacity } from './read-document.ts';

async function readNumbers(context: BenchContext): Promise<CapacityNumbers> {
  const { text } = await readCapacity(context);
  return numbersOf(text) ?? context.skip('capacity.xml has no three integers (see sosapi-integers).');
}

const integers: BenchCase = {
  id: 'sosapi-integers',
  group: 'sosapi',
  title: 'Capacity, Available and Used are integers',
  veeamDoes: 'Reads three numbers of bytes.',
  mustComeBack:
    'CapacityInfo with Capacity, Available and Used: decimal digits without units, separators or fractions.',
  severity: 'breaks',
  source:
    "All six public implementations write integers, and cloudserver's validator takes nothing else. No report of " +
    'anything else at Veeam; a reader of integers cannot read it.',
  advice: 'Write bytes as digits. Beware of floating point: sizes from 1e21 up turn into 1e+21.',
  profile: 'smoke',
  async run(context) {
    expectNoFaults(context, integerFaults((await readCapacity(context)).text));
  },
};

const ranges: BenchCase = {
  id: 'sosapi-ranges',
  group: 'sosapi',
  title: 'Capacity is more than 0, and Available within it',
  veeamDoes: 'Shows capacity and free space, warns before it runs out, and places backups by it.',
  mustComeBack: '0 < Capacity, 0 <= Available <= Capacity, 0 <= Used.',
  severity: 'breaks',
  source:
    'scality/Zenko#2472 (Available 0 reads as full), sexigraf#429 (a reader divided by a Capacity of 0), and ' +
    "MaxIOFS's notes (0 is shown as full or unknown; weak). MinIO with a quota can go negative.",
  advice:
    'Clamp Available to 0..Capacity. Where the metrics fail, give the last good numbers for a while instead of zeros, ' +
    'then an error.',
  profile: 'smoke',
  async run(context) {
    expectNoFaults(context, rangeFaults(await readNumbers(context)));
  },
};

const fullWhenEmpty: BenchCase = {
  id: 'sosapi-full-when-empty',
  group: 'sosapi',
  title: 'Available is not 0 while space is left',
  veeamDoes: 'Starts no new job on a repository that is full.',
  mustComeBack: 'Available of about Capacity minus Used.',
  severity: 'breaks',
  source: 'scality/Zenko#2472: Available became 0 on empty repositories because a metric was missing.',
  advice: 'Look for a missing metric that is taken as 0: a bucket that nobody has written to has none.',
  profile: 'smoke',
  async run(context) {
    expectNoFaults(context, fullWhenEmptyFaults(await readNumbers(context)));
  },
};

const sum: BenchCase = {
  id: 'sosapi-sum',
  group: 'sosapi',
  title: 'Used and Available fit into Capacity',
  veeamDoes: 'Shows all three.',
  mustComeBack: 'Used + Available <= Capacity.',
  severity: 'unproven',
  source: 'No report of harm. SeaweedFS without a quota mixes numbers of the cluster and of the bucket.',
  advice:
    'Take the three numbers from one scope (the bucket with its quota, or the pool) and from one moment.',
  profile: 'core',
  async run(context) {
    expectNoFaults(context, sumFaults(await readNumbers(context)));
  },
};

export const SOSAPI_CAPACITY_CASES: readonly BenchCase[] = [integers, ranges, fullWhenEmpty, sum];
