// One page of a list, or all of them, in each of the three ways to list; judges nothing, so that each case can judge.
import type { BenchContext, S3Answer } from '../../bench-context.ts';
import { said, textAt } from './answer-text.ts';

export type ListingKind = 'v1' | 'v2' | 'versions';

export interface ListingPage {
  readonly answer: S3Answer;
  readonly document: unknown;
  /** Keys of `Contents`, or of `Version` and `DeleteMarker`, in the order of the page (versions before markers). */
  readonly keys: readonly string[];
  readonly prefixes: readonly string[];
  /** What asks for the next page; absent on the last. */
  readonly next?: readonly (readonly [string, string])[];
}

export interface ListingQuestion {
  readonly prefix: string;
  readonly delimiter?: string;
  readonly maxKeys?: number;
  readonly bucket?: string;
  readonly timeoutMs?: number;
}

/** The root element of each. */
export const LISTING_ROOT: Readonly<Record<ListingKind, string>> = {
  v1: 'ListBucketResult',
  v2: 'ListBucketResult',
  versions: 'ListVersionsResult',
};

/** Fails the case where the answer is not 200. */
export async function listPage(
  context: BenchContext,
  kind: ListingKind,
  question: ListingQuestion,
  after: readonly (readonly [string, string])[] = [],
): Promise<ListingPage> {
  const { bucket, timeoutMs } = question;
  const answer = await context.call({
    method: 'GET',
    ...(bucket === undefined ? {} : { bucket }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    query: [...queryOf(kind, question), ...after],
  });
  if (answer.status !== 200) {
    context.fail(`A list of kind ${kind} with the prefix "${question.prefix}" was answered ${said(answer)}.`);
  }
  const document = context.xml(answer);
  const root = LISTING_ROOT[kind];
  const entries = kind === 'versions' ? ['Version', 'DeleteMarker'] : ['Contents'];
  const keys = entries
    .flatMap((name) => context.list(document, root, name))
    .map((entry) => textAt(context, entry, 'Key') ?? '');
  const prefixes = context
    .list(document, root, 'CommonPrefixes')
    .map((entry) => textAt(context, entry, 'Prefix') ?? '');
  const page = { answer, document, keys, prefixes };
  const next =
    textAt(context, document, root, 'IsTruncated') === 'true' ? nextOf(context, kind, page) : undefined;
  return next === undefined ? page : { ...page, next };
}

/**
 * All pages, one by one. Fails the case where a page says that there is more but not how to get it, and after `maxPages`
 * (a list that never ends).
 */
export async function listPages(
  context: BenchContext,
  kind: ListingKind,
  question: ListingQuestion,
  maxPages: number,
): Promise<readonly ListingPage[]> {
  const pages: ListingPage[] = [];
  let after: ListingPage['next'];
  do {
    if (pages.length === maxPages) {
      context.fail(`A list of kind ${kind} did not end: it still says IsTruncated after ${maxPages} pages.`);
    }
    const page = await listPage(context, kind, question, after ?? []);
    pages.push(page);
    after = page.next;
  } while (after !== undefined);
  return pages;
}

function queryOf(
  kind: ListingKind,
  question: ListingQuestion,
): readonly (readonly [name: string, value?: string])[] {
  const first: readonly (readonly [name: string, value?: string])[] =
    kind === 'v1' ? [] : kind === 'v2' ? [['list-type', '2']] : [['versions']];
  return [
    ...first,
    ...(question.delimiter === undefined ? [] : [['delimiter', question.delimiter] as const]),
    ...(question.maxKeys === undefined ? [] : [['max-keys', String(question.maxKeys)] as const]),
    ['prefix', question.prefix],
  ];
}

function nextOf(
  context: BenchContext,
  kind: ListingKind,
  page: Pick<ListingPage, 'document' | 'keys'>,
): NonNullable<ListingPage['next']> {
  const at = (name: string) => textAt(context, page.document, LISTING_ROOT[kind], name);
  if (kind === 'v2') {
    const token = at('NextContinuationToken');
    return token === undefined
      ? context.fail('A page of ListObjectsV2 says IsTruncated but has no NextContinuationToken.')
      : [['continuation-token', token]];
  }
  if (kind === 'v1') {
    // Without a delimiter S3 leaves NextMarker out; the last key is the marker then.
    const marker = at('NextMarker') ?? page.keys.at(-1);
    return marker === undefined
      ? context.fail('A page of ListObjects says IsTruncated but has neither keys nor a NextMarker.')
      : [['marker', marker]];
  }
  const keyMarker = at('NextKeyMarker');
  if (keyMarker === undefined) {
    return context.fail('A page of ListObjectVersions says IsTruncated but has no NextKeyMarker.');
  }
  const idMarker = at('NextVersionIdMarker');
  return idMarker === undefined || idMarker === ''
    ? [['key-marker', keyMarker]]
    : [
        ['key-marker', keyMarker],
        ['version-id-marker', idMarker],
      ];
}
