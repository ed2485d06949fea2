// `bench run`: runs the cases against a store and writes the reports.

import { stderr, stdout } from 'node:process';
import type { BenchCase, Profile } from '../bench/bench-case.ts';
import { NOT_VISIBLE_ROWS } from '../bench/cases/rows/not-visible.ts';
import { CATALOG } from '../bench/catalog.ts';
import { type BenchReport, countResults, REPORT_FORMAT } from '../bench/report/report.ts';
import { COLOURS, PLAIN, renderTerminal } from '../bench/report/terminal-report.ts';
import type { BenchTarget } from '../bench/runtime/bench-target.ts';
import { chooseCases } from '../bench/runtime/choose-cases.ts';
import { type BenchRun, runBench } from '../bench/runtime/run-bench.ts';
import { readVersion } from '../serve/version.ts';
import { UsageError } from './arguments.ts';
import { namesOf, noMoreBenchWords, secondsOf, TARGET_OPTIONS, targetOf } from './bench-arguments.ts';
import { LOAD_OPTIONS, LOAD_USAGE, runLoadProfile } from './bench-load.ts';
import { BenchProgressLine } from './bench-progress.ts';
import { reportWriter } from './bench-reports.ts';
import { INTERRUPTED, interruptible } from './interruptible.ts';
import { parseSubArgs } from './sub-commands.ts';
import { renderTable } from './table.ts';

const PROFILES: readonly Profile[] = ['smoke', 'core', 'full', 'load'];
const LOCK_WAIT_SECONDS = 180;

const OPTIONS = {
  ...TARGET_OPTIONS,
  ...LOAD_OPTIONS,
  report: { type: 'string' },
  profile: { type: 'string' },
  only: { type: 'string', multiple: true },
  exclude: { type: 'string', multiple: true },
  'make-buckets': { type: 'boolean' },
  'allow-foreign-objects': { type: 'boolean' },
  'lock-wait': { type: 'string' },
  strict: { type: 'boolean' },
  list: { type: 'boolean' },
} as const;

const USAGE = `  sosapi-gateway bench run --endpoint URL --bucket NAME --report DIR [--profile smoke|core|full] [--region R]
      [--ca FILE] [--addressing path|virtual-hosted] [--only IDS] [--exclude IDS] [--make-buckets]
      [--allow-foreign-objects] [--lock-wait SECONDS] [--strict]
          runs the cases of the profile (core) and writes report.json, report.html and junit.xml into DIR. It writes below
          Veeam/Backup/sosapi-bench-* alone, and deletes that in the end. IDS are names of cases with commas between
          them, * stands for anything; cases that --only names run whatever the profile. --make-buckets: cases that
          need a bucket of their own may make one. --strict: what makes Veeam slow counts as a failure too.
  sosapi-gateway bench run --list [--profile P] [--only IDS] [--exclude IDS]
          prints the cases
${LOAD_USAGE}`;

export const benchRun = { usage: USAGE, run };

async function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { values, positionals } = parseSubArgs('bench', args, OPTIONS);
  noMoreBenchWords(positionals);
  const choice = {
    profile: profileOf(values.profile),
    only: namesOf(values.only),
    exclude: namesOf(values.exclude),
  };
  if (values.list === true) {
    stdout.write(listing(chooseCases(CATALOG, choice)));
    return 0;
  }
  const target = targetOf(values, env);
  const strict = values.strict === true;
  const lockWaitMs = secondsOf('lock-wait', values['lock-wait'], LOCK_WAIT_SECONDS);
  const write = reportWriter(values.report, strict);
  const allowForeignObjects = values['allow-foreign-objects'] === true;
  if (choice.profile === 'load') {
    return runLoadProfile({ target, values, allowForeignObjects, lockWaitMs, write });
  }
  const stray = Object.keys(LOAD_OPTIONS).find((name) => Object.hasOwn(values, name));
  if (stray !== undefined) throw new UsageError(`--${stray} goes with --profile load alone.`);
  const progress = new BenchProgressLine(stderr, () => performance.now());
  const { signal, release } = interruptible(() => {
    progress.clear();
    stderr.write('ending, and deleting what was written; once more to end at once\n');
  });
  const startedAt = new Date();
  try {
    const found = await runBench({
      target,
      ...choice,
      cases: CATALOG,
      allowForeignObjects,
      makeBuckets: values['make-buckets'] === true,
      lockWaitMs,
      onProgress: (each) => progress.show(each),
      signal,
      now: Date.now,
    });
    const report = reportOf(found, target, choice.profile, startedAt);
    write(report);
    progress.clear();
    const isColoured = stdout.isTTY === true && !env['NO_COLOR'];
    stdout.write(renderTerminal(report, isColoured ? COLOURS : PLAIN));
    return exitCode(report, strict);
  } finally {
    progress.clear();
    release();
  }
}

function profileOf(text = 'core'): Profile {
  const profile = PROFILES.find((each) => each === text);
  if (profile === undefined) {
    throw new UsageError(`--profile "${text}" is not known: use ${PROFILES.join(', ')}.`);
  }
  return profile;
}

function listing(cases: readonly BenchCase[]): string {
  const table = renderTable<BenchCase>(
    [
      { title: 'ID', text: ({ id }) => id },
      { title: 'GROUP', text: ({ group }) => group },
      { title: 'SEVERITY', text: ({ severity }) => severity },
      { title: 'PROFILE', text: ({ profile }) => profile },
      { title: 'NEEDS', text: ({ makesBuckets }) => (makesBuckets === true ? '--make-buckets' : '') },
      { title: 'TITLE', text: ({ title }) => title },
    ],
    cases,
  );
  const hidden = NOT_VISIBLE_ROWS.map(({ row, title, reason }) => `row-${row}: ${title}. ${reason}\n`);
  return `${table}\nKnown failures that no call from outside shows:\n${hidden.join('')}`;
}

function reportOf(found: BenchRun, target: BenchTarget, profile: Profile, startedAt: Date): BenchReport {
  const { runId, server, results, leftovers, interrupted } = found;
  const { endpoint, bucket, region, addressing } = target;
  return {
    format: REPORT_FORMAT,
    version: readVersion(),
    runId,
    target: { endpoint: endpoint.href.replace(/\/$/, ''), bucket, region, addressing },
    ...(server === undefined ? {} : { server }),
    startedAt: startedAt.toISOString(),
    endedAt: new Date().toISOString(),
    profile,
    interrupted,
    results,
    counts: countResults(results),
    leftovers,
  };
}

function exitCode({ counts, interrupted }: BenchReport, strict: boolean): number {
  if (interrupted) return INTERRUPTED;
  return counts.breaks > 0 || (strict && counts.slow > 0) ? 1 : 0;
}
