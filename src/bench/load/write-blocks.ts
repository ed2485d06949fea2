// The full backup and the increments: blocks are written side by side, each with a lock of its own.
import type { Block } from './block-plan.ts';
import { putBlock } from './load-calls.ts';
import { type Phase, type PhaseEnd, TIME_IS_UP } from './load-phase.ts';
import type { LoadRun } from './load-run.ts';
import { JobsUnderWay, runJobs } from './run-jobs.ts';

export const fullBackup: Phase = {
  id: 'full',
  title: 'Full backup',
  endsAt: 0.4,
  planned: ({ plan }) => plan.points[0]?.askedBlocks ?? 0,
  async perform(run) {
    return endOf(run, [0], await writePoint(run, 0));
  },
};

export const increments: Phase = {
  id: 'increments',
  title: 'Increments',
  endsAt: 0.55,
  planned: ({ plan }) => plan.points.slice(1).reduce((sum, { askedBlocks }) => sum + askedBlocks, 0),
  async perform(run) {
    const points = run.plan.points.map((_, point) => point).slice(1);
    if (points.length === 0) return { status: 'not-run', reason: 'no increments were asked for' };
    if (run.lastPoint < 0) return { status: 'not-run', reason: 'nothing is in the full backup' };
    for (const point of points) {
      if (!(await writePoint(run, point))) return endOf(run, points, false);
    }
    return endOf(run, points, true);
  },
};

/** True where all that the plan has of it is written. */
async function writePoint(run: LoadRun, point: number): Promise<boolean> {
  // An increment can only change what the full backup came to write.
  const planned = run.plan.points[point]?.places ?? 0;
  const places = point === 0 ? planned : Math.min(planned, run.writtenTo[0] ?? 0);
  const underWay = new JobsUnderWay(run.writtenTo[point] ?? 0);
  const isThere = run.takeMayBeThere() ? beginningThatIsThere(run) : async () => false;
  let isAll = false;
  run.beginPoint(point, underWay);
  try {
    isAll = await runJobs({
      jobs: blocksOf(run, point, places, underWay),
      width: run.width,
      isOver: () => run.isOver(),
      perform: async ({ place, block }) => {
        if (!(await isThere(block))) await writeBlock(run, block);
        underWay.end(place);
      },
    });
    return isAll;
  } finally {
    run.endPoint(places, isAll);
  }
}

interface WriteJob {
  readonly place: number;
  readonly block: Block;
}

async function* blocksOf(
  { plan }: LoadRun,
  point: number,
  places: number,
  underWay: JobsUnderWay,
): AsyncGenerator<WriteJob> {
  for (let place = underWay.doneTo; place < places; place++) {
    const block = plan.blockAt(place, point);
    if (!plan.isPlanned(block)) continue;
    underWay.begin(place);
    yield { place, block };
  }
}

async function writeBlock(run: LoadRun, block: Block): Promise<void> {
  const key = run.keys.keyOf(block);
  const body = run.plan.contentOf(block);
  const outcome = await run.call(() => putBlock(key, body, run.lockEnd(true)));
  if (outcome.ok) {
    run.held.bytes += body.length;
    run.held.objects++;
    run.figures.done(1, body.length);
    return;
  }
  run.writeFailed(block);
  run.giveUp(1, outcome.what);
}

/**
 * A run that was ended had some blocks under way, or written after its state was: they are looked for, so that none is
 * written twice. Blocks are begun in order, so the look ends when as many as were ever under way are not there.
 */
function beginningThatIsThere(run: LoadRun): (block: Block) => Promise<boolean> {
  let missing = 0;
  return async (block) => {
    if (missing >= 2 * run.width) return false;
    const answer = await run.askAside({ method: 'HEAD', key: run.keys.keyOf(block) });
    const isThere =
      answer.status === 200 && answer.headers.get('content-length') === String(run.plan.bytesOf(block));
    missing = isThere ? 0 : missing + 1;
    return isThere;
  };
}

function endOf(run: LoadRun, points: readonly number[], isAll: boolean): PhaseEnd {
  const counted = countWritten(run, points);
  if (!isAll) return { status: 'cut-short', reason: TIME_IS_UP, counted };
  const isWhole = points.every((point) => {
    const { blocks = 0, askedBlocks = 0 } = run.plan.points[point] ?? {};
    return blocks === askedBlocks;
  });
  return isWhole
    ? { status: 'done', counted }
    : { status: 'cut-short', reason: `no more than ${run.settings.maxBytes} bytes may be written`, counted };
}

export function countWritten(run: LoadRun, points: readonly number[]): { objects: number; bytes: number } {
  const counted = { objects: 0, bytes: 0 };
  for (const point of points) {
    const places = run.writtenTo[point] ?? 0;
    for (let place = 0; place < places; place++) {
      const block = run.plan.blockAt(place, point);
      if (!run.plan.isPlanned(block) || run.isFailed(block)) continue;
      counted.objects++;
      counted.bytes += run.plan.bytesOf(block);
    }
  }
  return counted;
}
