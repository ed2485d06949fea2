// The Filter of a Veeam ONE query: read from its JSON text, checked against the resource's schema, and asked of a resource.
import type { TSchema } from 'typebox';
import { COLLATIONS, type Collation, containsText, DEFAULT_COLLATION } from './collation.ts';
import { compareValues } from './compare.ts';
import { type Property, type Scalar, valuesOf } from './properties.ts';
import { OneQueryError } from './query-error.ts';
import { isOneOf, knownProperty, onlyMembers, readJson, recordOf } from './query-json.ts';
import { valueOfKind } from './query-value.ts';

/** The ten operators of one condition. */
export const OPERATORS = [
  'in',
  'contains',
  'subset',
  'superset',
  'equals',
  'notEquals',
  'lessThan',
  'lessThanOrEqual',
  'greaterThan',
  'greaterThanOrEqual',
] as const;

/** The four operators that join conditions and groups. */
export const GROUP_OPERATORS = ['and', 'or', 'not', 'exclusiveOr'] as const;

export type Operator = (typeof OPERATORS)[number];
export type GroupOperator = (typeof GROUP_OPERATORS)[number];

/** Beyond these a filter is refused; Veeam documents no bounds of its own. */
export const FILTER_LIMITS = { characters: 16_384, depth: 8, conditions: 100, values: 1000 };

export type Filter = Condition | Group;

interface Condition {
  readonly kind: 'condition';
  readonly property: Property;
  readonly operator: Operator;
  readonly collation: Collation;
  readonly values: readonly Scalar[];
}

interface Group {
  readonly kind: 'group';
  readonly operator: GroupOperator;
  readonly items: readonly Filter[];
}

const PARAMETER = 'Filter';
const LIST_OPERATORS: readonly Operator[] = ['in', 'subset', 'superset'];
const ORDERING: readonly Operator[] = ['lessThan', 'lessThanOrEqual', 'greaterThan', 'greaterThanOrEqual'];

/** Throws OneQueryError for what is malformed, too deep or too large, and for a property that the schema does not know. */
export function parseFilter(text: string, schema: TSchema): Filter {
  const budget = { conditions: FILTER_LIMITS.conditions };
  return readNode(readJson(PARAMETER, text, FILTER_LIMITS.characters), schema, 1, budget);
}

export function matches(filter: Filter, resource: unknown): boolean {
  return filter.kind === 'group' ? groupMatches(filter, resource) : conditionMatches(filter, resource);
}

function readNode(json: unknown, schema: TSchema, depth: number, budget: { conditions: number }): Filter {
  if (depth > FILTER_LIMITS.depth) {
    throw new OneQueryError(PARAMETER, `groups may be nested ${FILTER_LIMITS.depth} deep at most`);
  }
  const node = recordOf(PARAMETER, json);
  return 'items' in node ? readGroup(node, schema, depth, budget) : readCondition(node, schema, budget);
}

function readGroup(
  node: Readonly<Record<string, unknown>>,
  schema: TSchema,
  depth: number,
  budget: { conditions: number },
): Group {
  onlyMembers(PARAMETER, node, ['operation', 'items']);
  const { operation, items } = node;
  if (!isOneOf(GROUP_OPERATORS, operation)) {
    throw new OneQueryError(PARAMETER, `a group's operation is one of ${GROUP_OPERATORS.join(', ')}`);
  }
  if (!Array.isArray(items) || items.length === 0) {
    throw new OneQueryError(PARAMETER, 'items must be an array with at least one expression');
  }
  return {
    kind: 'group',
    operator: operation,
    items: items.map((item) => readNode(item, schema, depth + 1, budget)),
  };
}

function readCondition(
  node: Readonly<Record<string, unknown>>,
  schema: TSchema,
  budget: { conditions: number },
): Condition {
  budget.conditions -= 1;
  if (budget.conditions < 0) {
    throw new OneQueryError(PARAMETER, `at most ${FILTER_LIMITS.conditions} conditions are allowed`);
  }
  onlyMembers(PARAMETER, node, ['property', 'operation', 'collation', 'value']);
  const { operation, collation = DEFAULT_COLLATION } = node;
  const property = knownProperty(PARAMETER, node['property'], schema);
  if (property.kind === 'object') {
    throw new OneQueryError(
      PARAMETER,
      `${property.name} is a subschema: name one of its properties as ${property.name}.<property>`,
    );
  }
  if (!isOneOf(OPERATORS, operation)) {
    throw new OneQueryError(PARAMETER, `a condition's operation is one of ${OPERATORS.join(', ')}`);
  }
  if (!isOneOf(COLLATIONS, collation)) {
    throw new OneQueryError(PARAMETER, `collation is one of ${COLLATIONS.join(', ')}`);
  }
  return {
    kind: 'condition',
    property,
    operator: operation,
    collation,
    values: readValues(node, property, operation),
  };
}

function readValues(
  node: Readonly<Record<string, unknown>>,
  property: Property,
  operator: Operator,
): readonly Scalar[] {
  if (!('value' in node))
    throw new OneQueryError(PARAMETER, `the condition on ${property.name} has no value`);
  const { value } = node;
  const isList = LIST_OPERATORS.includes(operator);
  if (isList !== Array.isArray(value) && !(isList && value !== null && typeof value !== 'object')) {
    throw new OneQueryError(PARAMETER, `${operator} takes ${isList ? 'an array of values' : 'one value'}`);
  }
  const given: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (given.length > FILTER_LIMITS.values) {
    throw new OneQueryError(PARAMETER, `at most ${FILTER_LIMITS.values} values are allowed in a condition`);
  }
  if (property.kind === 'flag' && ORDERING.includes(operator)) {
    throw new OneQueryError(
      PARAMETER,
      `${property.name} is true or false and cannot be compared with ${operator}`,
    );
  }
  if (operator === 'contains' && typeof value === 'string') return [value];
  return given.map((one) => valueOfKind(PARAMETER, one, property));
}

function groupMatches({ operator, items }: Group, resource: unknown): boolean {
  const matching = items.filter((item) => matches(item, resource)).length;
  switch (operator) {
    case 'and':
      return matching === items.length;
    case 'or':
      return matching > 0;
    case 'not':
      return matching < items.length;
    case 'exclusiveOr':
      return matching === 1;
  }
}

function conditionMatches(condition: Condition, resource: unknown): boolean {
  const { property, operator, collation, values } = condition;
  const has = valuesOf(resource, property);
  const isSame = (left: Scalar, right: Scalar) => compareValues(left, right, property.kind, collation) === 0;
  const isAmong = (one: Scalar, all: readonly Scalar[]) => all.some((other) => isSame(one, other));
  switch (operator) {
    case 'in':
      return has.some((one) => isAmong(one, values));
    case 'subset':
      return has.every((one) => isAmong(one, values));
    case 'superset':
      return values.every((one) => isAmong(one, has));
    case 'contains':
      return values.some((part) => has.some((one) => one !== null && contains(one, part, collation)));
    case 'equals':
      return values.some((value) => isAmong(value, has));
    case 'notEquals':
      return !values.some((value) => isAmong(value, has));
    default:
      return values.some((value) =>
        has.some(
          (one) =>
            one !== null &&
            value !== null &&
            isOrdered(operator, compareValues(one, value, property.kind, collation)),
        ),
      );
  }
}

function contains(one: Scalar, part: Scalar, collation: Collation): boolean {
  return part !== null && containsText(String(one), String(part), collation);
}

function isOrdered(
  operator: 'lessThan' | 'lessThanOrEqual' | 'greaterThan' | 'greaterThanOrEqual',
  difference: number,
): boolean {
  switch (operator) {
    case 'lessThan':
      return difference < 0;
    case 'lessThanOrEqual':
      return difference <= 0;
    case 'greaterThan':
      return difference > 0;
    case 'greaterThanOrEqual':
      return difference >= 0;
  }
}
