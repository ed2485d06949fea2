// The Sort of a Veeam ONE query: by which properties, in which direction and collation.
import type { TSchema } from 'typebox';
import { COLLATIONS, type Collation, DEFAULT_COLLATION } from './collation.ts';
import { compareValues } from './compare.ts';
import { type Property, valuesOf } from './properties.ts';
import { OneQueryError } from './query-error.ts';
import { isOneOf, knownProperty, onlyMembers, readJson, recordOf } from './query-json.ts';

export const SORT_LIMITS = { characters: 4096, keys: 10 };

const PARAMETER = 'Sort';
const DIRECTIONS = ['ascending', 'descending'] as const;

export interface SortKey {
  readonly property: Property;
  readonly direction: (typeof DIRECTIONS)[number];
  readonly collation: Collation;
}

/** One JSON object or an array of them; the first key weighs most. Throws OneQueryError. */
export function parseSort(texts: readonly string[], schema: TSchema): readonly SortKey[] {
  const given = texts
    .map((text) => readJson(PARAMETER, text, SORT_LIMITS.characters))
    .flatMap((json): readonly unknown[] => (Array.isArray(json) ? json : [json]));
  if (given.length > SORT_LIMITS.keys) {
    throw new OneQueryError(PARAMETER, `at most ${SORT_LIMITS.keys} properties can be sorted by`);
  }
  return given.map((json) => readKey(recordOf(PARAMETER, json), schema));
}

/** A new array; resources that compare equal keep their order. */
export function sorted<T>(resources: readonly T[], keys: readonly SortKey[]): readonly T[] {
  if (keys.length === 0) return resources;
  return resources.toSorted((left, right) => {
    for (const key of keys) {
      const difference = compareBy(key, left, right);
      if (difference !== 0) return key.direction === 'ascending' ? difference : -difference;
    }
    return 0;
  });
}

function readKey(node: Readonly<Record<string, unknown>>, schema: TSchema): SortKey {
  onlyMembers(PARAMETER, node, ['property', 'direction', 'collation']);
  const { direction = 'ascending', collation = DEFAULT_COLLATION } = node;
  const property = knownProperty(PARAMETER, node['property'], schema);
  if (property.kind === 'object') {
    throw new OneQueryError(
      PARAMETER,
      `${property.name} is a subschema: name one of its properties as ${property.name}.<property>`,
    );
  }
  if (!isOneOf(DIRECTIONS, direction)) {
    throw new OneQueryError(PARAMETER, `direction is one of ${DIRECTIONS.join(', ')}`);
  }
  if (!isOneOf(COLLATIONS, collation)) {
    throw new OneQueryError(PARAMETER, `collation is one of ${COLLATIONS.join(', ')}`);
  }
  return { property, direction, collation };
}

function compareBy({ property, collation }: SortKey, left: unknown, right: unknown): number {
  const [a = null] = valuesOf(left, property);
  const [b = null] = valuesOf(right, property);
  return compareValues(a, b, property.kind, collation);
}
