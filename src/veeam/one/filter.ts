// The Filter of Veeam ONE's queries as typed data: expressions over properties, and groups of them, nested as deep as one likes.
// Source: Veeam ONE REST API 2.3, "Filter Parameter".

/** How values are compared. Without one the server takes `ignorecase`. `ordinal` is for case-sensitive databases only. */
export type Collation = 'ordinal' | 'ignorecase' | 'lexicographic';

type SubProperty<Key extends string, Value> = Value extends readonly unknown[]
  ? never
  : Value extends object
    ? `${Key}.${keyof Value & string}`
    : never;

/** A property of a resource, or one of a subschema: `name`, `alarmSource.objectName`. */
export type PropertyPath<Item> = {
  [Key in keyof Item & string]: Key | SubProperty<Key, NonNullable<Item[Key]>>;
}[keyof Item & string];

type ValueAt<Item, Path> = Path extends keyof Item
  ? Item[Path]
  : Path extends `${infer Key}.${infer Sub}`
    ? Key extends keyof Item
      ? Sub extends keyof NonNullable<Item[Key]>
        ? NonNullable<Item[Key]>[Sub]
        : never
      : never
    : never;

/** What a property is compared with: a value of its own type, of its elements' where it is a list. */
export type FilterValue<Item, Path> = Exclude<
  ValueAt<Item, Path> extends infer Value
    ? Value extends readonly (infer Element)[]
      ? Element
      : Value
    : never,
  undefined
>;

export const VALUE_OPERATIONS = [
  'contains',
  'equals',
  'notEquals',
  'lessThan',
  'lessThanOrEqual',
  'greaterThan',
  'greaterThanOrEqual',
] as const;
export const LIST_OPERATIONS = ['in', 'subset', 'superset'] as const;
export const GROUP_OPERATIONS = ['and', 'or', 'not', 'exclusiveOr'] as const;
export const COLLATIONS = ['ordinal', 'ignorecase', 'lexicographic'] as const satisfies readonly Collation[];

export type ValueOperation = (typeof VALUE_OPERATIONS)[number];
export type ListOperation = (typeof LIST_OPERATIONS)[number];
export type GroupOperation = (typeof GROUP_OPERATIONS)[number];

type Expression<Item, Path> =
  | {
      readonly property: Path;
      readonly operation: ValueOperation;
      readonly collation?: Collation;
      readonly value: FilterValue<Item, Path>;
    }
  | {
      readonly property: Path;
      readonly operation: ListOperation;
      readonly collation?: Collation;
      readonly value: readonly FilterValue<Item, Path>[];
    };

/** One comparison. */
export type FilterExpression<Item> = {
  [Path in PropertyPath<Item>]: Expression<Item, Path>;
}[PropertyPath<Item>];

/** Several filters as one: `and` all, `or` one or more, `exclusiveOr` exactly one, `not` not all of them. */
export interface FilterGroup<Item> {
  readonly operation: GroupOperation;
  readonly items: readonly [Filter<Item>, ...Filter<Item>[]];
}

export type Filter<Item> = FilterExpression<Item> | FilterGroup<Item>;

type Compare<Item> = <Path extends PropertyPath<Item>>(
  property: Path,
  value: FilterValue<Item, Path>,
  collation?: Collation,
) => Filter<Item>;
type CompareList<Item> = <Path extends PropertyPath<Item>>(
  property: Path,
  values: readonly FilterValue<Item, Path>[],
  collation?: Collation,
) => Filter<Item>;
type Group<Item> = (...items: readonly [Filter<Item>, ...Filter<Item>[]]) => Filter<Item>;

/** A function for each operator of the document. */
export type FilterBuilder<Item> = Readonly<
  Record<ValueOperation, Compare<Item>> &
    Record<ListOperation, CompareList<Item>> &
    Record<GroupOperation, Group<Item>>
>;

/** `const is = filterOf<OneSession>(); is.and(is.equals('status', 'Failed'), is.contains('name', 'collection'))` */
export function filterOf<Item>(): FilterBuilder<Item> {
  const comparison = (operation: string) => (property: string, value: unknown, collation?: Collation) =>
    Object.freeze({ property, operation, ...(collation === undefined ? {} : { collation }), value });
  const group =
    (operation: string) =>
    (...items: readonly unknown[]) =>
      Object.freeze({ operation, items: Object.freeze(items) });
  // The types of the functions are those of FilterBuilder: the operators differ in nothing but their name.
  return Object.freeze(
    Object.fromEntries([
      ...[...VALUE_OPERATIONS, ...LIST_OPERATIONS].map((operation) => [operation, comparison(operation)]),
      ...GROUP_OPERATIONS.map((operation) => [operation, group(operation)]),
    ]),
  ) as unknown as FilterBuilder<Item>;
}
