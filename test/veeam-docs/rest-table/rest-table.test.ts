// docs/veeam-rest.md against what it speaks of: the vendor's four texts, the clients, the commands, the rehearsal server, the tests.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startRehearsal } from '../../../src/rehearse/rehearsal-server.ts';
import { Secret } from '../../../src/secret.ts';
import { createOneClient } from '../../../src/veeam/one/create-one-client.ts';
import { createHttpsTransport } from '../../../src/veeam/transport/https-transport.ts';
import { createVbrClient } from '../../../src/veeam/vbr/create-vbr-client.ts';
import { documentDirectory, withDocuments } from '../../support/veeam-docs/document-directory.ts';
import { ran, scratch } from '../../unit/cli/cli-fixture.ts';
import { readDocuments } from './documented.ts';
import { LISTED_NAMES, NOT_IN_SCOPE } from './listed-names.ts';
import { OUT_OF_SCOPE } from './out-of-scope.ts';
import { renderPage } from './render-page.ts';
import type { Cells, EndpointRow } from './row.ts';
import { SECTIONS } from './sections.ts';

const ROOT = new URL('../../..', import.meta.url).pathname;
const ROWS = SECTIONS.flatMap(({ rows }) => rows);
const CELLS: readonly (readonly [of: string, cells: Cells])[] = ROWS.flatMap((row) => [
  [row.endpoint, row] as const,
  ...row.parameters.map(
    (parameter) => [`${row.endpoint} ${parameter.in} ${parameter.name}`, parameter] as const,
  ),
]);
const COLUMNS = ['client', 'command', 'rehearsal', 'test'] as const;
const named = (row: EndpointRow) => `${row.api} ${row.endpoint}`;

const directory = documentDirectory();

describe.skipIf(directory === undefined)(withDocuments("the vendor's four texts"), () => {
  const documents = directory === undefined ? [] : readDocuments(directory);
  const apiOf = (document: string) => (document.startsWith('veeam-one') ? 'one' : 'vbr');

  test('are read: each names endpoints and parameters', () => {
    const counts = documents.map(({ document, endpoints, names }) => [
      document,
      endpoints.length,
      endpoints.flatMap(({ parameters }) => parameters).length,
      names.length,
    ]);
    expect(counts).toEqual([
      ['vbr-rest-overview', 7, 23, 6],
      ['vbr-rest-repositories', 16, 98, 223],
      ['vbr-rest-license', 16, 51, 223],
      ['veeam-one-rest-overview', 10, 56, 0],
    ]);
  });

  test('name no endpoint and no parameter that has no row', () => {
    const rows = new Map(ROWS.map((row) => [named(row), row]));
    const missing = documents.flatMap(({ document, endpoints }) =>
      endpoints.flatMap(({ endpoint, parameters }) => {
        const row = rows.get(`${apiOf(document)} ${endpoint}`);
        if (row === undefined) return [`${document}: ${endpoint}`];
        const has = new Set(row.parameters.map((parameter) => `${parameter.in} ${parameter.name}`));
        return parameters
          .filter((parameter) => !has.has(`${parameter.in} ${parameter.name}`))
          .map((parameter) => `${document}: ${endpoint}, ${parameter.in} ${parameter.name}`);
      }),
    );
    expect(missing).toEqual([]);
  });

  test('list no name that is not in the table, and the table none that they do not list', () => {
    const inTexts = [...new Set(documents.flatMap(({ names }) => names))];
    expect(LISTED_NAMES.map(({ name }) => name).toSorted()).toEqual(inTexts.toSorted());
  });

  test('describe nothing that is said to be out of scope', () => {
    const described = new Set(
      ROWS.filter((row) =>
        documents.some(({ endpoints }) => endpoints.some(({ endpoint }) => endpoint === row.endpoint)),
      ).flatMap(({ names }) => names),
    );
    expect(OUT_OF_SCOPE.filter((name) => described.has(name))).toEqual([]);
  });
});

describe('every row', () => {
  test('is there once', () => {
    const names = ROWS.map(named);
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  });

  test.each(COLUMNS)('has a cell for the %s, with a place that has what it says', (column) => {
    const texts = new Map<string, string>();
    const textOf = (file: string): string => {
      const known = texts.get(file);
      if (known !== undefined) return known;
      const path = join(ROOT, file);
      const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
      texts.set(file, text);
      return text;
    };
    const wrong = CELLS.flatMap(([of, cells]) => {
      const { text, proofs } = cells[column];
      if (text === '' || proofs.length === 0 || text === NOT_IN_SCOPE) return [`${of}: empty`];
      return proofs
        .filter(({ file, has }) => has === '' || !textOf(file).includes(has))
        .map(({ file, has }) => `${of}: ${file} has not ${JSON.stringify(has)}`);
    });
    expect(wrong).toEqual([]);
  });

  test('names a method that its client has', async () => {
    const options = {
      url: 'https://127.0.0.1:1',
      trust: { kind: 'system' },
      userName: 'nobody',
      password: new Secret('none'),
    } as const;
    const clients = { vbr: createVbrClient(options), one: createOneClient(options) };
    const methodOf = ({ api, method = '' }: EndpointRow): unknown =>
      method
        .split('.')
        .reduce<unknown>(
          (part, name) => (typeof part === 'object' && part !== null ? Reflect.get(part, name) : undefined),
          clients[api],
        );
    const wrong = ROWS.filter((row) => row.method !== undefined && typeof methodOf(row) !== 'function');
    await Promise.all([clients.vbr.close(), clients.one.close()]);
    expect(wrong.map(({ method }) => method)).toEqual([]);
  });

  test('names commands that the help knows', async () => {
    await using directory = await scratch();
    const { out } = await ran(['veeam', '--help'], directory.path);
    const commands = CELLS.flatMap(([, { command }]) => [
      ...command.text.matchAll(/`veeam ([^`]+)`/g),
    ]).flatMap(([, words = '']) => withAlternatives(words));
    const lines = out.split('\n').map((line) => line.trim().replace(/^sosapi-gateway /, ''));
    const unknown = [...new Set(commands)].filter((command) => !isInHelp(command, lines));
    expect(commands.length).toBeGreaterThan(50);
    expect(unknown).toEqual([]);
  });

  test('names what the rehearsal server declares', async () => {
    await using directory = await scratch();
    const rehearsal = await startRehearsal({
      ...{ port: 0, onePort: 0, host: '127.0.0.1', dataDirectory: join(directory.path, 'rehearsal') },
      ...{ userName: 'nobody', password: new Secret('not used') },
    });
    try {
      const trust = { kind: 'fingerprint', sha256: rehearsal.fingerprint } as const;
      const declared = {
        vbr: await declaredAt(rehearsal.vbrUrl, trust),
        one: await declaredAt(rehearsal.oneUrl, trust),
      };
      const missing = ROWS.filter(({ endpoint }) => endpoint.includes('/api/')).flatMap((row) => {
        const queries = row.parameters
          .filter((parameter) => parameter.in === 'query')
          .map(({ name }) => name);
        const has = declared[row.api].get(shape(row.endpoint));
        if (has === undefined) return [named(row)];
        return queries.filter((name) => !has.has(name)).map((name) => `${named(row)} ${name}`);
      });
      expect(missing).toEqual([]);
    } finally {
      await rehearsal.close();
    }
  });
});

test('docs/veeam-rest.md is what the rows say', () => {
  expect(readFileSync(join(ROOT, 'docs/veeam-rest.md'), 'utf8')).toBe(renderPage(SECTIONS, LISTED_NAMES));
});

test('docs/veeam.md shows options that the commands have', async () => {
  await using directory = await scratch();
  const [all, rehearse] = [
    await ran(['veeam', '--help'], directory.path),
    await ran(['veeam', 'rehearse', '--help'], directory.path),
  ];
  const page = readFileSync(join(ROOT, 'docs/veeam.md'), 'utf8');
  const options = [...page.matchAll(/(?<![\w-])--[a-z][a-z-]+/g)].map(([option]) => option);
  // Of curl, in its last example.
  const known = `${all.out}${rehearse.out} --cacert`;
  expect(options.length).toBeGreaterThan(30);
  expect([...new Set(options)].filter((option) => !new RegExp(`${option}(?![\\w-])`).test(known))).toEqual(
    [],
  );
});

/** `sobr maintenance on|off` is two commands. */
function withAlternatives(words: string): readonly string[] {
  const [, head = '', choices, tail = ''] = /^(.*?)(\w+(?:\|\w+)+)(.*)$/.exec(words) ?? [];
  return choices === undefined ? [words] : choices.split('|').map((choice) => `${head}${choice}${tail}`);
}

/** The help has a line of its own for each sub-command, and below it, indented, one for each action. */
function isInHelp(command: string, lines: readonly string[]): boolean {
  const [sub = '', ...rest] = command.split(' ');
  const begin = lines.findIndex((line) => line === `veeam ${sub}` || line.startsWith(`veeam ${sub} `));
  if (begin < 0) return false;
  const action = rest.filter((word) => !/^(--|[A-Z])/.test(word)).join(' ');
  const next = lines.findIndex(
    (line, at) => at > begin && /^veeam /.test(line) && !line.startsWith(`veeam ${sub}`),
  );
  const own = lines.slice(begin, next < 0 ? undefined : next);
  return (
    action === '' ||
    own.some((line) => line.startsWith(action) || new RegExp(`^veeam ${sub} .*\\b${action}\\b`).test(line))
  );
}

/** The endpoint with nameless places for identifiers: documents and server may name them differently. */
const shape = (endpoint: string): string => endpoint.replace(/\{\w+\}/g, '{}');

/** What the OpenAPI document of a port declares: query parameters by endpoint. */
async function declaredAt(
  url: string,
  trust: { readonly kind: 'fingerprint'; readonly sha256: string },
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const transport = createHttpsTransport({ url, trust, timeoutMs: 30_000 });
  try {
    const page = await transport.send({ method: 'GET', path: '/swagger/index.html', headers: {} });
    // The page itself is one step further, where its parts are.
    expect([page.status, page.headers['location']]).toEqual([302, '/swagger/']);
    const { body } = await transport.send({ method: 'GET', path: '/swagger/json', headers: {} });
    const { paths } = JSON.parse(body) as {
      readonly paths: Record<
        string,
        Record<string, { readonly parameters?: readonly { readonly in: string; readonly name: string }[] }>
      >;
    };
    return new Map(
      Object.entries(paths).flatMap(([path, operations]) =>
        Object.entries(operations).map(([method, { parameters = [] }]) => [
          shape(`${method.toUpperCase()} ${path}`),
          new Set(parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name)),
        ]),
      ),
    );
  } finally {
    transport.close();
  }
}
