// Mass delete with version ids, up to 1000 in a call, as retention and the deletion of backups use it.
import type { BenchContext } from '../../bench-context.ts';
import { said } from '../rows/answer-text.ts';
import {
  contentMd5,
  type MultiDeleteAnswer,
  multiDelete,
  type ObjectToDelete,
} from '../rows/multi-delete-call.ts';

const MOST = 1000;

/** Fails the case unless each is named as deleted. */
export async function deleteVersions(
  context: BenchContext,
  objects: readonly ObjectToDelete[],
): Promise<void> {
  for (let from = 0; from < objects.length; from += MOST) {
    const some = objects.slice(from, from + MOST);
    const fault = deleteFault(some, await multiDelete(context, some, contentMd5));
    if (fault !== undefined) context.fail(fault);
  }
}

/** What is wrong with the answer to the deletion of objects that can be deleted; undefined where nothing is. */
export function deleteFault(
  objects: readonly ObjectToDelete[],
  { deleted, errors }: Pick<MultiDeleteAnswer, 'deleted' | 'errors'>,
): string | undefined {
  const [first] = errors;
  if (first !== undefined) {
    return `DeleteObjects of ${objects.length} versions gave ${errors.length} errors, first ${first.code} for ${first.key}.`;
  }
  const named = new Set(deleted.map(({ key }) => key));
  const missing = objects.filter(({ key }) => !named.has(key));
  if (missing.length > 0) {
    return `DeleteObjects of ${objects.length} versions says nothing of ${missing.length} of them, first ${missing[0]?.key}.`;
  }
  if (deleted.length !== objects.length) {
    return `DeleteObjects of ${objects.length} versions names ${deleted.length} as deleted.`;
  }
  return undefined;
}

/** Fails the case unless a read of a key is 404 NoSuchKey. */
export async function expectGone(context: BenchContext, key: string, when: string): Promise<void> {
  const answer = await context.call({ method: 'GET', key });
  if (answer.status !== 404 || answer.code !== 'NoSuchKey') {
    context.fail(`GET of ${key} ${when} was answered ${said(answer)}; 404 NoSuchKey must come back.`);
  }
}

/** Fails the case where a list with a prefix still shows something. */
export async function expectEmpty(context: BenchContext, prefix: string, when: string): Promise<void> {
  const { versions, prefixes } = await context.listVersions(prefix);
  const first = versions[0]?.key ?? prefixes[0];
  if (first !== undefined) {
    context.fail(`ListObjectVersions ${when} still shows ${versions.length} versions, first ${first}.`);
  }
}
