// Every key of the config as rows of a markdown table, for the README.
import type Type from 'typebox';
import { branchesOf, nodeOf, type SchemaNode } from '../src/config/node.ts';

interface Row {
  readonly key: string;
  readonly standard: string;
  readonly meaning: string;
}

export function keyTable(schema: Type.TSchema): string {
  const rows = rowsUnder(nodeOf(schema), '');
  const lines = rows.map(({ key, standard, meaning }) => `| \`${key}\` | ${standard} | ${meaning} |`);
  return ['| key | default | meaning |', '|---|---|---|', ...lines, ''].join('\n');
}

function rowsUnder(parent: SchemaNode, prefix: string): readonly Row[] {
  return Object.entries(parent.properties ?? {}).flatMap(([name, node]) => {
    const isRequired = parent.required?.includes(name) === true;
    return [rowOf(node, prefix + name, isRequired), ...rowsBelow(node, prefix + name)];
  });
}

function rowsBelow(node: SchemaNode, key: string): readonly Row[] {
  if (node['~leaf'] !== undefined) return [];
  if (node.anyOf !== undefined) {
    const branches = [...new Set(branchesOf(node).values())].map((branch) => rowsUnder(branch, `${key}.`));
    return mergeRows(branches.flat());
  }
  if (node.items !== undefined) return rowsBelow(node.items, node['~orOne'] === true ? key : `${key}[]`);
  return rowsUnder(node, `${key}.`);
}

/**
 * The branches of a choice share keys; each is one row, and the key that tells them apart names all of them. Where
 * they differ, defaults stand in the order of the meanings.
 */
function mergeRows(rows: readonly Row[]): readonly Row[] {
  const byKey = new Map<string, Row>();
  for (const row of rows) {
    const known = byKey.get(row.key);
    byKey.set(row.key, known === undefined ? row : merged(known, row));
  }
  return [...byKey.values()];
}

function merged(known: Row, { key, standard, meaning }: Row): Row {
  return {
    key,
    standard: known.standard.split('; ').includes(standard)
      ? known.standard
      : `${known.standard}; ${standard}`,
    meaning: known.meaning.includes(meaning) ? known.meaning : `${known.meaning} ${meaning}`,
  };
}

function rowOf(node: SchemaNode, key: string, isRequired: boolean): Row {
  const choices = node.enum?.map((choice) => `\`${choice}\``).join(', ');
  const described = node.const === undefined ? node.description : `\`${node.const}\`: ${node.description}`;
  const meaning = choices === undefined ? `${described}` : `${described} One of ${choices}.`;
  return { key, standard: standardOf(node, isRequired), meaning };
}

function standardOf(node: SchemaNode, isRequired: boolean): string {
  const derived = node['~default'];
  if (derived !== undefined) return derived;
  if (node.default === undefined) return isRequired ? '**required**' : 'none';
  const isSection = node.type === 'object' && Object.keys(node.default as object).length === 0;
  if (isSection) return 'as below';
  return `\`${typeof node.default === 'string' ? node.default : JSON.stringify(node.default)}\``;
}
