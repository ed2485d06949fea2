// What the run found, in one sentence.

import { countText, numberText } from './quantities.ts';
import { readLoad } from './read-load.ts';
import type { BenchReport } from './report.ts';

export interface Verdict {
  readonly tone: 'bad' | 'warn' | 'good';
  readonly sentence: string;
  /** What must be known beside it; empty where that is all. */
  readonly addition: string;
}

export function verdictOf({ results, counts, interrupted, load }: BenchReport): Verdict {
  const verdicts = readLoad(load)?.verdicts ?? [];
  const inLoad = verdicts.filter(
    ({ id, status, severity }) =>
      status === 'failed' && severity !== 'unproven' && !results.some((result) => result.id === id),
  );
  const breaks = counts.breaks + inLoad.filter(({ severity }) => severity === 'breaks').length;
  const slow = counts.slow + inLoad.filter(({ severity }) => severity === 'slow').length;
  const addition = [
    interrupted ? 'The run was interrupted: what it did not come to is not known.' : '',
    slow > 0 ? `Would make Veeam slow in ${countText(slow, 'place')}.` : '',
    inLoad.length > 0 ? `Of these, the load run found ${numberText(inLoad.length)}: see Load.` : '',
    counts.warned > 0
      ? `${countText(counts.warned, 'warning')}: wrong, but nobody has proven that it matters.`
      : '',
  ]
    .filter((part) => part !== '')
    .join(' ');
  if (breaks > 0) {
    return { tone: 'bad', sentence: `Would break Veeam in ${countText(breaks, 'place')}.`, addition };
  }
  if ([...results, ...verdicts].every(({ status }) => status === 'skipped')) {
    return { tone: 'warn', sentence: 'No case was decided: nothing is known.', addition };
  }
  const sentence = 'Nothing that would break Veeam was found.';
  return { tone: interrupted || slow > 0 ? 'warn' : 'good', sentence, addition };
}
