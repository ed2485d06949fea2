// What the page says of each fault: a table between two marks of docs/many-endpoints.md, out of what the tests saw.
import { readFileSync, writeFileSync } from 'node:fs';

export interface FaultRow {
  readonly fault: string;
  readonly ejected: boolean;
  readonly calls: number;
  readonly readsFailed: number;
  readonly writesFailed: number;
  /** Lines of the node that were cut, and requests that it took until it was ejected. */
  readonly harmed: number;
  readonly wrong: number;
  /** Requests of entities of other nodes that did not go to their node. */
  readonly moved: number;
}

const PAGE = new URL('../../../docs/many-endpoints.md', import.meta.url);
const MARKS = ['<!-- faults -->', '<!-- /faults -->'] as const;

export function writeTable(rows: readonly FaultRow[]): void {
  const [before, , after] = parts();
  const lines = rows.map(
    ({ fault, ejected, calls, readsFailed, writesFailed, harmed, wrong, moved }) =>
      `| ${fault} | ${ejected ? 'yes' : 'no'} | ${calls} | ${harmed} | ${readsFailed} | ${writesFailed} | ${wrong} | ${moved} |`,
  );
  const table = [
    '| one of four nodes | ejected | calls | lines it had cut, requests it took | reads failed | writes failed | wrong answers | moved from other nodes |',
    '|---|---|---|---|---|---|---|---|',
    ...lines,
  ];
  writeFileSync(PAGE, `${before}${MARKS[0]}\n${table.join('\n')}\n${MARKS[1]}${after}`);
}

/** The faults that the page shows. */
export function faultsOnPage(): readonly string[] {
  const rows = parts()[1]
    .split('\n')
    .filter((line) => line.startsWith('| '));
  return rows.slice(1).map((line) => line.split('|')[1]?.trim() ?? '');
}

function parts(): readonly [before: string, between: string, after: string] {
  const text = readFileSync(PAGE, 'utf8');
  const [before = '', rest = ''] = text.split(MARKS[0]);
  const [between = '', after = ''] = rest.split(MARKS[1]);
  return [before, between, after];
}
