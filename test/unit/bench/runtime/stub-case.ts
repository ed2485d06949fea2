// A case for tests of what runs cases.
import type { BenchCase } from '../../../../src/bench/bench-case.ts';

export function stubCase(id: string, given: Partial<BenchCase> = {}): BenchCase {
  return {
    id,
    group: 'row',
    title: `The title of ${id}`,
    veeamDoes: 'PUT.',
    mustComeBack: '200.',
    severity: 'breaks',
    source: 'a page',
    advice: 'Look at it.',
    profile: 'smoke',
    run: () => Promise.resolve(),
    ...given,
  };
}
