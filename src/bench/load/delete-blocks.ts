// The retention sweep and the final delete: versions are listed page by page and deleted up to 1000 with one call.
import type { ListedVersion } from '../bench-context.ts';
import { countInUse } from './extend-locks.ts';
import { listedBlocks, listedPages } from './listed-blocks.ts';
import { deleteVersions, refusalsIn } from './load-calls.ts';
import { type Phase, TIME_IS_UP } from './load-phase.ts';
import { type LoadRun, PhaseGivenUp } from './load-run.ts';
import { runJobs } from './run-jobs.ts';

/** Multi-deletes at a time for each task slot. How many VBR sends is not public. */
const CALLS_PER_SLOT = 2;
/** What is refused or was missed is tried again so often. */
const MAX_PASSES = 4;
const BETWEEN_PASSES_MS = 3000;
/** A store that fails so many multi-deletes in one pass cannot do them. */
const MAX_FAILED_CALLS = 20;

export const sweep: Phase = {
  id: 'sweep',
  title: 'Retention sweep',
  endsAt: 0.9,
  planned: (run) => countInUse(run, false),
  async perform(run) {
    const { oldestKept } = run;
    if (sweep.planned(run) === 0) return { status: 'not-run', reason: 'no block is out of use' };
    // Locks of blocks out of use are as they were written: the extension leaves them out.
    await run.waitUntil(run.locks.writeLocksEndMs);
    const { isAll, refused } = await deleteByMachine(run, async function* (machine) {
      for await (const page of listedBlocks(run, machine)) {
        yield page.flatMap(({ block, version }) =>
          run.plan.isInUse(block, oldestKept, run) ? [] : [version],
        );
      }
    });
    run.figures.gaveUp(refused);
    return isAll ? { status: 'done' } : { status: 'cut-short', reason: TIME_IS_UP };
  },
};

export const finalDelete: Phase = {
  id: 'delete',
  title: 'Delete of all that is left',
  // Where the run was resumed, what it had deleted before counts too.
  planned: ({ held, figures }) => held.objects + figures.objects,
  async perform(run) {
    await run.waitUntil(run.locks.locksEndMs);
    const { left } = await deleteAll(run);
    if (left === 0) return { status: 'done' };
    run.figures.gaveUp(left);
    return { status: 'cut-short', reason: `the store would not delete ${left} versions` };
  },
};

/** Deletes all below the run's prefix, also what is no block. Gives how many versions were still refused in the end. */
export async function deleteAll(run: LoadRun): Promise<{ readonly left: number }> {
  let { refused } = await deleteByMachine(run, (machine) => listedPages(run, run.keys.folderOf(machine)));
  for (let pass = 1; pass < MAX_PASSES; pass++) {
    if (refused > 0) await run.pause(BETWEEN_PASSES_MS);
    const rest = await deletePages(run, listedPages(run, run.prefix));
    if (rest.asked === 0) return { left: 0 };
    refused = rest.refused;
  }
  return { left: refused };
}

interface Deletion {
  /** False where the phase had had its time. */
  readonly isAll: boolean;
  readonly asked: number;
  readonly refused: number;
}

type Pages = AsyncGenerator<readonly ListedVersion[]>;

/** As many machines at a time as there are task slots. */
async function deleteByMachine(run: LoadRun, pagesOf: (machine: number) => Pages): Promise<Deletion> {
  const { machines, taskSlots } = run.settings;
  const slots = Math.min(machines, taskSlots);
  const ended = await Promise.allSettled(
    Array.from({ length: slots }, (_, slot) =>
      deletePages(
        run,
        (async function* () {
          for (let machine = slot; machine < machines; machine += slots) yield* pagesOf(machine);
        })(),
      ),
    ),
  );
  const all: Deletion[] = [];
  for (const each of ended) {
    if (each.status === 'rejected') throw each.reason;
    all.push(each.value);
  }
  return {
    isAll: all.every(({ isAll }) => isAll),
    asked: all.reduce((sum, { asked }) => sum + asked, 0),
    refused: all.reduce((sum, { refused }) => sum + refused, 0),
  };
}

async function deletePages(run: LoadRun, pages: Pages): Promise<Deletion> {
  let asked = 0;
  let refused = 0;
  let failedCalls = 0;
  const isAll = await runJobs({
    jobs: batches(pages, run.settings.deleteBatch),
    width: CALLS_PER_SLOT,
    isOver: () => run.isOver(),
    perform: async (batch) => {
      asked += batch.length;
      const kept = await deleteBatch(run, batch);
      refused += kept.length;
      if (kept.length < batch.length) return;
      failedCalls++;
      if (failedCalls < MAX_FAILED_CALLS) return;
      throw new PhaseGivenUp(`${failedCalls} DeleteObjects calls deleted nothing`);
    },
  });
  return { isAll, asked, refused };
}

async function* batches(pages: Pages, size: number): Pages {
  let open: readonly ListedVersion[] = [];
  for await (const page of pages) {
    open = [...open, ...page];
    while (open.length >= size) {
      yield open.slice(0, size);
      open = open.slice(size);
    }
  }
  if (open.length > 0) yield open;
}

/** What was not deleted. */
async function deleteBatch(run: LoadRun, batch: readonly ListedVersion[]): Promise<readonly ListedVersion[]> {
  const outcome = await run.call(() => deleteVersions(batch));
  if (!outcome.ok) return batch;
  const refusals = readRefusals(run, outcome.answer);
  if (refusals === undefined) return batch;
  const refused = new Set(refusals.map(({ key, versionId }) => `${versionId} ${key}`));
  for (const { code } of refusals) run.figures.error(`200 ${code}`);
  const isKept = ({ key, versionId }: ListedVersion): boolean => refused.has(`${versionId} ${key}`);
  const gone = batch.filter((version) => !isKept(version));
  const bytes = gone.reduce((sum, { size }) => sum + size, 0);
  // A run that went on may find more than it knew of: calls that it had given up, and that were carried out late.
  run.held.bytes = Math.max(0, run.held.bytes - bytes);
  run.held.objects = Math.max(0, run.held.objects - gone.length);
  run.figures.done(gone.length, bytes);
  return batch.filter(isKept);
}

function readRefusals(run: LoadRun, answer: Parameters<typeof refusalsIn>[0]) {
  try {
    return refusalsIn(answer);
  } catch (error) {
    run.figures.error(`200 with an answer that cannot be read: ${(error as Error).message}`);
    return undefined;
  }
}
