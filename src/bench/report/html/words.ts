// What the parts of a report are called in the page.
import type { CaseResult, CaseStatus, Severity } from '../../bench-case.ts';
import { isBreak } from '../report.ts';

/** How a case that did not pass is shown: by what it means for Veeam. */
export type FindingKind = 'breaks' | 'slow' | 'warning';

const GROUPS: Readonly<Record<CaseResult['group'], string>> = {
  sosapi: 'SOSAPI documents',
  sequence: 'Sequences of Veeam',
  row: 'Known failures',
  precondition: 'Preconditions',
  variant: 'Client variants',
};

export interface KindWords {
  /** A sign beside the word, since a colour says nothing to some. */
  readonly sign: string;
  readonly word: string;
  readonly heading: string;
  readonly explanation: string;
}

export const KINDS: Readonly<Record<FindingKind, KindWords>> = {
  breaks: {
    sign: '✖',
    word: 'Breaks Veeam',
    heading: 'Would break Veeam',
    explanation: 'What is reported to make an operation of Veeam fail.',
  },
  slow: {
    sign: '▼',
    word: 'Slow',
    heading: 'Would make Veeam slow',
    explanation: 'Veeam works with what stands here, but slowly or wastefully.',
  },
  warning: {
    sign: '!',
    word: 'Warning',
    heading: 'Warnings',
    explanation: 'What is wrong here, nobody has proven to matter to Veeam.',
  },
};

export const STATUSES: Readonly<
  Record<CaseStatus, { readonly sign: string; readonly word: string; readonly tone: string }>
> = {
  failed: { sign: '✖', word: 'failed', tone: 'bad' },
  warned: { sign: '!', word: 'warned', tone: 'warn' },
  passed: { sign: '✔', word: 'passed', tone: 'good' },
  skipped: { sign: '–', word: 'skipped', tone: 'idle' },
};

const SEVERITIES: Readonly<Record<Severity, string>> = {
  breaks: 'A failure of this case is reported to break an operation of Veeam.',
  slow: 'Where this case fails, Veeam works, but slowly or wastefully.',
  unproven: 'Nobody has proven that this matters to Veeam.',
};

const CERTAINTIES: Readonly<Record<Severity, string>> = {
  breaks: 'As sure as what was published.',
  slow: 'As sure as what was published.',
  unproven: 'Not sure: seen by one implementer, or with a similar client only.',
};

const WEIGHTS: Readonly<Record<Severity, string>> = {
  breaks: 'breaks Veeam',
  slow: 'slow',
  unproven: 'unproven',
};

export function groupWord(group: string): string {
  return (GROUPS as Readonly<Record<string, string>>)[group] ?? group;
}

/** What a failure of the case would mean, in one or two words. */
export function weightWord(severity: Severity): string {
  return WEIGHTS[severity] ?? severity;
}

export function severitySentence({ status, severity }: CaseResult): string {
  const sentence = SEVERITIES[severity] ?? severity;
  return status === 'warned' && severity !== 'unproven'
    ? `${sentence} What came here falls short of that, and is a warning.`
    : sentence;
}

export function certaintySentence({ severity }: CaseResult): string {
  return CERTAINTIES[severity] ?? '';
}

/** Undefined for a case that passed or was skipped. */
export function kindOf(result: CaseResult): FindingKind | undefined {
  if (isBreak(result)) return 'breaks';
  if (result.status === 'failed') return result.severity === 'slow' ? 'slow' : 'warning';
  return result.status === 'warned' ? 'warning' : undefined;
}
