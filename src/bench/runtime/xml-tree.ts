// XML as elements in their order. White space between elements is dropped, that within text is kept.
import { XMLParser, XMLValidator } from 'fast-xml-parser';

export interface XmlElement {
  readonly name: string;
  readonly text: string;
  readonly children: readonly XmlElement[];
}

/** The text where an element holds nothing else; else its children by name, a list where one repeats. */
export type XmlValue = string | { readonly [name: string]: XmlValue | readonly XmlValue[] };

type Parsed = { readonly [name: string]: readonly Parsed[] | string };

const PARSER = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
  parseTagValue: false,
  trimValues: false,
  processEntities: true,
  htmlEntities: true,
});

/** The root element. Throws an Error whose message says what is wrong with the document. */
export function parseXml(text: string): XmlElement {
  const valid = XMLValidator.validate(text);
  if (valid !== true) throw new Error(`not well-formed XML: ${valid.err.msg}`);
  const [root] = elementsOf(PARSER.parse(text) as readonly Parsed[]);
  if (root === undefined) throw new Error('an XML document without an element');
  return root;
}

/** As an object with the root's name in it: `{ ListVersionsResult: { Version: [...] } }`. */
export function asObject(root: XmlElement): XmlValue {
  return { [root.name]: valueIn(root) };
}

/** The elements at a path of names, each level flattened; none where there are none. */
export function listAt(document: unknown, path: readonly string[]): readonly unknown[] {
  return path.reduce<readonly unknown[]>(
    (level, name) =>
      level.flatMap((value) => {
        const isElement = typeof value === 'object' && value !== null && Object.hasOwn(value, name);
        return isElement ? [(value as Readonly<Record<string, unknown>>)[name]].flat() : [];
      }),
    [document],
  );
}

export function childrenOf(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.filter((child) => child.name === name);
}

/** Of the first child of that name. */
export function textOf(element: XmlElement, name: string): string | undefined {
  return element.children.find((child) => child.name === name)?.text;
}

function elementsOf(parsed: readonly Parsed[]): readonly XmlElement[] {
  return parsed.flatMap((node) =>
    Object.entries(node).flatMap(([name, content]) => {
      if (typeof content === 'string') return [];
      const children = elementsOf(content);
      const text = content.map((each) => (typeof each['#text'] === 'string' ? each['#text'] : '')).join('');
      return [{ name, children, text: children.length > 0 ? text.trim() : text }];
    }),
  );
}

function valueIn({ text, children }: XmlElement): XmlValue {
  if (children.length === 0) return text;
  const values: Record<string, XmlValue | readonly XmlValue[]> = {};
  for (const child of children) {
    const value = valueIn(child);
    const before = Object.hasOwn(values, child.name) ? values[child.name] : undefined;
    values[child.name] = before === undefined ? value : [before, value].flat();
  }
  return text === '' ? values : { ...values, '#text': text };
}
