// Collections as the documents answer them: filtered, then ordered, then cut into a page.
import { Type } from 'typebox';

const INT32_MAX = 2_147_483_647;

/** The query parameters that every collection has; `columns` are those it can be ordered by. */
export function listQuery<Column extends string>(columns: readonly Column[]) {
  return {
    skip: Type.Optional(Type.Integer({ minimum: 0, maximum: INT32_MAX })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: INT32_MAX, default: 200 })),
    orderColumn: Type.Optional(Type.Enum(columns)),
    orderAsc: Type.Optional(Type.Boolean()),
    nameFilter: Type.Optional(Type.String()),
  };
}

export interface ListQuery<Column extends string> {
  readonly skip?: number;
  readonly limit?: number;
  readonly orderColumn?: Column;
  readonly orderAsc?: boolean;
  readonly nameFilter?: string;
}

type Sortable = string | number | undefined;

export interface ListRules<Row, Column extends string> {
  /** What the name filter looks at: the overview says that the text "can be a part of any resource parameter". */
  texts(row: Row): readonly (string | undefined)[];
  readonly columns: Readonly<Record<Column, (row: Row) => Sortable>>;
}

export interface ListAnswer<Row> {
  readonly data: readonly Row[];
  readonly pagination: {
    readonly total: number;
    readonly count: number;
    readonly skip: number;
    readonly limit: number;
  };
}

const DEFAULT_LIMIT = 200;

/** `total` counts what the filters let through, before the page is cut. */
export function listAnswer<Row, Column extends string>(
  rows: readonly Row[],
  query: ListQuery<Column>,
  rules: ListRules<Row, Column>,
): ListAnswer<Row> {
  const { skip = 0, limit = DEFAULT_LIMIT, orderColumn, nameFilter } = query;
  const filtered =
    nameFilter === undefined ? rows : rows.filter((row) => matches(nameFilter, rules.texts(row)));
  // The documents give no default of orderAsc: ascending is what a list is without it.
  const ordered =
    orderColumn === undefined
      ? filtered
      : filtered.toSorted(byColumn(rules.columns[orderColumn], query.orderAsc ?? true));
  const data = ordered.slice(skip, skip + limit);
  return { data, pagination: { total: filtered.length, count: data.length, skip, limit } };
}

/** A whole text, or a part of one with `*` at the beginning, the end or both; without regard to case. */
export function matches(filter: string, texts: readonly (string | undefined)[]): boolean {
  const isOpenStart = filter.startsWith('*');
  const isOpenEnd = filter.endsWith('*') && filter.length > 1;
  const wanted = filter.slice(isOpenStart ? 1 : 0, isOpenEnd ? -1 : undefined).toLowerCase();
  return texts.some((text) => {
    const given = text?.toLowerCase();
    if (given === undefined) return false;
    if (isOpenStart && isOpenEnd) return given.includes(wanted);
    if (isOpenStart) return given.endsWith(wanted);
    return isOpenEnd ? given.startsWith(wanted) : given === wanted;
  });
}

function byColumn<Row>(columnOf: (row: Row) => Sortable, isAscending: boolean) {
  const sign = isAscending ? 1 : -1;
  return (a: Row, b: Row): number => sign * compared(columnOf(a), columnOf(b));
}

/** What has no value comes first. */
function compared(a: Sortable, b: Sortable): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const left = String(a).toLowerCase();
  const right = String(b).toLowerCase();
  return left < right ? -1 : left > right ? 1 : 0;
}
