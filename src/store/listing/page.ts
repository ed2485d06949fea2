// One page of a listing, whatever is listed: rows and common prefixes in the order of their keys.
import type { KeyBound } from '../database/catalog.ts';
import { afterPrefix } from '../database/key-bounds.ts';
import { commonPrefixOf, type Grouping } from './common-prefix.ts';

/** What a page consists of and counts: a row for itself, or all rows of one common prefix. */
export type PageEntry<Row> =
  | { readonly kind: 'row'; readonly row: Row }
  | { readonly kind: 'common-prefix'; readonly prefix: string };

export interface Page<Row> {
  readonly entries: readonly PageEntry<Row>[];
  /** Whether anything follows the last entry. */
  readonly isTruncated: boolean;
}

/**
 * Collects up to `maxEntries`. `open` reads rows in order of their keys from a place on; of a common prefix only the
 * first row is read, so that the page costs what is on it and not what the prefixes hold.
 */
export function collectPage<Row extends { readonly key: string }, Place>(
  open: (from: KeyBound | Place) => Iterable<Row>,
  start: KeyBound | Place,
  grouping: Grouping,
  maxEntries: number,
): Page<Row> {
  const entries: PageEntry<Row>[] = [];
  // Amazon S3 calls a page of nothing complete, whatever follows.
  if (maxEntries === 0) return { entries, isTruncated: false };
  for (const entry of entriesFrom(open, start, grouping)) {
    if (entries.length === maxEntries) return { entries, isTruncated: true };
    entries.push(entry);
  }
  return { entries, isTruncated: false };
}

function* entriesFrom<Row extends { readonly key: string }, Place>(
  open: (from: KeyBound | Place) => Iterable<Row>,
  start: KeyBound | Place,
  grouping: Grouping,
): Generator<PageEntry<Row>> {
  let from: KeyBound | Place | undefined = start;
  while (from !== undefined) {
    let group: string | undefined;
    for (const row of open(from)) {
      group = commonPrefixOf(row.key, grouping);
      if (group !== undefined) break;
      yield { kind: 'row', row };
    }
    if (group !== undefined) yield { kind: 'common-prefix', prefix: group };
    from = group === undefined ? undefined : afterPrefix(group);
  }
}
