// Turns the schemas of an OpenAPI 3.0 document into JSON schemas that a validator takes.

export interface OpenApiSchema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly nullable?: boolean;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, OpenApiSchema>>;
  readonly required?: readonly string[];
  readonly items?: OpenApiSchema;
  readonly allOf?: readonly OpenApiSchema[];
  readonly oneOf?: readonly OpenApiSchema[];
  readonly discriminator?: {
    readonly propertyName: string;
    readonly mapping?: Readonly<Record<string, string>>;
  };
}

type JsonSchema = Record<string, unknown>;

export interface JsonSchemas {
  /** For the `$defs` of a schema with the `$id` "vbr". */
  readonly definitions: Readonly<Record<string, JsonSchema>>;
  convert(schema: OpenApiSchema): JsonSchema;
}

/** `closed`: an object of a known type may not have fields that its schema does not have. */
export function jsonSchemasOf(
  schemas: Readonly<Record<string, OpenApiSchema>>,
  closed: boolean,
): JsonSchemas {
  const names = Object.entries(schemas);
  const definitions = Object.fromEntries([
    ...names.map(([name, schema]) => [name, whole(name, schema, closed)] as const),
    ...names.map(([name, schema]) => [ownName(name), own(schema)] as const),
  ]);
  return { definitions, convert: (schema) => converted(schema) };
}

/**
 * The vendor's base schemas list their children in `oneOf` while each child has its base in `allOf`: a circle. So what a
 * child takes of its base is the base's own fields, and a base leads to the child that its discriminator names. A type
 * that no child is named for (`SmartObjectS3` in 1.3-rev0) has the base's own fields and may have any other.
 */
function whole(name: string, schema: OpenApiSchema, closed: boolean): JsonSchema {
  const { discriminator } = schema;
  if (discriminator === undefined) {
    const isObject = schema.allOf !== undefined || schema.properties !== undefined;
    return { ...own(schema), ...(closed && isObject ? { unevaluatedProperties: false } : {}) };
  }
  const { propertyName, mapping = {} } = discriminator;
  const children = Object.entries(mapping).map(([value, ref]) => ({
    if: { properties: { [propertyName]: { const: value } }, required: [propertyName] },
    // biome-ignore lint/suspicious/noThenProperty: it is a keyword of JSON schema
    then: reference(ref),
  }));
  return { allOf: [{ $ref: `vbr#/$defs/${ownName(name)}` }, ...children] };
}

/** Without what its discriminator adds. */
function own({ oneOf: _oneOf, discriminator, ...schema }: OpenApiSchema): JsonSchema {
  return converted(
    discriminator === undefined && _oneOf !== undefined ? { ...schema, oneOf: _oneOf } : schema,
  );
}

function ownName(name: string): string {
  return `${name}.own`;
}

function reference(ref: string): JsonSchema {
  return { $ref: `vbr#/$defs/${ref.split('/').at(-1)}` };
}

function converted(schema: OpenApiSchema, inAllOf = false): JsonSchema {
  const { $ref, nullable, properties, required, items, allOf, oneOf, ...rest } = schema;
  const whole: JsonSchema =
    $ref === undefined
      ? { ...(rest as JsonSchema) }
      : { $ref: `${reference($ref)['$ref']}${inAllOf ? '.own' : ''}` };
  if (properties !== undefined) {
    whole['properties'] = Object.fromEntries(
      Object.entries(properties).map(([name, inner]) => [name, converted(inner)]),
    );
    // The vendor requires `isDisabled` of a RepositorySpec, which has no such field.
    whole['required'] = (required ?? []).filter((name) => Object.hasOwn(properties, name));
  } else if (required !== undefined) {
    whole['required'] = required;
  }
  if (items !== undefined) whole['items'] = converted(items);
  if (allOf !== undefined) whole['allOf'] = allOf.map((part) => converted(part, true));
  if (oneOf !== undefined) whole['oneOf'] = oneOf.map((part) => converted(part));
  return nullable === true ? { anyOf: [whole, { type: 'null' }] } : whole;
}
