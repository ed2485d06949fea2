// Cells that rows of the VBR API share: paging, filters, the revision, identifiers.
import { cell, type ParameterOf, parameter } from './cells.ts';
import type { Proof } from './row.ts';

const QUERIES = 'src/veeam/vbr/vbr-queries.ts';
export const SPECS = 'src/veeam/vbr/vbr-specs.ts';
const SECTION = 'src/cli/veeam-section.ts';
const LISTS = 'src/rehearse/http/list-answer.ts';
const PAGED = ['skip', 'limit', 'orderColumn', 'orderAsc'];

/** What a rehearsal takes, and has nothing to do with. */
const TAKEN: Readonly<Record<string, string>> = {
  vmbApiFilter: 'taken, and filters nothing: there is no VM Backup API',
  vmbApiPlatform: 'taken, and filters nothing: there is no VM Backup API',
};

/** The file of a cell's first proof. */
const fileOf = ([proof]: readonly Proof[]): string => proof?.file ?? '';

/** Query parameters of a collection, where the client and `--query` take them by their documented names. */
export function queries(
  names: readonly string[],
  files: { readonly command?: string; readonly rehearsal?: string } = {},
): readonly ParameterOf[] {
  return names.map((name) => {
    const isPaged = PAGED.includes(name);
    return parameter('query', name, (row) => ({
      client: cell(`\`${name}\` of the query`, QUERIES, `readonly ${name}?:`),
      command: cell(
        `\`--query ${name}=…\``,
        isPaged ? SECTION : (files.command ?? fileOf(row.command.proofs)),
        `${name}: '`,
      ),
      rehearsal: cell(
        TAKEN[name] ?? 'yes',
        isPaged || name === 'nameFilter' ? LISTS : (files.rehearsal ?? fileOf(row.rehearsal.proofs)),
        `${name}:`,
      ),
    }));
  });
}

export const REVISION = parameter('header', 'x-api-version', {
  client: cell(
    '`revision` of the options, negotiated down',
    'src/veeam/vbr/create-vbr-client.ts',
    "'x-api-version'",
  ),
  command: cell('`--revision R`', 'src/cli/veeam-arguments.ts', "revision: { type: 'string' }"),
  rehearsal: cell('checked on every path', 'src/rehearse/http/revision.ts', "'x-api-version'"),
});

/** An identifier in the path: the client's first argument. `shown` is what the command takes in its place. */
export function pathId(name: string, shown: string, files: { readonly rehearsal: string }): ParameterOf {
  return parameter('path', name, (row) => ({
    client: { text: 'first argument', proofs: row.client.proofs },
    command: { text: shown, proofs: row.command.proofs },
    rehearsal: cell('yes', files.rehearsal, `:${name}`),
  }));
}

/** A field of the body. */
export function body(
  name: string,
  cells: {
    readonly client: readonly [text: string, file: string, has: string];
    readonly command: readonly [text: string, file: string, has: string];
    readonly rehearsal: readonly [text: string, file: string, has: string];
  },
): ParameterOf {
  return parameter('body', name, {
    client: cell(...cells.client),
    command: cell(...cells.command),
    rehearsal: cell(...cells.rehearsal),
  });
}
