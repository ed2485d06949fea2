// `bench clean`: deletes what a run that was killed has left.

import { stderr, stdout } from 'node:process';
import { cleanBench } from '../bench/runtime/clean-bench.ts';
import type { Leftover } from '../bench/runtime/leftover.ts';
import { noMoreBenchWords, secondsOf, TARGET_OPTIONS, targetOf } from './bench-arguments.ts';
import { BenchProgressLine } from './bench-progress.ts';
import { INTERRUPTED, interruptible } from './interruptible.ts';
import { parseSubArgs } from './sub-commands.ts';
import { renderTable } from './table.ts';

const LOCK_WAIT_SECONDS = 180;
const OPTIONS = { ...TARGET_OPTIONS, 'lock-wait': { type: 'string' } } as const;

const USAGE = `  sosapi-gateway bench clean --endpoint URL --bucket NAME [--region R] [--ca FILE]
      [--addressing path|virtual-hosted] [--lock-wait SECONDS]
          deletes what earlier runs left below Veeam/Backup/sosapi-bench-*, also what a run under way has there, and
          buckets of the bench's own; waits so long for locks to run out (180)
`;

export const benchClean = { usage: USAGE, run };

async function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { values, positionals } = parseSubArgs('bench', args, OPTIONS);
  noMoreBenchWords(positionals);
  const target = targetOf(values, env);
  const lockWaitMs = secondsOf('lock-wait', values['lock-wait'], LOCK_WAIT_SECONDS);
  const progress = new BenchProgressLine(stderr, () => performance.now());
  const { signal, release } = interruptible(() => {});
  try {
    const { deleted, leftovers } = await cleanBench({
      target,
      lockWaitMs,
      signal,
      now: Date.now,
      onProgress: (text) => progress.cleanup(text),
    });
    progress.clear();
    stdout.write(`${deleted} deleted, ${leftovers.length} left\n`);
    if (leftovers.length > 0) stdout.write(leftoverTable(leftovers));
    return leftovers.length === 0 ? 0 : 1;
  } catch (error) {
    if (!signal.aborted) throw error;
    return INTERRUPTED;
  } finally {
    progress.clear();
    release();
  }
}

function leftoverTable(leftovers: readonly Leftover[]): string {
  return renderTable<Leftover>(
    [
      { title: 'BUCKET', text: ({ bucket }) => bucket },
      { title: 'KEY', text: ({ key }) => key ?? '-' },
      { title: 'VERSION', text: ({ versionId }) => versionId ?? '-' },
      { title: 'DELETABLE FROM', text: ({ deletableFrom }) => deletableFrom ?? '-' },
      { title: 'REASON', text: ({ reason }) => reason },
    ],
    leftovers,
  );
}
