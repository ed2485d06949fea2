// A VBR server that checks every request against the document of one revision, and answers in the document's shape.
import type { Asked, ScriptedServer } from '../../unit/veeam/scripted-server.ts';
import { startScriptedServer } from '../../unit/veeam/scripted-server.ts';
import {
  type DocumentedOperation,
  type DocumentedRevision,
  type OpenApiDocument,
  openApiDocument,
} from './open-api-documents.ts';
import { sampleOf } from './sample-instance.ts';

export interface CheckingVbr extends AsyncDisposable {
  readonly server: ScriptedServer;
  /** What was asked for, as `METHOD /path/{id}`. */
  readonly operations: ReadonlySet<string>;
  /** The query parameters that were seen, as `METHOD /path name`. */
  readonly parameters: ReadonlySet<string>;
  /** What is not as the document says. */
  readonly problems: readonly string[];
}

export async function startCheckingVbr(revision: DocumentedRevision): Promise<CheckingVbr> {
  const document = openApiDocument(revision, { closed: true });
  const operations = new Set<string>();
  const parameters = new Set<string>();
  const problems: string[] = [];
  const server = await startScriptedServer((asked) => {
    const operation = operationOf(document, asked);
    if (operation === undefined) {
      problems.push(`${asked.method} ${asked.url} is in no document`);
      return { status: 404 };
    }
    const name = `${operation.method} ${operation.path}`;
    operations.add(name);
    const found = [
      ...headerProblems(operation, asked, revision),
      ...pathProblems(document, operation, asked),
      ...queryProblems(document, operation, asked),
      ...bodyProblems(document, operation, asked),
    ];
    problems.push(...found.map((problem) => `${name}: ${problem}`));
    for (const parameter of asked.query.keys()) parameters.add(`${name} ${parameter}`);
    return answerOf(document, operation);
  });
  return {
    server,
    operations,
    parameters,
    problems,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

function operationOf(document: OpenApiDocument, { method, path }: Asked): DocumentedOperation | undefined {
  const fits = document.operations.filter(
    (one) => one.method === method && valuesIn(one.path, path) !== undefined,
  );
  // `/repositories/states` is also a `/repositories/{id}`.
  return fits.find((one) => !one.path.endsWith('}')) ?? fits[0];
}

/** What stands in `path` for the names in braces of `template`; undefined where it does not fit. */
function valuesIn(template: string, path: string): Readonly<Record<string, string>> | undefined {
  const names = [...template.matchAll(/\{([^}]+)\}/g)].map(([, name = '']) => name);
  const found = new RegExp(`^${template.replaceAll(/\{[^}]+\}/g, '([^/]+)')}$`).exec(path);
  if (found === null) return undefined;
  return Object.fromEntries(names.map((name, at) => [name, decodeURIComponent(found[at + 1] ?? '')]));
}

function headerProblems(
  { path }: DocumentedOperation,
  { headers, body }: Asked,
  revision: DocumentedRevision,
): readonly string[] {
  const isToken = path.endsWith('/token');
  const type = isToken ? 'application/x-www-form-urlencoded' : 'application/json';
  const bearer = String(headers['authorization'] ?? '');
  return [
    ...(headers['x-api-version'] === revision ? [] : [`x-api-version is ${headers['x-api-version']}`]),
    ...(String(headers['accept']).includes('application/json') ? [] : [`Accept is ${headers['accept']}`]),
    ...(isToken || /^Bearer \S+$/.test(bearer) ? [] : [`Authorization is ${bearer}`]),
    ...(body === '' || headers['content-type'] === type
      ? []
      : [`Content-Type is ${headers['content-type']}`]),
  ];
}

function pathProblems(
  document: OpenApiDocument,
  operation: DocumentedOperation,
  asked: Asked,
): readonly string[] {
  const values = valuesIn(operation.path, asked.path) ?? {};
  return Object.entries(values).flatMap(([name, value]) => {
    const parameter = operation.parameters.find((one) => one.in === 'path' && one.name === name);
    if (parameter === undefined) return [`there is no ${name} in the path`];
    return document.valueProblems(parameter.schema)(value);
  });
}

function queryProblems(
  document: OpenApiDocument,
  operation: DocumentedOperation,
  { query }: Asked,
): readonly string[] {
  const known = operation.parameters.filter((one) => one.in === 'query');
  const missing = known.filter(({ name, required }) => required && !query.has(name));
  return [
    ...missing.map(({ name }) => `${name} is missing`),
    ...[...new Set(query.keys())].flatMap((name) => {
      const parameter = known.find((one) => one.name === name);
      if (parameter === undefined) return [`there is no parameter ${name}`];
      const { schema } = parameter;
      const values = query.getAll(name).map((value) => typed(value, schema.items?.type ?? schema.type));
      if (schema.type !== 'array' && values.length > 1) return [`${name} takes one value`];
      const value = schema.type === 'array' ? values : values[0];
      return document
        .valueProblems(schema)(value)
        .map((problem) => `${name}=${value}: ${problem}`);
    }),
  ];
}

/** A query has only texts. */
function typed(value: string, type: string | undefined): unknown {
  if (type === 'boolean') return value === 'true' ? true : value === 'false' ? false : value;
  return type === 'integer' || type === 'number' ? Number(value) : value;
}

function bodyProblems(
  document: OpenApiDocument,
  { method, path, body }: DocumentedOperation,
  asked: Asked,
): readonly string[] {
  if (body === undefined) return asked.body === '' ? [] : ['it takes no body'];
  if (asked.body === '') return body.required ? ['the body is missing'] : [];
  const value =
    body.mediaType === 'application/json' ? asked.json() : Object.fromEntries(asked.form().entries());
  return document.requestProblems(method, path)?.(value) ?? ['no schema for its body'];
}

const TOKEN = {
  ...{ access_token: 'access', refresh_token: 'refresh', token_type: 'bearer', expires_in: 900 },
  ...{ '.issued': '2026-03-01T08:00:00Z', '.expires': '2026-03-01T08:15:00Z' },
};

function answerOf(document: OpenApiDocument, { method, path, statuses }: DocumentedOperation) {
  const status = statuses.find((one) => one < 300) ?? 200;
  if (status === 204) return { status };
  if (path.endsWith('/token')) return { status, body: TOKEN };
  if (path.endsWith('/createReport')) return { status, body: Buffer.from([0x25, 0x50, 0x44, 0x46, 0xff]) };
  const schema = document.answerSchema(method, path, status);
  if (schema === undefined) return { status, body: {} };
  const types = ['S3Compatible', 'Amazon', 'Backup'];
  const body = sampleOf(schema, { schemas: document.schemas, full: true, types }) as object;
  // One item in all, so that a list ends.
  return { status, body: 'pagination' in body ? { ...body, pagination: { total: 1, count: 1 } } : body };
}
