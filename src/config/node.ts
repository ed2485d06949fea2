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
  /** Of a choice between maps: the key by which they are told apart. */
  readonly '~by'?: string;
  /** Of a list: its only item may be written without the list. */
  readonly '~orOne'?: boolean;
  /** Of a list: keys that stand on the first item only, since they are about all. */
  readonly '~onlyFirst'?: readonly string[];
}

export function nodeOf(schema: Type.TSchema): SchemaNode {
  return schema as SchemaNode;
}

/** A choice between maps: each by what its telling key may say. */
export function branchesOf(node: SchemaNode): ReadonlyMap<unknown, SchemaNode> {
  const by = node['~by'] ?? '';
  return new Map(
    (node.anyOf ?? []).flatMap((branch) => {
      const telling = branch.properties?.[by];
      return (telling?.enum ?? [telling?.const]).map((value) => [value, branch] as const);
    }),
  );
}

/** Completes the sentence `expected …`. */
export function expectedOf(node: SchemaNode): string {
  if (node['~leaf'] !== undefined) return node['~leaf'].expected;
  if (node.enum !== undefined) return node.enum.join(' | ');
  if (node.anyOf !== undefined) return `a map with the key ${node['~by']}`;
  switch (node.type) {
    case 'object':
      return 'a map of keys';
    case 'array':
      if (node['~orOne'] === true && node.items !== undefined) {
        return `${expectedOf(node.items)}, or a list of at least one such`;
      }
      return node.minItems === undefined ? 'a list' : 'a list of at least one';
    case 'boolean':
      return 'true or false';
    case 'integer':
      return `a whole number from ${node.minimum} to ${node.maximum}`;
    default:
      return String(node.const);
  }
}
