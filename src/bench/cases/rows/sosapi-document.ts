// The two SOSAPI documents as rows about them read them; a store that has none is skipped.
import type { BenchContext, S3Answer } from '../../bench-context.ts';
import { said } from './answer-text.ts';

/** Fixed by Veeam; every public implementation has it. */
export const SOSAPI_PREFIX = '.system-d26a9498-cb7c-4a87-a44a-8ae204f5ba6c/';

export type SosapiName = 'system.xml' | 'capacity.xml';

/** Skips the case on 404: a store need not have SOSAPI. Fails it on anything else but 200. */
export async function readSosapi(
  context: BenchContext,
  name: SosapiName,
  headers: Readonly<Record<string, string>> = {},
): Promise<S3Answer> {
  const answer = await context.call({ method: 'GET', key: `${SOSAPI_PREFIX}${name}`, headers });
  if (answer.status === 404) {
    context.skip(`The bucket has no ${name}: this store has no SOSAPI here.`);
  }
  if (answer.status !== 200) {
    context.fail(`GET of ${name} was answered ${said(answer)}.`);
  }
  return answer;
}
