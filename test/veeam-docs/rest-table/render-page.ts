// docs/veeam-rest.md as text, from its rows.
import { DOCUMENTS, type Place } from './documented.ts';
import type { ListedName } from './listed-names.ts';
import { NOT_IN_SCOPE } from './listed-names.ts';
import type { Cell, Cells, EndpointRow, Section } from './row.ts';

const HEAD = `# Veeam's REST APIs: what is spoken, and where

Every endpoint and every parameter that four of the vendor's documents name, what the clients call it, which command uses it, whether the rehearsal server has it, and which test shows it.
The documents are the overview, the repositories and the license section of the VBR REST API 1.3-rev0, and the overview of the Veeam ONE REST API 2.3 (${DOCUMENTS.map((name) => `\`${name}\``).join(', ')}).
What is used beyond them is from the vendor's OpenAPI documents of the same versions.

This page is written by \`node test/veeam-docs/rest-table/write-table.ts\`. A test fails where the documents name something that has no row, where a row names a method, a command, a route or a
test that is not there, and where the page is not what its rows say. How to use all this: [veeam.md](veeam.md).

- **Client** is a method of \`VbrClient\` ([vbr-client.ts](../src/veeam/vbr/vbr-client.ts)) or \`OneClient\` ([one-client.ts](../src/veeam/one/one-client.ts)), and below it what of its arguments carries the parameter.
- **Command** is without the \`sosapi-gateway\` before it. \`--query P=V\` gives a query parameter by its documented name.
- **Rehearsal** links to what answers in the rehearsal server.
- **Test** links to one that fails when the row stops working; there are more.
`;

export function renderPage(sections: readonly Section[], listed: readonly ListedName[]): string {
  return [
    HEAD,
    ...sections.map(({ title, text, rows }) =>
      [`## ${title}`, ...(text === '' ? [] : [text]), table(rows)].join('\n\n'),
    ),
    renderListed(listed),
  ]
    .join('\n')
    .replace(/\n{3,}/g, '\n\n');
}

function table(rows: readonly EndpointRow[]): string {
  return [
    line(['Endpoint or parameter', 'Client', 'Command', 'Rehearsal', 'Test']),
    line(['---', '---', '---', '---', '---']),
    ...rows.flatMap((row) => [
      line([`**${row.endpoint}**`, ...cellsOf(row)]),
      ...row.parameters.map((parameter) =>
        line([`${placeText(parameter.in)} \`${parameter.name}\``, ...cellsOf(parameter)]),
      ),
    ]),
    '',
  ].join('\n');
}

const placeText = (place: Place): string => (place === 'Sort' || place === 'Filter' ? `in ${place}:` : place);

const cellsOf = ({ client, command, rehearsal, test }: Cells): readonly string[] =>
  [client, command, rehearsal, test].map(cellText);

/** The text, as a link to the first place that proves it; the others with their own names. */
function cellText({ text, proofs: [first, ...others] }: Cell): string {
  if (first === undefined) return text;
  const more = others.map(({ file }) => `, [${file.slice(file.lastIndexOf('/') + 1)}](../${file})`);
  return `[${text}](../${first.file})${more.join('')}`;
}

function line(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function renderListed(listed: readonly ListedName[]): string {
  return [
    '## Listed by name',
    '',
    "Entries of the documents' lists of contents and of their tables of examples. What has a row above is named; the rest are endpoints of Veeam that say nothing about a repository on a gateway.",
    '',
    line(['Name', 'Where']),
    line(['---', '---']),
    ...listed.map(({ name, endpoint }) =>
      line([name, endpoint === undefined ? NOT_IN_SCOPE : `**${endpoint}**`]),
    ),
    '',
  ].join('\n');
}
