// The restore: blocks of the latest restore point, picked at random, are read whole by their range and compared.
import type { Block } from './block-plan.ts';
import { readBlock } from './load-calls.ts';
import { type Phase, TIME_IS_UP } from './load-phase.ts';
import type { LoadRun } from './load-run.ts';
import { JobsUnderWay, runJobs } from './run-jobs.ts';

export const restore: Phase = {
  id: 'restore',
  title: 'Restore',
  endsAt: 0.7,
  planned: (run) => Math.ceil((placesOf(run) * run.settings.restorePercent) / 100),
  async perform(run, from) {
    const reads = restore.planned(run);
    if (reads === 0) return { status: 'not-run', reason: 'there is nothing to read' };
    const underWay = new JobsUnderWay(from);
    run.trackJobs(underWay);
    const isAll = await runJobs({
      jobs: readsOf(run, reads, underWay),
      width: run.width,
      isOver: () => run.isOver(),
      perform: async ({ index, block }) => {
        await readAndCompare(run, block);
        underWay.end(index);
      },
    });
    if (isAll && run.figures.objects + run.figures.failed === 0) {
      return { status: 'not-run', reason: 'there is nothing to read' };
    }
    return isAll ? { status: 'done' } : { status: 'cut-short', reason: TIME_IS_UP };
  },
};

function placesOf({ writtenTo }: LoadRun): number {
  return writtenTo[0] ?? 0;
}

interface ReadJob {
  readonly index: number;
  readonly block: Block;
}

async function* readsOf(run: LoadRun, reads: number, underWay: JobsUnderWay): AsyncGenerator<ReadJob> {
  const places = placesOf(run);
  const { lastPoint } = run;
  for (let index = underWay.doneTo; index < reads; index++) {
    const block = run.plan.latest(run.plan.readAt(index, places), lastPoint, run);
    // None: it could not be written.
    if (block === undefined) continue;
    underWay.begin(index);
    yield { index, block };
  }
}

async function readAndCompare(run: LoadRun, block: Block): Promise<void> {
  const key = run.keys.keyOf(block);
  const bytes = run.plan.bytesOf(block);
  const outcome = await run.call(() => readBlock(key, bytes));
  if (!outcome.ok) {
    if (outcome.status === 404) run.wrongRead(key, `was written, and was answered ${outcome.what}`);
    run.giveUp(1, outcome.what);
    return;
  }
  run.figures.done(1, outcome.answer.body.length);
  const difference = differenceIn(outcome.answer.body, run.plan.contentOf(block));
  if (difference !== undefined) run.wrongRead(key, difference);
}

function differenceIn(read: Buffer, written: Buffer): string | undefined {
  if (read.equals(written)) return undefined;
  if (read.length !== written.length) return `${read.length} bytes came back of ${written.length}`;
  return `byte ${written.findIndex((byte, at) => byte !== read[at])} of ${written.length} is not what was written`;
}
