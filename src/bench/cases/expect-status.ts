// Fails a case where an answer's status is not one of those that must come back.
import type { BenchContext, S3Answer } from '../bench-context.ts';
import { said } from './rows/answer-text.ts';

/** Gives the answer back. `what` begins the message: `HEAD of the bucket`. */
export function expectStatus(
  context: BenchContext,
  answer: S3Answer,
  what: string,
  ...expected: readonly number[]
): S3Answer {
  if (expected.includes(answer.status)) return answer;
  context.fail(`${what} was answered ${said(answer)}; ${expected.join(' or ')} must come back.`);
}
