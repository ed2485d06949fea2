// A page as a strict parser reads it: its elements in order, with their attributes and texts.
import { XMLParser, XMLValidator } from 'fast-xml-parser';

export interface PageElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Of itself and all that is in it; entities decoded. */
  readonly text: string;
  /** Names of the elements that it is in, the outermost first. */
  readonly within: readonly string[];
}

type Node = Readonly<Record<string, unknown>>;

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};

/** In document order. Throws where the page is not well-formed: each element closed, each text escaped. */
export function readPage(page: string): readonly PageElement[] {
  const valid = XMLValidator.validate(page);
  if (valid !== true) throw new Error(`line ${valid.err.line}: ${valid.err.msg}`);
  const parser = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: '',
    trimValues: false,
    parseTagValue: false,
    processEntities: false,
    // The style sheet is no XML.
    stopNodes: ['*.style'],
  });
  const nodes = parser.parse(page.replace('<!DOCTYPE html>', '')) as readonly Node[];
  return nodes.flatMap((node) => elementsOf(node, []));
}

function elementsOf(node: Node, within: readonly string[]): readonly PageElement[] {
  const name = nameOf(node);
  if (name === '#text') return [];
  const children = node[name] as readonly Node[];
  const attributes = Object.entries((node[':@'] ?? {}) as Record<string, string>);
  return [
    {
      name,
      attributes: Object.fromEntries(attributes.map(([key, value]) => [key, decode(value)])),
      text: textOf(node),
      within,
    },
    ...children.flatMap((child) => elementsOf(child, [...within, name])),
  ];
}

function textOf(node: Node): string {
  const name = nameOf(node);
  if (name === '#text') return decode(String(node[name]));
  return (node[name] as readonly Node[]).map(textOf).join('');
}

function nameOf(node: Node): string {
  return Object.keys(node).find((key) => key !== ':@') ?? '';
}

/** Line ends as they are: the page has line feeds only. */
function decode(text: string): string {
  return text.replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity] ?? entity);
}
