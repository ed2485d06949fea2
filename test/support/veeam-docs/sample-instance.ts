// Values in the shape of an OpenAPI schema: with every field, or only with those that are required.
import type { OpenApiSchema } from './json-schemas.ts';

export interface SampleOptions {
  readonly schemas: Readonly<Record<string, OpenApiSchema>>;
  /** Every field; else only those that are required. */
  readonly full: boolean;
  /** Which child of a base schema to take: by the value of its discriminator. The first one where it is not said. */
  readonly types?: readonly string[];
}

export interface FlatSchema {
  readonly properties: Readonly<Record<string, OpenApiSchema>>;
  readonly required: ReadonlySet<string>;
}

/** The fields of an object with those of its bases; without those of the children. */
export function flatSchema(
  schemas: Readonly<Record<string, OpenApiSchema>>,
  schema: OpenApiSchema,
): FlatSchema {
  const own = target(schemas, schema);
  const parts = (own.allOf ?? []).map((part) => flatSchema(schemas, part));
  const properties = Object.assign({}, ...parts.map((part) => part.properties), own.properties);
  const required = [...parts.flatMap((part) => [...part.required]), ...(own.required ?? [])];
  return { properties, required: new Set(required.filter((name) => Object.hasOwn(properties, name))) };
}

export function sampleOf(schema: OpenApiSchema, options: SampleOptions): unknown {
  const found = target(options.schemas, schema);
  const child = childOf(found, options);
  if (child !== undefined) {
    const { propertyName, value, schema: inner } = child;
    return { ...(sampleOf(inner, options) as object), [propertyName]: value };
  }
  if (found.properties !== undefined || found.allOf !== undefined) {
    const { properties, required } = flatSchema(options.schemas, found);
    const fields = Object.entries(properties).filter(([name]) => options.full || required.has(name));
    return Object.fromEntries(fields.map(([name, inner]) => [name, sampleOf(inner, options)]));
  }
  if (found.type === 'array') return found.items === undefined ? [] : [sampleOf(found.items, options)];
  return plainSample(found);
}

function target(schemas: Readonly<Record<string, OpenApiSchema>>, schema: OpenApiSchema): OpenApiSchema {
  if (schema.$ref === undefined) return schema;
  const found = schemas[schema.$ref.split('/').at(-1) ?? ''];
  if (found === undefined) throw new Error(`${schema.$ref} is not in the document`);
  return target(schemas, found);
}

function childOf({ discriminator }: OpenApiSchema, { schemas, types = [] }: SampleOptions) {
  if (discriminator === undefined) return undefined;
  const { propertyName, mapping = {} } = discriminator;
  const value = types.find((type) => Object.hasOwn(mapping, type)) ?? Object.keys(mapping)[0];
  const ref = value === undefined ? undefined : mapping[value];
  return value === undefined || ref === undefined
    ? undefined
    : { propertyName, value, schema: target(schemas, { $ref: ref }) };
}

function plainSample({ type, format, enum: values, properties }: OpenApiSchema): unknown {
  if (values !== undefined) return values[0];
  switch (type) {
    case 'string':
      return SAMPLES[format ?? ''] ?? 'text';
    case 'integer':
      return 7;
    case 'number':
      return 7.5;
    case 'boolean':
      return true;
    default:
      return properties === undefined ? {} : undefined;
  }
}

const SAMPLES: Readonly<Record<string, string>> = {
  uuid: '497f6eca-6276-4993-bfeb-53cbbbba6f08',
  'date-time': '2026-03-01T08:00:00Z',
  time: '14:15:22Z',
};
