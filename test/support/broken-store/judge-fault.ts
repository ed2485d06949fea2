// Whether each case caught its own fault, and no other.
import type { CaseResult } from '../../../src/bench/bench-case.ts';
import { BYSTANDERS } from './bystanders.ts';
import type { Fault } from './fault.ts';

/** What is not as `caughtBy` and the table of bystanders say; nothing where all is. */
export function judgeFault({ id, caughtBy }: Fault, results: readonly CaseResult[]): readonly string[] {
  const hit = results.filter(({ status }) => status === 'failed' || status === 'warned');
  const allowed = BYSTANDERS[id] ?? [];
  const isAllowed = (name: string) => allowed.some(({ cases }) => cases.some((each) => fits(each, name)));
  return [
    ...caughtBy
      .filter((name) => !hit.some((each) => each.id === name))
      .map((name) => `${name} does not catch ${id}: ${outcome(results, name)}`),
    ...hit
      .filter((each) => !caughtBy.includes(each.id) && !isAllowed(each.id))
      .map((each) => `${each.id} is not there to catch ${id}, and ${outcome(results, each.id)}`),
    ...allowed
      .filter(({ perhaps }) => perhaps !== true)
      .flatMap(({ cases }) => cases)
      .filter((name) => results.some((each) => fits(name, each.id)))
      .filter((name) => !hit.some((each) => fits(name, each.id)))
      .map((name) => `${name} stands in the table of bystanders of ${id}, but does not fail`),
  ];
}

function outcome(results: readonly CaseResult[], id: string): string {
  const found = results.find((each) => each.id === id);
  return found === undefined ? 'was not run' : `${found.status}: ${found.message ?? ''}`;
}

/** A `*` stands for anything. */
function fits(pattern: string, id: string): boolean {
  return pattern.endsWith('*') ? id.startsWith(pattern.slice(0, -1)) : id === pattern;
}
