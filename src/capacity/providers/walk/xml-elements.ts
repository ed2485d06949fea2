// Just enough XML for the listings of a store: elements and text, no more than that, or an error.

export interface XmlElement {
  readonly name: string;
  /** The text before, between and after the children, decoded. */
  readonly text: string;
  readonly children: readonly XmlElement[];
}

interface OpenElement {
  readonly name: string;
  text: string;
  readonly children: XmlElement[];
}

const MAX_DEPTH = 16;
const PROLOG = /^\uFEFF?\s*(?:<\?xml[^<>]*\?>)?\s*/;
const TOKEN = /<(\/)?([A-Za-z_][\w.:-]*)(?:\s[^<>]*?)?(\/)?>|([^<]+)/y;
const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/**
 * The root. Attributes are dropped; comments, CDATA, document types and instructions are refused: no store sends any.
 * A character by its number may be one that XML does not allow: RGW and others name control characters in keys so.
 * Throws with a few words where it is no such document.
 */
export function readXml(document: string): XmlElement {
  const token = new RegExp(TOKEN);
  token.lastIndex = PROLOG.exec(document)?.[0].length ?? 0;
  const open: OpenElement[] = [];
  while (token.lastIndex < document.length) {
    const [, closes, name, isEmpty, text] = token.exec(document) ?? [];
    const inner = open.at(-1);
    if (text !== undefined && inner) inner.text += decoded(text);
    else if (name === undefined) throw new Error('no XML');
    else if (closes === undefined) {
      if (open.length === MAX_DEPTH) throw new Error('XML that is nested too deep');
      open.push({ name, text: '', children: [] });
    } else if (inner?.name !== name) throw new Error('XML whose elements do not match');
    if (name === undefined || (closes === undefined && isEmpty === undefined)) continue;
    const done = open.pop();
    const parent = open.at(-1);
    if (done && parent) parent.children.push(done);
    else if (done && document.slice(token.lastIndex).trim() === '') return done;
    else throw new Error('XML with something behind its root');
  }
  throw new Error('XML that is cut off');
}

function decoded(text: string): string {
  return text.replace(/&([^;&]{1,10};)?/g, (_all, reference: string | undefined) => {
    const name = reference?.slice(0, -1) ?? '';
    const number = /^#(?:x([0-9A-Fa-f]{1,6})|(\d{1,7}))$/.exec(name);
    const code = number?.[1] === undefined ? Number(number?.[2]) : Number.parseInt(number[1], 16);
    if (number !== null && code <= 0x10ffff) return String.fromCodePoint(code);
    const named = Object.hasOwn(NAMED, name) ? NAMED[name] : undefined;
    if (named === undefined) throw new Error('XML with an unknown reference');
    return named;
  });
}

/** The text of the first child of that name; undefined where there is none. */
export function textOf(element: XmlElement, name: string): string | undefined {
  return element.children.find((child) => child.name === name)?.text;
}

export function childrenOf(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.filter((child) => child.name === name);
}
