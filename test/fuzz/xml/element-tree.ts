// A document as another parser reads it, and the texts that stand in it by the path of their element.

/** A text, or an element: its name and what is in it. */
export type XmlNode = string | readonly [name: string, children: readonly XmlNode[]];

export type TextsByPath = ReadonlyMap<string, readonly string[]>;

/** The root and elements with elements in them give their text only where it is more than white space; others give all of it. */
export function textsByPath(node: XmlNode): TextsByPath {
  const texts = new Map<string, string[]>();
  collect(node, '', texts);
  return texts;
}

function collect(node: XmlNode, parent: string, texts: Map<string, string[]>): void {
  if (typeof node === 'string') return;
  const [name, children] = node;
  const path = `${parent}/${ownName(name)}`;
  const text = children.filter((child) => typeof child === 'string').join('');
  const isLeaf = parent !== '' && children.every((child) => typeof child === 'string');
  if (isLeaf || text.trim() !== '') add(texts, path, text);
  for (const child of children) collect(child, path, texts);
}

/** fast-xml-parser 5.12.1 gives `<toString>` as `__toString` and the like; nothing in S3 has such a name. */
function ownName(name: string): string {
  return name in Object.prototype ? `__${name}` : name;
}

function add(texts: Map<string, string[]>, path: string, text: string): void {
  const known = texts.get(path);
  if (known === undefined) texts.set(path, [text]);
  else known.push(text);
}

/** The same of what our reader gives: objects by name, arrays where a name is repeated. */
export function textsOfParsed(root: string, parsed: unknown): TextsByPath {
  const texts = new Map<string, string[]>();
  collectParsed(parsed, `/${root}`, texts);
  return texts;
}

function collectParsed(value: unknown, path: string, texts: Map<string, string[]>): void {
  if (typeof value === 'string') {
    add(texts, path, value);
    return;
  }
  if (Array.isArray(value)) {
    for (const each of value) collectParsed(each, path, texts);
    return;
  }
  for (const [name, child] of Object.entries(value as object)) {
    if (name !== '#text') collectParsed(child, `${path}/${name}`, texts);
    else if (typeof child === 'string' && child.trim() !== '') collectParsed(child, path, texts);
  }
}
