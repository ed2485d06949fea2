// A query of Veeam ONE as typed data, and its text in a URL: Offset, Limit, Sort, Filter, Select.
// Source: Veeam ONE REST API 2.3, "Query Parameters".
import type { Collation, Filter, PropertyPath } from './filter.ts';

export interface SortKey<Item> {
  readonly property: PropertyPath<Item>;
  readonly direction: 'ascending' | 'descending';
  readonly collation?: Collation;
}

/** What to list, of which order, and how much of it. `Selected` are the properties that come back. */
export interface OneQuery<Item, Selected extends keyof Item = keyof Item> {
  /** Items of the collection to leave out before the first. */
  readonly offset?: number;
  /** Items to give at most, in all. Without one: all there are. */
  readonly limit?: number;
  /** Items to ask for at a time; 100 unless told, as the server does by itself. */
  readonly pageSize?: number;
  /** The first key counts most. */
  readonly sort?: readonly SortKey<Item>[];
  readonly filter?: Filter<Item>;
  /** What of each item comes back. What was not selected is not in the type of the items. */
  readonly select?: readonly Selected[];
}

/** The window of one request. */
export interface Page {
  readonly offset: number;
  readonly limit: number;
}

/** JSON, with `bigint` as the integer that it is: JSON.stringify refuses it, and a number would round it. */
function jsonOf(value: unknown): string {
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) return `[${value.map(jsonOf).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${jsonOf(member)}`).join(',')}}`;
  }
  const text = JSON.stringify(value);
  if (text === undefined || (typeof value === 'number' && !Number.isFinite(value))) {
    throw new TypeError(`a query cannot carry the value ${String(value)}`);
  }
  return text;
}

/** In the order of the document's examples, which a server may not depend on but a reader does. */
const sortKey = <Item>({ property, direction, collation }: SortKey<Item>) => ({
  property,
  direction,
  collation,
});

function filterNode<Item>(filter: Filter<Item>): unknown {
  if ('items' in filter) return { operation: filter.operation, items: filter.items.map(filterNode) };
  const { property, operation, collation, value } = filter;
  return { property, operation, collation, value };
}

/**
 * The query text of one page, percent-encoded, with its question mark. One sort key is sent as the object of the
 * document's example, several as an array ("the parameter accepts the array data type"). Values keep their JSON type: a
 * number is sent as a number. RangeError for a window that is none.
 */
export function queryText<Item, Selected extends keyof Item>(
  query: OneQuery<Item, Selected>,
  page: Page,
): string {
  for (const [name, value, least] of [
    ['Offset', page.offset, 0],
    ['Limit', page.limit, 1],
  ] as const) {
    if (!Number.isSafeInteger(value) || value < least) {
      throw new RangeError(`${name} must be a whole number from ${least} on, not ${value}`);
    }
  }
  const keys = query.sort?.map(sortKey) ?? [];
  const parameters: readonly (readonly [name: string, value: string | undefined])[] = [
    ['Offset', page.offset === 0 ? undefined : String(page.offset)],
    ['Limit', String(page.limit)],
    ['Sort', keys.length === 0 ? undefined : jsonOf(keys.length === 1 ? keys[0] : keys)],
    ['Filter', query.filter === undefined ? undefined : jsonOf(filterNode(query.filter))],
    ['Select', query.select === undefined ? undefined : query.select.map(String).join(',')],
  ];
  const pairs = parameters.flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
  );
  return `?${pairs.join('&')}`;
}
