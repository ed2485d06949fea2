// The page with the table of faults and cases.
import { NOT_VISIBLE_ROWS } from '../../../src/bench/cases/rows/not-visible.ts';
import { FAULTS } from './all-faults.ts';
import { BYSTANDERS } from './bystanders.ts';
import { allCases } from './cases-for-faults.ts';
import type { Fault } from './fault.ts';

const HEAD = `# What the bench catches

Nobody should trust a bench that never saw a broken store. Here it is run against many: a store in which every case passes, behind a proxy
that switches on one fault at a time. Each line of the table is such a store. The cases under **caught by** are there for this fault, and
each of them fails, or warns where nobody has proven that it matters. Those under **also fails** do the same thing on their way, and cannot but
fail too. All others pass, or are skipped because what they need is not there. Rows are those of the list of known failures of stores with
Veeam, which the cases \`row-…\` are named after; faults without a row belong to the other groups of cases.

This page is written by \`node test/integration/bench/faults-table.ts\`. \`test/integration/bench/broken-store.test.ts\` runs the cases
against each fault, and fails where another case fails than stands here, or one does not. The cases that write
hundreds of objects, and those that repeat what others do, meet their own faults alone there; with \`BENCH_FAULTS=all\` every case meets every fault.
`;

export function renderFaultsPage(): string {
  return [HEAD, table(), notVisible(), withoutFault()].join('\n');
}

function table(): string {
  const lines = FAULTS.map(
    (fault) =>
      `| ${fault.row ?? '–'} | ${fault.does} | ${fault.caughtBy.map(code).join(', ')} | ${alsoFails(fault)} |`,
  );
  return ['| row | a store that | caught by | also fails |', '| --- | --- | --- | --- |', ...lines, ''].join(
    '\n',
  );
}

function alsoFails({ id }: Fault): string {
  return (BYSTANDERS[id] ?? [])
    .map(
      ({ cases, because, perhaps }) =>
        `${cases.map(code).join(', ')}: ${because}${perhaps === true ? ' (not each time)' : ''}`,
    )
    .join('; ');
}

function notVisible(): string {
  const lines = NOT_VISIBLE_ROWS.map(({ row, title, reason }) => `| ${row} | ${title} | ${reason} |`);
  return [
    '## Rows that no black box sees',
    '',
    '| row | failure | why |',
    '| --- | --- | --- |',
    ...lines,
    '',
  ].join('\n');
}

/** Cases for which no fault stands here; most of them fail for faults of others, as the table says. */
function withoutFault(): string {
  const own = new Set(FAULTS.flatMap(({ caughtBy }) => caughtBy));
  const patterns = Object.values(BYSTANDERS).flatMap((all) => all.flatMap(({ cases }) => cases));
  const without = allCases().filter(({ id }) => !own.has(id));
  const isSeen = (id: string) =>
    patterns.some((each) => (each.endsWith('*') ? id.startsWith(each.slice(0, -1)) : id === each));
  const seen = without.filter(({ id }) => isSeen(id)).map(({ id }) => code(id));
  const never = without.filter(({ id }) => !isSeen(id)).map(({ id, title }) => `- ${code(id)}: ${title}`);
  return [
    '## Cases without a fault of their own',
    '',
    `These do several things on their way, and fail for faults of others, as the table says: ${seen.join(', ')}.`,
    '',
    'These fail for no fault here:',
    '',
    ...never,
    '',
  ].join('\n');
}

function code(text: string): string {
  return `\`${text}\``;
}
