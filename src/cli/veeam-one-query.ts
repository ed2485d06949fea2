// The query of `veeam one` from its options: Offset, Limit, Sort, Filter and Select, refused by name where Veeam ONE has no such thing.
import {
  COLLATIONS,
  type Filter,
  GROUP_OPERATIONS,
  LIST_OPERATIONS,
  VALUE_OPERATIONS,
} from '../veeam/one/filter.ts';
import type { OneProperties } from '../veeam/one/properties.ts';
import type { OneQuery, SortKey } from '../veeam/one/query.ts';
import { UsageError } from './arguments.ts';
import { wholeNumber } from './veeam-arguments.ts';

export const QUERY_OPTIONS = {
  offset: { type: 'string' },
  limit: { type: 'string' },
  sort: { type: 'string', multiple: true },
  filter: { type: 'string' },
  select: { type: 'string' },
} as const;

export interface QueryValues {
  readonly offset?: string | undefined;
  readonly limit?: string | undefined;
  readonly sort?: readonly string[] | undefined;
  readonly filter?: string | undefined;
  readonly select?: string | undefined;
}

const MOST = 999_999_999;
type Row = Readonly<Record<string, unknown>>;

/** Throws UsageError. `properties` are those of the collection's items. */
export function readOneQuery(values: QueryValues, properties: OneProperties): OneQuery<Row> {
  const offset = wholeNumber('offset', values.offset, { min: 0, max: MOST });
  const limit = wholeNumber('limit', values.limit, { min: 1, max: MOST });
  return {
    ...(offset === undefined ? {} : { offset }),
    ...(limit === undefined ? {} : { limit }),
    ...(values.sort === undefined ? {} : { sort: values.sort.map((text) => readSortKey(text, properties)) }),
    ...(values.filter === undefined ? {} : { filter: readFilter(values.filter, properties) }),
    ...(values.select === undefined ? {} : { select: readSelect(values.select, properties) }),
  };
}

function known(option: string, property: string, names: readonly string[]): string {
  if (names.includes(property)) return property;
  throw new UsageError(`--${option} names "${property}": use ${names.join(', ')}.`);
}

function readSortKey(text: string, properties: OneProperties): SortKey<Row> {
  const [property = '', direction = 'ascending', collation, ...more] = text.split(':');
  const isDirection = direction === 'ascending' || direction === 'descending';
  const chosen = COLLATIONS.find((one) => one === collation);
  if (!isDirection || more.length > 0 || (collation !== undefined && chosen === undefined)) {
    throw new UsageError(
      `--sort "${text}" is not PROPERTY[:ascending|descending[:${COLLATIONS.join('|')}]]; see veeam --help.`,
    );
  }
  return {
    property: known('sort', property, properties.all),
    direction,
    ...(chosen === undefined ? {} : { collation: chosen }),
  };
}

function readSelect(text: string, properties: OneProperties): readonly string[] {
  return text.split(',').map((property) => known('select', property, properties.top));
}

function readFilter(text: string, properties: OneProperties): Filter<Row> {
  let filter: unknown;
  try {
    filter = JSON.parse(text, keepDigits);
  } catch {
    throw wrongFilter('it is no JSON');
  }
  checkFilter(filter, properties.all);
  return filter as Filter<Row>;
}

/** A number of bytes beyond 2^53 stays what was typed. */
function keepDigits(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  const source = context?.source;
  if (typeof value !== 'number' || Number.isSafeInteger(value) || source === undefined) return value;
  return /^-?\d+$/.test(source) ? BigInt(source) : value;
}

function checkFilter(filter: unknown, properties: readonly string[]): void {
  if (typeof filter !== 'object' || filter === null) throw wrongFilter('it is no object');
  const { property, operation, collation, value, items, ...rest } = filter as Row;
  const [stranger] = Object.keys(rest);
  if (stranger !== undefined) throw wrongFilter(`it has "${stranger}"`);
  if (isOneOf(operation, GROUP_OPERATIONS)) {
    if (!Array.isArray(items) || items.length === 0)
      throw wrongFilter(`"${operation}" wants a list of items`);
    for (const item of items) checkFilter(item, properties);
    return;
  }
  const isList = isOneOf(operation, LIST_OPERATIONS);
  if (!isList && !isOneOf(operation, VALUE_OPERATIONS)) {
    const all = [...VALUE_OPERATIONS, ...LIST_OPERATIONS, ...GROUP_OPERATIONS].join(', ');
    throw wrongFilter(`the operation "${String(operation)}" is none of ${all}`);
  }
  known('filter', String(property), properties);
  if (value === undefined || Array.isArray(value) !== isList) {
    throw wrongFilter(`"${String(operation)}" wants ${isList ? 'a list of values' : 'one value'}`);
  }
  if (collation !== undefined && !isOneOf(collation, COLLATIONS)) {
    throw wrongFilter(`the collation "${String(collation)}" is none of ${COLLATIONS.join(', ')}`);
  }
}

function isOneOf(value: unknown, names: readonly string[]): boolean {
  return typeof value === 'string' && names.includes(value);
}

function wrongFilter(why: string): UsageError {
  return new UsageError(
    `--filter is not as Veeam ONE has it: ${why}; write {"property":"name","operation":"contains","value":"text"} or a group of such.`,
  );
}
