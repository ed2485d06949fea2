// Rows about lists of more than one page: no key lost between two, and none slower for being later.
import type { BenchCase } from '../../bench-case.ts';
import type { BenchContext } from '../../bench-context.ts';
import { inParallel } from '../../runtime/in-parallel.ts';
import { listPages } from './listing-call.ts';
import { median } from './timing.ts';

const WRITERS = 32;
/** Even a store that takes only ten objects a second gets through. */
const WRITING_MS = 600_000;
/** Two full pages of S3's own limit and a few more. */
const THOUSANDS = 2_005;
/** Pages of this size make twenty of them, for a comparison of the first with the last. */
const TIMED_PAGE_KEYS = 100;
const TIMED_KEYS = 2_000;
/** A later page may take so many times as long as an early one, and so much more, before it counts as growing. */
const GROWTH_FACTOR = 4;
const GROWTH_SLACK_MS = 100;

export const rowPageCases: readonly BenchCase[] = [
  {
    id: 'row-38',
    group: 'row',
    title: 'No key is lost between two pages',
    veeamDoes:
      'VBR pages through lists of objects and of versions. A key that falls between two pages is data that is "missing".',
    mustComeBack: 'All keys, in pages of 7, in both versions of ListObjects and in ListObjectVersions.',
    severity: 'breaks',
    source: 'MaxIOFS (seen in its source): one object was lost on each page',
    advice:
      'The next page begins behind the last entry of this one. The marker is the last that was given, not the first that was not.',
    profile: 'core',
    async run(context) {
      await checkPages(context, await writeKeys(context, 30), 7);
    },
  },
  {
    id: 'row-38-thousand',
    group: 'row',
    title: 'No key is lost between two pages of a thousand',
    veeamDoes:
      'VBR pages through lists of objects and of versions, a thousand to a page, which is all that S3 gives.',
    mustComeBack: `All of ${THOUSANDS} keys, without max-keys, in both versions of ListObjects and in ListObjectVersions.`,
    severity: 'breaks',
    source: 'MaxIOFS (seen in its source): one object was lost on each page of 1000',
    advice:
      'The next page begins behind the last entry of this one. The marker is the last that was given, not the first that was not.',
    profile: 'full',
    deadlineMs: WRITING_MS,
    async run(context) {
      await checkPages(context, await writeKeys(context, THOUSANDS), undefined);
    },
  },
  {
    id: 'row-12',
    group: 'row',
    title: 'Later pages of ListObjectVersions are as fast as the first',
    veeamDoes: 'Retention pages through the versions of a whole repository: thousands of pages.',
    mustComeBack: `A page takes as long at the end of ${TIMED_KEYS} keys as at the beginning; more than ${GROWTH_FACTOR} times as long is too slow.`,
    severity: 'slow',
    source: 'seaweedfs#8890: each page read the list again from its beginning',
    advice: 'Seek to the marker in the index; do not read and drop what stands before it.',
    profile: 'full',
    deadlineMs: WRITING_MS,
    alone: true,
    async run(context) {
      await writeKeys(context, TIMED_KEYS);
      const question = { prefix: context.prefix, maxKeys: TIMED_PAGE_KEYS };
      // Once for the caches, then for the times.
      await listPages(context, 'versions', question, TIMED_KEYS);
      const times = (await listPages(context, 'versions', question, TIMED_KEYS)).map(
        ({ answer }) => answer.tookMs,
      );
      const first = median(times.slice(0, 5));
      const last = median(times.slice(-5));
      context.figure('ms of a first page', first);
      context.figure('ms of a last page', last);
      if (last > first * GROWTH_FACTOR + GROWTH_SLACK_MS) {
        context.fail(
          `A page took ${Math.round(first)} ms at the beginning and ${Math.round(last)} ms at the end.`,
        );
      }
    },
  },
];

async function writeKeys(context: BenchContext, count: number): Promise<readonly string[]> {
  const keys = Array.from({ length: count }, (_, i) => `${context.prefix}page/${String(i).padStart(5, '0')}`);
  await inParallel(keys, WRITERS, (key) => context.put(key, 'x'));
  return keys;
}

async function checkPages(
  context: BenchContext,
  written: readonly string[],
  maxKeys: number | undefined,
): Promise<void> {
  const question = { prefix: `${context.prefix}page/`, ...(maxKeys === undefined ? {} : { maxKeys }) };
  for (const kind of ['v1', 'v2', 'versions'] as const) {
    const pages = await listPages(context, kind, question, written.length + 1);
    const listed = new Set(pages.flatMap((page) => page.keys));
    const lost = written.filter((key) => !listed.has(key));
    if (lost.length > 0) {
      context.fail(
        `A list of kind ${kind} in ${pages.length} pages lost ${lost.length} of ${written.length} keys, the first of them "${lost[0]}".`,
      );
    }
  }
}
