// Walks what is written along the schema: fills in defaults, reads the leaves, and notes every problem instead of
// stopping at the first. What is wrong becomes undefined, so the result is whole only when no problem was noted.
import type Type from 'typebox';
import Value from 'typebox/value';
import { describeFound } from './found.ts';
import { type LeafSource, WrongValue } from './leaf.ts';
import { nearestKey } from './nearest-key.ts';
import { branchesOf, expectedOf, nodeOf, type SchemaNode } from './node.ts';
import { type ConfigPath, type Finding, formatKey } from './problem.ts';

export interface Reading {
  readonly source: LeafSource;
  readonly problems: Finding[];
  readonly warnings: Finding[];
}

type Keys = Readonly<Record<string, unknown>>;

export function settle(node: SchemaNode, value: unknown, path: ConfigPath, reading: Reading): unknown {
  if (node['~leaf'] !== undefined) return settleLeaf(node, value, path, reading);
  if (node.anyOf !== undefined) return settleChoice(node, value, path, reading);
  if (node.type === 'object') return settleObject(node, value, path, reading);
  if (node.type === 'array') return settleArray(node, value, path, reading);
  return Value.Check(node as Type.TSchema, value) ? value : noteWrong(node, value, path, reading);
}

function settleLeaf(node: SchemaNode, value: unknown, path: ConfigPath, reading: Reading): unknown {
  if (!Value.Check(node as Type.TSchema, value)) return noteWrong(node, value, path, reading);
  const warn = (message: string) => reading.warnings.push({ path, message });
  try {
    return node['~leaf']?.read(value as never, reading.source, warn);
  } catch (error) {
    if (!(error instanceof WrongValue)) throw error;
    if (error.message === '') return noteWrong(node, value, path, reading);
    return note(reading, path, error.message);
  }
}

function settleChoice(node: SchemaNode, value: unknown, path: ConfigPath, reading: Reading): unknown {
  if (!isMap(value)) return noteWrong(node, value, path, reading);
  const by = node['~by'] ?? '';
  const branches = branchesOf(node);
  const said = Object.hasOwn(value, by) ? value[by] : undefined;
  const branch = branches.get(said);
  if (branch === undefined) return noteWrong({ enum: [...branches.keys()] }, said, [...path, by], reading);
  const others = [...branches.values()].flatMap(({ properties = {} }) => Object.keys(properties));
  return settleObject(branch, value, path, reading, { keys: others, choice: `${by} ${said}` });
}

/** The keys of a choice's other branches, and what was chosen instead. */
interface Elsewhere {
  readonly keys: readonly string[];
  readonly choice: string;
}

function settleArray(node: SchemaNode, value: unknown, path: ConfigPath, reading: Reading): unknown {
  const { items } = node;
  if (node['~orOne'] === true && items !== undefined && isMap(value)) {
    return settle(items, value, path, reading);
  }
  const isList = Array.isArray(value) && value.length >= (node.minItems ?? 0);
  if (!isList || items === undefined) return noteWrong(node, value, path, reading);
  for (const [index, item] of value.entries()) {
    if (index > 0 && isMap(item)) noteMisplaced(node, item, [...path, index], reading);
  }
  return value.map((item, index) => settle(items, item, [...path, index], reading));
}

function noteMisplaced(list: SchemaNode, item: Keys, path: ConfigPath, reading: Reading): void {
  for (const key of list['~onlyFirst'] ?? []) {
    if (!Object.hasOwn(item, key)) continue;
    note(
      reading,
      [...path, key],
      `expected ${key} on the first of the list, where it is for all, found it here`,
    );
  }
}

function settleObject(
  node: SchemaNode,
  value: unknown,
  path: ConfigPath,
  reading: Reading,
  elsewhere?: Elsewhere,
): unknown {
  if (!isMap(value)) return noteWrong(node, value, path, reading);
  const properties = node.properties ?? {};
  for (const key of Object.keys(value).filter((written) => !Object.hasOwn(properties, written))) {
    if (elsewhere?.keys.includes(key) === true) {
      note(reading, [...path, key], `${key} does not belong to ${elsewhere.choice}`);
    } else {
      noteUnknown(key, Object.keys(properties), [...path, key], reading);
    }
  }
  const settled: Record<string, unknown> = {};
  for (const [key, child] of Object.entries(properties)) {
    const written = Object.hasOwn(value, key) ? value[key] : undefined;
    const isAbsent = written === undefined || (written === null && isSectionWithDefault(child));
    if (isAbsent && child.default === undefined && node.required?.includes(key) !== true) continue;
    settled[key] = settle(child, isAbsent ? child.default : written, [...path, key], reading);
  }
  return settled;
}

/** `limits:` with all its keys commented out is null to YAML, and meant as all defaults. */
function isSectionWithDefault(node: SchemaNode): boolean {
  return node.type === 'object' && node.default !== undefined;
}

function noteUnknown(key: string, known: readonly string[], path: ConfigPath, reading: Reading): void {
  const nearest = nearestKey(key.replace(/[^\w-].*$/s, ''), known);
  const hint = nearest === undefined ? `expected one of ${known.join(', ')}` : `did you mean ${nearest}?`;
  note(reading, path, `unknown key ${formatKey(key)}; ${hint}`);
}

function noteWrong(node: SchemaNode, value: unknown, path: ConfigPath, reading: Reading): undefined {
  return note(reading, path, `expected ${expectedOf(node)}, found ${describeFound(node, value)}`);
}

function note(reading: Reading, path: ConfigPath, message: string): undefined {
  reading.problems.push({ path, message });
}

function isMap(value: unknown): value is Keys {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The settled form of a value that is known to be right, such as a default. */
export function settleKnown<S extends Type.TSchema>(schema: S, value: unknown): Type.Static<S> {
  const readFile = () => {
    throw new WrongValue('a default names no file');
  };
  const source = { env: {}, readFile, resolvePath: readFile, isConfigWorldReadable: false };
  const reading: Reading = { source, problems: [], warnings: [] };
  const settled = settle(nodeOf(schema), value, [], reading);
  if (reading.problems.length > 0)
    throw new Error(`a default of the schema is wrong: ${reading.problems[0]?.message}`);
  return settled as Type.Static<S>;
}
