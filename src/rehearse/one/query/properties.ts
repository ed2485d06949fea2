// Which properties a resource has, read from its schema, and what a property's value is in one resource.
import type { TSchema } from 'typebox';

/** What a property can hold, as far as comparing goes. A list is compared by its elements. */
export type PropertyKind = 'text' | 'number' | 'time' | 'flag' | 'object';

export interface Property {
  /** The name as it is written in a query, with dots between a subschema and its property. */
  readonly name: string;
  readonly path: readonly string[];
  readonly kind: PropertyKind;
}

/** A value to compare with: of the property's kind, or null. */
export type Scalar = string | number | bigint | boolean | null;

/** Undefined where the schema knows no such property. Lists on the way are looked through. */
export function findProperty(schema: TSchema, name: string): Property | undefined {
  const path = name.split('.');
  let at: SchemaNode = schema as SchemaNode;
  for (const step of path) {
    const { properties } = withoutListAndNull(at);
    if (properties === undefined || !Object.hasOwn(properties, step)) return undefined;
    const next = properties[step];
    if (next === undefined) return undefined;
    at = next;
  }
  return { name, path, kind: kindOf(withoutListAndNull(at)) };
}

/** All values that the property has in the resource: one for a plain property, any number where a list is on the way. */
export function valuesOf(resource: unknown, { path }: Property): readonly Scalar[] {
  let found: readonly unknown[] = [resource];
  for (const step of path) {
    found = found.flatMap(elements).map((holder) => memberOf(holder, step));
  }
  return found.flatMap(elements).map(scalar);
}

interface SchemaNode {
  readonly type?: string;
  readonly format?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly const?: unknown;
}

function withoutListAndNull(node: SchemaNode): SchemaNode {
  if (node.anyOf !== undefined) {
    const [only] = node.anyOf.filter(({ type }) => type !== 'null');
    return only === undefined ? node : withoutListAndNull(only);
  }
  return node.type === 'array' && node.items !== undefined ? withoutListAndNull(node.items) : node;
}

function kindOf({ type, format, properties }: SchemaNode): PropertyKind {
  if (properties !== undefined) return 'object';
  if (type === 'integer' || type === 'number') return 'number';
  if (type === 'boolean') return 'flag';
  return format === 'date-time' ? 'time' : 'text';
}

function elements(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

function memberOf(holder: unknown, name: string): unknown {
  if (typeof holder !== 'object' || holder === null || !Object.hasOwn(holder, name)) return null;
  return (holder as Readonly<Record<string, unknown>>)[name];
}

function scalar(value: unknown): Scalar {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'bigint':
    case 'boolean':
      return value;
    default:
      return null;
  }
}
