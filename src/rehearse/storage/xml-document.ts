// XML of a store as a tree of texts.
import { XMLParser, XMLValidator } from 'fast-xml-parser';

export type XmlNode = string | { readonly [name: string]: XmlNode | readonly XmlNode[] };

// Numeric entities must be understood: MinIO writes the quotes of SOSAPI as &#34;.
const PARSER = new XMLParser({
  ignoreAttributes: true,
  ignoreDeclaration: true,
  parseTagValue: false,
  htmlEntities: true,
  trimValues: true,
});

/** The root element of this name; undefined where the text is no XML or has another root. */
export function xmlRoot(text: string, name: string): XmlNode | undefined {
  if (XMLValidator.validate(text) !== true) return undefined;
  const tree = PARSER.parse(text) as XmlNode;
  return childOf(tree, name);
}

/** The first child of this name. */
export function childOf(node: XmlNode | undefined, name: string): XmlNode | undefined {
  return childrenOf(node, name)[0];
}

export function childrenOf(node: XmlNode | undefined, name: string): readonly XmlNode[] {
  if (node === undefined || typeof node === 'string' || !Object.hasOwn(node, name)) return [];
  const found = node[name];
  if (found === undefined) return [];
  return Array.isArray(found) ? (found as readonly XmlNode[]) : [found as XmlNode];
}

export function textAt(node: XmlNode | undefined, ...path: readonly string[]): string | undefined {
  const found = path.reduce<XmlNode | undefined>(childOf, node);
  return typeof found === 'string' ? found : undefined;
}
