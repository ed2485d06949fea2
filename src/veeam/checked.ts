// Reads an answer against its schema: what is missing or of another type is an error that names it, what is unknown stays.
import type { Static, TSchema } from 'typebox';
import Value from 'typebox/value';
import { type RequestFacts, VeeamAnswerError } from './transport/veeam-error.ts';

/**
 * The value itself, typed. An optional field that is null is left out: VBR writes null for what it has not.
 * Throws a VeeamAnswerError whose `field` is such as `data[3].capacityGB`. `what` is the subject of its message,
 * such as `the answer to GET /api/v1/license`.
 */
export function checked<Schema extends TSchema>(
  schema: Schema,
  json: unknown,
  what: string,
  facts: RequestFacts = {},
): Static<Schema> {
  const value = withoutEmptyOptions(schema, json);
  if (Value.Check(schema, value)) return value as Static<Schema>;
  const { field, trouble } = firstProblem(schema, value);
  throw new VeeamAnswerError(`In ${what}, ${field} ${trouble}.`, { ...facts, field });
}

/** The same, for what may also be something else: undefined where it does not fit. */
export function fitting<Schema extends TSchema>(schema: Schema, json: unknown): Static<Schema> | undefined {
  const value = withoutEmptyOptions(schema, json);
  return Value.Check(schema, value) ? (value as Static<Schema>) : undefined;
}

/** The parts of a JSON schema that say which fields are optional. */
interface Shape {
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
  readonly type?: string;
}

function withoutEmptyOptions(schema: TSchema, value: unknown): unknown {
  return pruned(schema as unknown as Shape, value);
}

function pruned(shape: Shape, value: unknown): unknown {
  if (Array.isArray(value)) {
    const { items } = shape;
    return items === undefined ? value : value.map((item) => pruned(items, item));
  }
  if (typeof value !== 'object' || value === null) return value;
  for (const choice of shape.anyOf ?? []) {
    const tried = pruned(choice, value);
    if (Value.Check(choice as TSchema, tried)) return tried;
  }
  const { properties } = shape;
  if (properties === undefined) return value;
  const required = new Set(shape.required);
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => {
      const property = Object.hasOwn(properties, key) ? properties[key] : undefined;
      if (property === undefined) return [[key, inner]];
      if (inner === null && !required.has(key) && !takesNull(property)) return [];
      return [[key, pruned(property, inner)]];
    }),
  );
}

function takesNull(shape: Shape): boolean {
  return shape.type === 'null' || (shape.anyOf?.some(takesNull) ?? false);
}

function firstProblem(schema: TSchema, value: unknown): { readonly field: string; readonly trouble: string } {
  const [problem] = Value.Errors(schema, value);
  if (problem === undefined) return { field: 'the answer', trouble: 'is not what the document says' };
  const params = problem.params as { readonly requiredProperties?: readonly string[] };
  const [missing] = params.requiredProperties ?? [];
  if (missing !== undefined) {
    return { field: fieldName(`${problem.instancePath}/${missing}`), trouble: 'is missing' };
  }
  const found = Value.Pointer.Get(value, problem.instancePath);
  return {
    field: fieldName(problem.instancePath),
    trouble: `${problem.message.replace(/^must /, 'should ')} and is ${kindOf(found)}`,
  };
}

/** `/data/3/capacityGB` as `data[3].capacityGB`. */
function fieldName(pointer: string): string {
  const parts = pointer.split('/').slice(1);
  if (parts.length === 0) return 'the whole answer';
  return parts
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part, at) => (/^\d+$/.test(part) ? `[${part}]` : at === 0 ? part : `.${part}`))
    .join('');
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object') return 'an object';
  return value === undefined ? 'missing' : `a ${typeof value}`;
}
