// The JSON schema of the config as people write it, for editors: made from the schema that the gateway reads with.
import { nodeOf, type SchemaNode } from '../src/config/node.ts';
import { gatewaySchema } from '../src/config/schema.ts';

const DIALECT = 'https://json-schema.org/draft/2020-12/schema';

export function jsonSchemaText(): string {
  const head = { $schema: DIALECT, title: 'sosapi-gateway configuration' };
  return `${JSON.stringify({ ...head, ...asWritten(nodeOf(gatewaySchema)) }, undefined, 2)}\n`;
}

/** Reading needs more than writing: a key with a default may be left out. */
function asWritten(node: SchemaNode): Readonly<Record<string, unknown>> {
  if (node['~orOne'] === true && node.items !== undefined) {
    const { '~orOne': _, description, ...list } = node;
    const { description: __, ...one } = asWritten(node.items);
    return { description, anyOf: [one, asWritten(list)] };
  }
  const plain = Object.fromEntries(Object.entries(node).filter(([key]) => !key.startsWith('~')));
  if (node.anyOf !== undefined) plain['anyOf'] = node.anyOf.map(asWritten);
  if (node.items !== undefined) plain['items'] = asWritten(node.items);
  if (node.properties !== undefined) {
    const entries = Object.entries(node.properties);
    plain['properties'] = Object.fromEntries(entries.map(([key, child]) => [key, asWritten(child)]));
    plain['required'] = (node.required ?? []).filter((key) => node.properties?.[key]?.default === undefined);
  }
  return plain;
}
