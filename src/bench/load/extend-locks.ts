// The generation extension: the lock of each block that a kept restore point uses is renewed, all in one wave.
import type { ListedVersion } from '../bench-context.ts';
import { listedBlocks } from './listed-blocks.ts';
import { extendLock } from './load-calls.ts';
import { type Phase, TIME_IS_UP } from './load-phase.ts';
import type { LoadRun } from './load-run.ts';
import { JobsUnderWay, runJobs } from './run-jobs.ts';

export const extension: Phase = {
  id: 'extension',
  title: 'Generation extension',
  endsAt: 0.8,
  planned: (run) => (run.settings.immutability ? countInUse(run, true) : 0),
  async perform(run, from) {
    if (!run.settings.immutability) return { status: 'not-run', reason: 'the blocks have no locks' };
    if (run.lastPoint < 0) return { status: 'not-run', reason: 'there are no blocks' };
    const underWay = new JobsUnderWay(from);
    run.trackJobs(underWay);
    const isAll = await runJobs({
      jobs: versionsInUse(run, underWay),
      width: run.width,
      isOver: () => run.isOver(),
      perform: async ({ index, version }) => {
        const outcome = await run.call(() => extendLock(version, run.lockEnd(false) ?? 0));
        if (outcome.ok) run.figures.done(1, version.size);
        else run.giveUp(1, outcome.what);
        underWay.end(index);
      },
    });
    return isAll ? { status: 'done' } : { status: 'cut-short', reason: TIME_IS_UP };
  },
};

interface ExtensionJob {
  readonly index: number;
  readonly version: ListedVersion;
}

/** Always in the same order, so that a number is enough to go on from. */
async function* versionsInUse(run: LoadRun, underWay: JobsUnderWay): AsyncGenerator<ExtensionJob> {
  const { oldestKept } = run;
  const first = underWay.doneTo;
  let index = 0;
  for (let machine = 0; machine < run.settings.machines; machine++) {
    for await (const page of listedBlocks(run, machine)) {
      for (const { version, block } of page) {
        if (!run.plan.isInUse(block, oldestKept, run)) continue;
        const here = index++;
        if (here < first) continue;
        underWay.begin(here);
        yield { index: here, version };
      }
    }
  }
}

/** Written blocks that a kept restore point uses, or those that none does. */
export function countInUse(run: LoadRun, isInUse: boolean): number {
  const { oldestKept, plan } = run;
  let count = 0;
  for (const [point, places] of run.writtenTo.entries()) {
    for (let place = 0; place < places; place++) {
      const block = plan.blockAt(place, point);
      if (plan.isWritten(block, run) && plan.isInUse(block, oldestKept, run) === isInUse) count++;
    }
  }
  return count;
}
