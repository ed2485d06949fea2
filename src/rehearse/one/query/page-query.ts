// A whole Veeam ONE query: filter, sort, offset, limit and select, in that order.
import type { TSchema } from 'typebox';
import { type Filter, matches, parseFilter } from './filter.ts';
import type { Property } from './properties.ts';
import { OneQueryError } from './query-error.ts';
import { parseSelect, selected } from './select.ts';
import { parseSort, type SortKey, sorted } from './sort.ts';

export interface PageQuery {
  readonly offset: number;
  readonly limit: number;
  readonly filter: Filter | undefined;
  readonly sort: readonly SortKey[];
  readonly select: readonly Property[];
}

/** Veeam ONE's envelope of a collection. `totalCount` counts what the filter lets through, before offset and limit. */
export interface Page {
  readonly items: readonly unknown[];
  readonly totalCount: number;
}

const DEFAULT_LIMIT = 100;
const MAX_INT32 = 2_147_483_647;
const NAMES = ['Offset', 'Limit', 'Filter', 'Sort', 'Select'] as const;

/**
 * Parameter names are read in any case, as the documents write both `Sort=` and `sort=`. Only Sort may come more than once.
 * Throws OneQueryError, also for a parameter that does not exist.
 */
export function parsePageQuery(query: Readonly<Record<string, unknown>>, schema: TSchema): PageQuery {
  const given = new Map<string, readonly string[]>();
  for (const [written, value] of Object.entries(query)) {
    const name = NAMES.find((known) => known.toLowerCase() === written.toLowerCase());
    if (name === undefined) {
      throw new OneQueryError(
        written.slice(0, 50),
        `there is no such parameter; known are ${NAMES.join(', ')}`,
      );
    }
    given.set(name, [...(given.get(name) ?? []), ...texts(value)]);
  }
  const filter = single('Filter', given);
  const select = single('Select', given);
  return {
    offset: count('Offset', given, 0),
    limit: count('Limit', given, DEFAULT_LIMIT),
    filter: filter === undefined ? undefined : parseFilter(filter, schema),
    sort: parseSort(given.get('Sort') ?? [], schema),
    select: select === undefined ? [] : parseSelect(select, schema),
  };
}

export function answerPage(resources: readonly unknown[], query: PageQuery): Page {
  const { offset, limit, filter, sort, select } = query;
  const found = filter === undefined ? resources : resources.filter((one) => matches(filter, one));
  const items = sorted(found, sort)
    .slice(offset, offset + limit)
    .map((one) => selected(one, select));
  return { items, totalCount: found.length };
}

function texts(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value]).map(String);
}

function single(name: string, given: ReadonlyMap<string, readonly string[]>): string | undefined {
  const values = given.get(name) ?? [];
  if (values.length > 1) throw new OneQueryError(name, 'it is given more than once');
  return values[0];
}

function count(name: string, given: ReadonlyMap<string, readonly string[]>, otherwise: number): number {
  const text = single(name, given);
  if (text === undefined) return otherwise;
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value <= MAX_INT32)) {
    throw new OneQueryError(name, `it must be a whole number from 0 to ${MAX_INT32}`);
  }
  return value;
}
