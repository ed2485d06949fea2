// Locks need a bucket that has them: found out before anything is written.

import { BenchRefusal, type BenchTarget } from '../runtime/bench-target.ts';
import type { Ask } from '../runtime/delete-version.ts';
import { describeAnswer } from '../runtime/expect-success.ts';

/** Throws BenchRefusal. */
export async function checkObjectLock(ask: Ask, { bucket }: Pick<BenchTarget, 'bucket'>): Promise<void> {
  const answer = await ask({ method: 'GET', query: [['object-lock', '']] });
  if (answer.status === 200 && answer.body.includes('Enabled')) return;
  throw new BenchRefusal(
    `the bucket "${bucket}" has no object lock (GET ?object-lock was answered ${describeAnswer(answer)}): name one that has, or run the load without immutability.`,
  );
}
