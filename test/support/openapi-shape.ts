// What a document must be like to be OpenAPI 3.1, as far as ours goes: whatever else stands in it is a mistake.
// Source: https://spec.openapis.org/oas/v3.1.0, section 4.8; keys that we have no use for are left out.
import { Ajv2020 } from 'ajv/dist/2020.js';

export interface Operation {
  readonly summary: string;
  readonly tags: readonly string[];
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, MediaType>> };
  readonly responses: Readonly<Record<string, Response>>;
}

interface MediaType {
  readonly schema: object;
}

export interface Response {
  readonly description: string;
  readonly content?: Readonly<Record<string, MediaType>>;
}

export interface OpenApiDocument {
  readonly openapi: string;
  readonly tags: readonly { readonly name: string }[];
  readonly components: {
    readonly schemas?: Readonly<Record<string, object>>;
    readonly securitySchemes: Readonly<Record<string, object>>;
  };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

const text = { type: 'string' };
const closed = (properties: object, required: readonly string[]) => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});
const mapOf = (pattern: string, value: object) => ({
  type: 'object',
  patternProperties: { [pattern]: value },
  additionalProperties: false,
});
const listOf = (items: object) => ({ type: 'array', items, minItems: 1 });

const aSchema = { type: 'object' };
const content = mapOf('^[a-z]+/[a-z+.-]+$', closed({ schema: aSchema }, ['schema']));
const parameter = {
  ...closed(
    {
      name: text,
      in: { enum: ['query', 'header', 'path', 'cookie'] },
      description: text,
      required: { type: 'boolean' },
      schema: aSchema,
    },
    ['name', 'in', 'required', 'schema'],
  ),
  if: { properties: { in: { const: 'path' } } },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON schema.
  then: { properties: { required: { const: true } } },
};
const operation = closed(
  {
    summary: { type: 'string', minLength: 1 },
    description: text,
    tags: listOf(text),
    parameters: listOf(parameter),
    requestBody: closed({ description: text, required: { const: true }, content }, ['content']),
    responses: mapOf('^[1-5][0-9][0-9]$', closed({ description: text, content }, ['description'])),
    security: listOf(mapOf('^[a-z]+$', { type: 'array', items: text })),
  },
  ['summary', 'tags', 'responses', 'security'],
);
const securityScheme = {
  oneOf: [
    closed({ type: { const: 'http' }, scheme: { const: 'bearer' }, description: text }, ['type', 'scheme']),
    closed({ type: { const: 'apiKey' }, in: { enum: ['header', 'cookie'] }, name: text, description: text }, [
      'type',
      'in',
      'name',
    ]),
  ],
};

const OPENAPI = closed(
  {
    openapi: { type: 'string', pattern: '^3\\.1\\.[0-9]+$' },
    info: closed({ title: text, description: text, version: text }, ['title', 'version']),
    tags: listOf(closed({ name: text, description: text }, ['name', 'description'])),
    components: closed(
      {
        schemas: mapOf('^[a-zA-Z0-9._-]+$', aSchema),
        securitySchemes: mapOf('^[a-zA-Z0-9._-]+$', securityScheme),
      },
      ['securitySchemes'],
    ),
    paths: mapOf('^/', mapOf('^(get|post|put|patch|delete)$', operation)),
  },
  ['openapi', 'info', 'paths', 'components', 'tags'],
);

/** What is wrong with a document, a line each. */
export function shapeProblems(document: unknown): readonly string[] {
  const ajv = new Ajv2020({ allErrors: true, strictTypes: false });
  const check = ajv.compile(OPENAPI);
  if (check(document)) return [];
  return (check.errors ?? []).map(({ instancePath, message, params }) =>
    [instancePath, message, JSON.stringify(params)].join(' '),
  );
}

/** Checks values against schemas of a document; those that it cannot read throw. */
export function schemaChecker({
  components,
}: OpenApiDocument): (schema: object, value: unknown) => readonly string[] {
  const ajv = new Ajv2020({ allErrors: true, strict: false });
  ajv.addSchema({ $id: 'document', components });
  return (schema, value) => {
    const absolute = JSON.parse(
      JSON.stringify(schema).replaceAll('"#/components', '"document#/components'),
    ) as object;
    const check = ajv.compile(absolute);
    if (check(value)) return [];
    return (check.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  };
}
