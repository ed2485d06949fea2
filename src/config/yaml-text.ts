// The YAML of a config file: what it says, where each value stands, and what is wrong with it as YAML.
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import type { ConfigPath, Finding } from './problem.ts';

export interface YamlText {
  readonly value: unknown;
  /** Where it is not YAML at all: nothing else is worth saying then. */
  readonly brokenAt: readonly { readonly line: number; readonly message: string }[];
  /** Keys written twice and aliases without anchor. */
  readonly problems: readonly Finding[];
  /** The line of the value at a path, or of the nearest thing around it. */
  readonly lineOf: (path: ConfigPath) => number | undefined;
}

// The parser's own messages quote the source, which may be a secret.
const MEANING: Readonly<Record<string, string>> = {
  BAD_INDENT: 'the indentation does not fit, or a bracket is not closed',
  BAD_SCALAR_START: 'a value that starts with this character must be in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a value with ": " in it must be in quotes, or a line is indented too far',
  MISSING_CHAR: 'a ":", a quote or a bracket is missing',
  MULTIPLE_DOCS: 'the file holds more than one document',
  TAB_AS_INDENT: 'tabs are not allowed as indentation',
  TAG_RESOLVE_FAILED: 'a value that starts with "!" must be in quotes',
};

export function readYaml(text: string): YamlText {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
  const lineAt = (offset: number) => lines.linePos(offset).line;
  const broken = [...document.errors, ...document.warnings].map(({ code, pos }) => ({
    line: lineAt(pos[0]),
    message: `expected YAML, found a mistake: ${MEANING[code] ?? 'something does not belong here'} (${code})`,
  }));
  const problems =
    document.errors.length === 0 ? [...structureProblems(document, document.contents, [])] : [];
  const isReadable = broken.length === 0 && !problems.some(({ message }) => message === NO_ANCHOR);
  return {
    value: isReadable ? document.toJS() : undefined,
    brokenAt: isReadable
      ? []
      : [...broken, ...problems.map(({ path, message }) => ({ line: find(path) ?? 1, message }))],
    problems,
    lineOf: find,
  };

  function find(path: ConfigPath): number | undefined {
    const offset = offsetOf(document, path);
    return offset === undefined ? undefined : lineAt(offset);
  }
}

const NO_ANCHOR =
  'expected a value, found an alias without anchor; a value that starts with "*" must be in quotes';
const TWICE = 'expected each key once, found this one again';

function* structureProblems(document: Document, node: unknown, path: ConfigPath): Generator<Finding> {
  if (isAlias(node) && node.resolve(document) === undefined) yield { path, message: NO_ANCHOR };
  if (isSeq(node)) {
    for (const [index, item] of node.items.entries())
      yield* structureProblems(document, item, [...path, index]);
  }
  if (isMap(node)) {
    const seen = new Set<string>();
    for (const { key, value } of node.items) {
      const name = keyText(key);
      if (seen.has(name)) yield { path: [...path, name], message: TWICE };
      seen.add(name);
      yield* structureProblems(document, value, [...path, name]);
    }
  }
}

function offsetOf(document: Document, path: ConfigPath): number | undefined {
  let node: unknown = document.contents;
  let offset: number | undefined;
  for (const step of path) {
    const around: unknown = isAlias(node) ? node.resolve(document) : node;
    if (isMap(around)) {
      // The last of two equal keys is the one that is complained about.
      const pair = around.items.findLast(({ key }) => keyText(key) === String(step));
      if (pair === undefined) break;
      offset = startOf(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(around) && typeof step === 'number') {
      node = around.items[step];
      offset = startOf(node) ?? offset;
    } else {
      break;
    }
  }
  return offset;
}

function keyText(key: unknown): string {
  return String(isScalar(key) ? key.value : key);
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}
