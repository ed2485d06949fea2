// Where a case stands in the page: its id, so that a link to it can be written by hand.
import type { CaseResult } from '../../bench-case.ts';

export type Anchors = ReadonlyMap<CaseResult, string>;

/** All differ, and none is an id of the page itself: those begin with `page-`. */
export function anchorsOf(results: readonly CaseResult[]): Anchors {
  const taken = new Set<string>();
  return new Map(
    results.map((result) => {
      const anchor = free(wellFormed(result.id), taken);
      taken.add(anchor);
      return [result, anchor];
    }),
  );
}

function free(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  let number = 2;
  while (taken.has(`${name}-${number}`)) number += 1;
  return `${name}-${number}`;
}

function wellFormed(id: string): string {
  const name = id.replace(/[^A-Za-z0-9-]+/g, '-').slice(0, 80);
  return /^[A-Za-z]/.test(name) && !name.startsWith('page-') ? name : `case-${name}`;
}
