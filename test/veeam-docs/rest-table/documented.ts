// Reads what the vendor's four texts name: endpoints with their parameters, and endpoints that are only listed by name.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const DOCUMENTS = [
  'vbr-rest-overview',
  'vbr-rest-repositories',
  'vbr-rest-license',
  'veeam-one-rest-overview',
] as const;
export type Document = (typeof DOCUMENTS)[number];

/** Where a parameter goes: in the query, the path, a header, the body, or inside of another parameter. */
export type Place = 'query' | 'path' | 'header' | 'body' | 'answer header' | 'Sort' | 'Filter';

export interface DocumentedParameter {
  readonly in: Place;
  /** Where the text has lost the name, the name of its model in round brackets. */
  readonly name: string;
}

export interface DocumentedEndpoint {
  /** `POST /api/v1/license/install`. Identifiers are in braces. */
  readonly endpoint: string;
  readonly parameters: readonly DocumentedParameter[];
}

export interface Documented {
  readonly document: Document;
  readonly endpoints: readonly DocumentedEndpoint[];
  /** What is in a list of contents, in a table of examples or in a sentence: `GET Get All Jobs`, `Get Access Token`. */
  readonly names: readonly string[];
}

export function readDocuments(directory: string): readonly Documented[] {
  return DOCUMENTS.map((document) => {
    const text = readFileSync(join(directory, `${document}.txt`), 'utf8');
    const read = document === 'veeam-one-rest-overview' ? readOne : readers[document];
    return { document, ...read(text) };
  });
}

type Read = Omit<Documented, 'document'>;

const readers = {
  'vbr-rest-overview': readOverview,
  'vbr-rest-repositories': readReference,
  'vbr-rest-license': readReference,
} as const;

const PLACES: Readonly<Record<string, Place>> = {
  'query Parameters': 'query',
  'path Parameters': 'path',
  'header Parameters': 'header',
};

/** The pages that describe endpoint after endpoint: a list of contents, then a section for each. */
function readReference(text: string): Read {
  const lines = text.split('\n');
  const names = lines
    .slice(
      0,
      lines.findIndex((line) => !line.startsWith('- ')),
    )
    .flatMap((line) => {
      const [, verb = '', title = ''] = /^- (get|post|put|del)(.+)$/.exec(line) ?? [];
      return title === '' ? [] : [`${VERBS[verb]} ${title}`];
    });
  const endpoints: { endpoint: string; parameters: DocumentedParameter[] }[] = [];
  let place: Place | undefined;
  for (const line of lines) {
    const start = /^The HTTP (\w+) request to the (\/\S+)/.exec(line);
    if (start !== null) endpoints.push({ endpoint: `${start[1]} ${start[2]}`, parameters: [] });
    const heading = line.startsWith('Request Body schema:') ? 'body' : PLACES[line];
    if (line === '|') continue;
    const isRow = / \|( |$)/.test(line);
    if (heading !== undefined || !isRow) place = heading;
    else if (place !== undefined) endpoints.at(-1)?.parameters.push({ in: place, name: parameterName(line) });
  }
  return { endpoints: named(endpoints), names: [...new Set(names)] };
}

const VERBS: Readonly<Record<string, string>> = { get: 'GET', post: 'POST', put: 'PUT', del: 'DELETE' };

function parameterName(line: string): string {
  const [, name] = /^(\w[\w-]*)(?: required)? \|/.exec(line) ?? [];
  if (name !== undefined && name !== 'required') return name;
  const [, model = line] = /object \((\w+)\)/.exec(line) ?? [];
  return `(${model})`;
}

function readOverview(text: string): Read {
  const [requestHeaders = [], answerHeaders = []] = blocksAfter(text, 'Header Sample Value Description').map(
    (block) => block.flatMap((line) => /^([A-Za-z][\w-]*) /.exec(line)?.[1] ?? []),
  );
  const form = blocksAfter(text, 'Parameter Value Description').flatMap((block) =>
    block.flatMap((line) => /^([a-z_]+) /.exec(line)?.[1] ?? []),
  );
  const methods = blocksAfter(text, 'Method Description Example').flat();
  const asked = [...text.matchAll(/the (Get [A-Z][\w ]+?) request\./g)].flatMap(([, title = '']) => title);
  return {
    endpoints: named([
      ...requested(text),
      ...[...text.matchAll(/HTTP (\w+) request to the \/?(api\/\S+) path/g)].map(([, method, path]) => ({
        endpoint: `${method} /${(path ?? '').replace('<major_version>', 'v1')}`,
        parameters: /token$/.test(path ?? '') ? form.map((name) => ({ in: 'body' as const, name })) : [],
      })),
      ...swagger(text),
      {
        endpoint: 'every request',
        parameters: [
          ...requestHeaders.map((name) => ({ in: 'header' as const, name })),
          ...answerHeaders.map((name) => ({ in: 'answer header' as const, name })),
        ],
      },
    ]),
    names: [
      ...asked,
      ...methods.flatMap((line) => {
        const [, method, title] =
          /^(GET|POST|PUT|DELETE) .*?((?:Get All|Create|Edit|Delete) Jobs?)$/.exec(line) ?? [];
        return title === undefined ? [] : [`${method} ${title}`];
      }),
    ],
  };
}

function readOne(text: string): Read {
  const body = [
    ...text.matchAll(/^ +• ((?:grant_type|refresh_token|token|UserSid|username)(?: and \w+)?) — /gm),
  ];
  const fields = body.flatMap(([, names = '']) => names.split(' and '));
  const inBody = (names: readonly string[]) => names.map((name) => ({ in: 'body' as const, name }));
  const revoked = ['token', 'UserSid'];
  const operators = blocksAfter(text, 'Operator Description').flatMap((block) =>
    block.flatMap((line) => /^([a-zA-Z]+) Returns /.exec(line)?.[1] ?? []),
  );
  const parts = (name: 'Sort' | 'Filter', pattern: RegExp) =>
    [...text.matchAll(pattern)].map(([, part = '']) => ({ in: name, name: part }));
  const [schedule = ''] = /^PATCH \S+dataCollection\/schedule\n[\s\S]*?\n}\n/m.exec(text) ?? [];
  const collations = [...text.matchAll(/^ +• (\w+) — compare /gm)].map(([, name = '']) => name);
  return {
    endpoints: named([
      ...requested(text),
      { endpoint: 'POST /api/token', parameters: inBody(fields.filter((name) => !revoked.includes(name))) },
      { endpoint: 'POST /api/revoke', parameters: inBody(fields.filter((name) => revoked.includes(name))) },
      {
        endpoint: 'PATCH /api/v2.3/dataCollection/schedule',
        parameters: inBody([...schedule.matchAll(/^ {2}"(\w+)":/gm)].map(([, name = '']) => name)),
      },
      ...swagger(text),
      {
        endpoint: 'every request',
        parameters: [...text.matchAll(/^ *(Content-Type|Authorization): /gm)].map(([, name = '']) => ({
          in: 'header' as const,
          name,
        })),
      },
      {
        endpoint: 'every collection',
        parameters: [
          ...parts(
            'Sort',
            /"(property|direction|collation)":"<\1>"(?=.*"direction"|.*"collation"|\})/g,
          ).slice(0, 3),
          ...['ascending', 'descending']
            .filter((name) => text.includes(`• ${name}`))
            .map((name) => ({ in: 'Sort' as const, name })),
          ...collations.flatMap((name) => [
            { in: 'Sort' as const, name },
            { in: 'Filter' as const, name },
          ]),
          ...parts(
            'Filter',
            /"(property|operation|collation|value|items)":(?=[^}]*(?:"operation"|"value"|"<value>"|"items"|\[))/g,
          ),
          ...operators.map((name) => ({ in: 'Filter' as const, name })),
        ],
      },
    ]),
    names: [],
  };
}

/** Request lines and addresses in examples. What is written as `<endpoint>` gives its parameters to every collection. */
function requested(text: string): readonly DocumentedEndpoint[] {
  return [
    ...text.matchAll(
      /(?:^|\s)(?:(GET|POST|PUT|PATCH|DELETE) )?https:\/\/[\w.-]+:\d+(\/api\/[^\s?]+)(\?\S*)?/gm,
    ),
  ].map(([, method = 'GET', path = '', query = '']) => ({
    endpoint: path.includes('<endpoint>') ? 'every collection' : `${method} ${withoutIds(path)}`,
    parameters: [...query.matchAll(/[?&](\w+)=/g)].map(([, name = '']) => ({
      in: 'query' as const,
      // Veeam ONE's text has `sort` and `Sort`, `filter` and `Filter`: its headings have the latter.
      name: path.includes('/v2.') ? `${name.charAt(0).toUpperCase()}${name.slice(1)}` : name,
    })),
  }));
}

/** Examples of Veeam ONE that still have the version before are of this one too. */
const withoutIds = (path: string): string =>
  path.replace(/\/(?:\d+|[0-9a-f]{8}-[0-9a-f-]{27})(?=\/|$)/g, '/{id}').replace('/api/v2.2/', '/api/v2.3/');

function swagger(text: string): readonly DocumentedEndpoint[] {
  return text.includes('/swagger/index.html')
    ? [{ endpoint: 'GET /swagger/index.html', parameters: [] }]
    : [];
}

/** The lines below each line `head`, up to an empty one. */
function blocksAfter(text: string, head: string): readonly (readonly string[])[] {
  const lines = text.split('\n');
  return lines.flatMap((line, at) => {
    if (line.trim() !== head) return [];
    const end = lines.findIndex((later, index) => index > at && later.trim() === '');
    return [lines.slice(at + 1, end)];
  });
}

/** Each endpoint once, with all the parameters that it has anywhere, each once. Path parameters are in its name too. */
function named(all: readonly DocumentedEndpoint[]): readonly DocumentedEndpoint[] {
  const merged = new Map<string, Map<string, DocumentedParameter>>();
  for (const { endpoint, parameters } of all) {
    const of = merged.get(endpoint) ?? new Map<string, DocumentedParameter>();
    const inPath = [...endpoint.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
      in: 'path' as const,
      name,
    }));
    for (const parameter of [...inPath, ...parameters])
      of.set(`${parameter.in} ${parameter.name}`, parameter);
    merged.set(endpoint, of);
  }
  return [...merged].map(([endpoint, of]) => ({ endpoint, parameters: [...of.values()] }));
}
