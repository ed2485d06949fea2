// What is generated from the schema: the JSON schema for editors and the table for the README.
import { readFileSync } from 'node:fs';
import Value from 'typebox/value';
import { expect, test } from 'vitest';
import { parseDocument } from 'yaml';
import { jsonSchemaText } from '../../../config/json-schema.ts';
import { keyTable } from '../../../config/key-table.ts';
import { branchesOf, nodeOf, type SchemaNode } from '../../../src/config/node.ts';
import { gatewaySchema } from '../../../src/config/schema.ts';
import { settleKnown } from '../../../src/config/settle.ts';
import { MINIMAL } from './fixture.ts';

const read = (name: string) => readFileSync(new URL(`../../../config/${name}`, import.meta.url), 'utf8');

interface Visited {
  readonly key: string;
  readonly node: SchemaNode;
}

function everyNode(node: SchemaNode, key = ''): readonly Visited[] {
  const below = [
    ...Object.entries(node.properties ?? {}).map(([name, child]) =>
      everyNode(child, key ? `${key}.${name}` : name),
    ),
    ...[...branchesOf(node).values()].map((child) => everyNode(child, key)),
    ...(node.items === undefined ? [] : [everyNode(node.items, node['~orOne'] === true ? key : `${key}[]`)]),
  ];
  return [{ key, node }, ...(node['~leaf'] === undefined ? below.flat() : [])];
}

const nodes = everyNode(nodeOf(gatewaySchema));

test('gateway.schema.json is what the schema gives (else: npm run schema)', () => {
  expect(read('gateway.schema.json')).toBe(jsonSchemaText());
});

test.each([
  ['the example', read('gateway.example.yaml')],
  ['a minimal config', MINIMAL],
])('%s fits the JSON schema, where keys with defaults may be absent', (_name, text) => {
  expect(Value.Errors(JSON.parse(jsonSchemaText()), parseDocument(text).toJS())).toEqual([]);
});

test('every map is closed', () => {
  const open = nodes.filter(({ node }) => node.type === 'object' && !('additionalProperties' in node));
  expect(open).toEqual([]);
});

test('every key is described', () => {
  const silent = nodes.filter(
    ({ key, node }) => key !== '' && !key.endsWith('[]') && node.description === undefined,
  );
  expect(silent.map(({ key }) => key).filter((key) => !key.endsWith('capacity'))).toEqual([]);
});

test('every default is a valid value', () => {
  for (const { node } of nodes.filter((visited) => visited.node.default !== undefined)) {
    expect(() => settleKnown(node as never, node.default)).not.toThrow();
  }
});

test('the table has one row for every key', () => {
  const rows = keyTable(gatewaySchema).trimEnd().split('\n').slice(2);
  const keys = rows.map((row) => /^\| `(.+?)` \|/.exec(row)?.[1]);
  const expected = new Set(nodes.map(({ key }) => key).filter((key) => key !== '' && !key.endsWith('[]')));
  expect(new Set(keys)).toEqual(expected);
  expect(keys.length).toBe(expected.size);
  expect(rows.filter((row) => row.split(' | ').length !== 3)).toEqual([]);
});
