// The vendor's OpenAPI documents of VBR: what each revision has, and validators for its requests and answers.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { documentDirectory } from './document-directory.ts';
import { jsonSchemasOf, type OpenApiSchema } from './json-schemas.ts';

export const DOCUMENTED_REVISIONS = ['1.2-rev1', '1.3-rev0', '1.3-rev2'] as const;
export type DocumentedRevision = (typeof DOCUMENTED_REVISIONS)[number];

export interface DocumentedParameter {
  readonly name: string;
  readonly in: 'query' | 'path' | 'header';
  readonly required: boolean;
  readonly schema: OpenApiSchema;
}

export interface DocumentedOperation {
  readonly method: string;
  readonly path: string;
  /** The text after "Available to". */
  readonly role: string | undefined;
  /** Without x-api-version, which all have. */
  readonly parameters: readonly DocumentedParameter[];
  readonly body: { readonly mediaType: string; readonly required: boolean } | undefined;
  /** Every status that the document lists. */
  readonly statuses: readonly number[];
}

/** What is wrong with a value, a line each; empty when nothing is. */
export type Problems = (value: unknown) => readonly string[];

export interface OpenApiDocument {
  readonly revision: DocumentedRevision;
  readonly schemas: Readonly<Record<string, OpenApiSchema>>;
  readonly examples: Readonly<Record<string, { readonly value?: unknown }>>;
  readonly operations: readonly DocumentedOperation[];
  /** `path` with `{id}` and its like, whatever they are called. Undefined where the revision does not have it. */
  operation(method: string, path: string): DocumentedOperation | undefined;
  /** Undefined where the document shows no JSON for it. */
  answerSchema(method: string, path: string, status: number): OpenApiSchema | undefined;
  /** Undefined where there is no `answerSchema`. */
  answerProblems(method: string, path: string, status: number): Problems | undefined;
  requestProblems(method: string, path: string): Problems | undefined;
  /** Against one of `schemas`. */
  schemaProblems(name: string): Problems;
  /** The same, for a schema that stands in a parameter. */
  valueProblems(schema: OpenApiSchema): Problems;
}

export interface DocumentOptions {
  /** Fields that the document does not have are problems. */
  readonly closed?: boolean;
}

/** Of every revision; none where the documents are not there, so that tests which are skipped then can be written down. */
export function openApiDocumentsHere(): readonly OpenApiDocument[] {
  return documentDirectory() === undefined
    ? []
    : DOCUMENTED_REVISIONS.map((revision) => openApiDocument(revision));
}

/** Throws where the documents are not there: see `documentDirectory`. */
export function openApiDocument(
  revision: DocumentedRevision,
  { closed = false }: DocumentOptions = {},
): OpenApiDocument {
  const file = join(documentDirectory() ?? '', 'openapi', `vbr-rest-${revision}.cut.json`);
  const document = JSON.parse(readFileSync(file, 'utf8')) as RawDocument;
  const validate = compiler(document.components.schemas, closed);
  const operations = operationsOf(document);
  const rawOf = (method: string, path: string): RawOperation | undefined => {
    const known = operations.find((one) => one.method === method && nameless(one.path) === nameless(path));
    return known === undefined ? undefined : document.paths[known.path]?.[method.toLowerCase()];
  };
  const answerSchema = (method: string, path: string, status: number) => {
    const answer = rawOf(method, path)?.responses[status];
    const found = answer === undefined ? undefined : resolved(document.components.responses, answer);
    return found?.content?.['application/json']?.schema;
  };
  return {
    revision,
    schemas: document.components.schemas,
    examples: document.components.examples,
    operations,
    operation: (method, path) =>
      operations.find((one) => one.method === method && nameless(one.path) === nameless(path)),
    answerSchema,
    answerProblems(method, path, status) {
      const schema = answerSchema(method, path, status);
      return schema === undefined ? undefined : validate(schema);
    },
    requestProblems(method, path) {
      const content = rawOf(method, path)?.requestBody?.content ?? {};
      const [{ schema } = {}] = Object.values(content);
      return schema === undefined ? undefined : validate(schema);
    },
    schemaProblems: (name) => validate({ $ref: `#/components/schemas/${name}` }),
    valueProblems: validate,
  };
}

interface RawMedia {
  readonly schema?: OpenApiSchema;
}

interface RawAnswer {
  readonly $ref?: string;
  readonly content?: Readonly<Record<string, RawMedia>>;
}

interface RawOperation {
  readonly description?: string;
  readonly parameters?: readonly ({ readonly $ref: string } | RawParameter)[];
  readonly requestBody?: {
    readonly required?: boolean;
    readonly content: Readonly<Record<string, RawMedia>>;
  };
  readonly responses: Readonly<Record<string, RawAnswer>>;
}

interface RawParameter {
  readonly name: string;
  readonly in: DocumentedParameter['in'];
  readonly required?: boolean;
  readonly schema: OpenApiSchema;
}

interface RawDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, RawOperation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, OpenApiSchema>>;
    readonly responses: Readonly<Record<string, RawAnswer>>;
    readonly examples: Readonly<Record<string, { readonly value?: unknown }>>;
  };
}

function operationsOf({ paths }: RawDocument): readonly DocumentedOperation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, raw]) => {
      const [mediaType] = Object.keys(raw.requestBody?.content ?? {});
      return {
        method: method.toUpperCase(),
        path,
        role: roleIn(raw.description ?? ''),
        parameters: (raw.parameters ?? []).flatMap((parameter) =>
          '$ref' in parameter ? [] : [{ ...parameter, required: parameter.required ?? false }],
        ),
        body:
          mediaType === undefined ? undefined : { mediaType, required: raw.requestBody?.required ?? false },
        statuses: Object.keys(raw.responses).map(Number),
      };
    }),
  );
}

function roleIn(description: string): string | undefined {
  const [, role] = /\*\*Available to\*\*(?:&#58;|:)\s*([^<\n]+)/.exec(description) ?? [];
  return role?.trim().replace(/\.$/, '');
}

function nameless(path: string): string {
  return path.replaceAll(/\{[^}]+\}/g, '{}');
}

function resolved(responses: Readonly<Record<string, RawAnswer>>, answer: RawAnswer): RawAnswer | undefined {
  return answer.$ref === undefined ? answer : responses[answer.$ref.split('/').at(-1) ?? ''];
}

/** A date and time of the documents' examples may have no offset. */
const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?$/;
const TIME = /^\d\d:\d\d(:\d\d)?(\.\d+)?(Z|[+-]\d\d:\d\d)?$/;

function compiler(
  schemas: Readonly<Record<string, OpenApiSchema>>,
  closed: boolean,
): (schema: OpenApiSchema) => Problems {
  const ajv = new Ajv2020({ allErrors: true, strict: false });
  formats.default(ajv);
  ajv.addFormat('date-time', DATE_TIME);
  ajv.addFormat('time', TIME);
  const { definitions, convert } = jsonSchemasOf(schemas, closed);
  ajv.addSchema({ $id: 'vbr', $defs: definitions });
  const compiled = new Map<string, ValidateFunction>();
  return (schema) => {
    const converted = convert(schema);
    const key = JSON.stringify(converted);
    const check = compiled.get(key) ?? ajv.compile(converted);
    compiled.set(key, check);
    return (value) => {
      if (check(value)) return [];
      return (check.errors ?? [])
        .filter(({ keyword }) => keyword !== 'if')
        .map(({ instancePath, message = '', params }) => {
          const detail = Object.values(params).flat().join(', ');
          return `${instancePath || '(whole)'} ${message} (${detail})`;
        });
    };
  };
}
