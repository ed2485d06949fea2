// The schema as plain data, for those who walk it: reading, the JSON schema, the README's table.
import type Type from 'typebox';
import type { Leaf } from './leaf.ts';

export interface SchemaNode {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly '~leaf'?: Leaf<unknown>;
  /** A default that depends on other keys, in words. */
  readonly '~default'?: string;
}

export function nodeOf(schema: Type.TSchema): SchemaNode {
  return schema as SchemaNode;
}

/** A choice between maps that say which they are in `source`. */
export function sourcesOf(node: SchemaNode): Readonly<Record<string, SchemaNode>> {
  const branches = node.anyOf ?? [];
  return Object.fromEntries(branches.map((branch) => [String(branch.properties?.['source']?.const), branch]));
}

/** Completes the sentence `expected …`. */
export function expectedOf(node: SchemaNode): string {
  if (node['~leaf'] !== undefined) return node['~leaf'].expected;
  if (node.enum !== undefined) return node.enum.join(' | ');
  if (node.anyOf !== undefined) return 'a map with the key source';
  switch (node.type) {
    case 'object':
      return 'a map of keys';
    case 'array':
      return node.minItems === undefined ? 'a list' : 'a list of at least one';
    case 'boolean':
      return 'true or false';
    case 'integer':
      return `a whole number from ${node.minimum} to ${node.maximum}`;
    default:
      return String(node.const);
  }
}
