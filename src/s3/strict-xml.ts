// Reads a small XML body so narrowly that no store can read it differently: no DTD, no entities but the five and
// character references, no CDATA, comments, processing instructions or prefixes. Elements and text is all S3 needs.
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { S3Error } from './error.ts';

/** Parsed elements: text, one element, or several of one name. Attributes are dropped. */
export type XmlValue = string | XmlElement;
type XmlElement = { readonly [name: string]: XmlValue | readonly XmlValue[] };

const DECLARATION =
  /^<\?xml version=(["'])1\.0\1(?: encoding=(["'])[uU][tT][fF]-8\2)?(?: standalone=(["'])(?:yes|no)\3)?[ \t\r\n]*\?>/;
const BYTE_ORDER_MARK = '\ufeff';
const ENTITY = /&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)/;
const REFERENCE = /&#(x?)([0-9a-fA-F]+);/g;
// XML 1.0 section 2.2: what is no character, raw or as a reference.
const NO_CHARACTER = /[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]/u;
// Narrower than XML: names in ASCII and elements without a prefix, and no markup within an attribute's quotes, which is
// where parsers part ways. fast-xml-parser alone also takes `</a/>`, and white space that XML does not have.
const TAG =
  /<(?:(\/)[A-Za-z_][\w.-]*[ \t\r\n]*|[A-Za-z_][\w.-]*(?:[ \t\r\n]+[A-Za-z_][\w.:-]*[ \t\r\n]*=[ \t\r\n]*(?:"[^"<>]*"|'[^'<>]*'))*[ \t\r\n]*(\/?))>/g;
// XML 1.0 section 2.4: not in text. Parsers that let it pass (fast-xml-parser does) are alone with that.
const END_OF_CDATA = ']]>';
// The documents that S3 takes are four deep at most; a parser's cost may grow with the square of the depth.
const MAX_DEPTH = 8;

const parser = (repeated: ReadonlySet<string>): XMLParser =>
  new XMLParser({
    ignoreAttributes: true,
    parseTagValue: false,
    trimValues: false,
    processEntities: true,
    htmlEntities: true,
    isArray: (name) => repeated.has(name),
  });

/** Parses a body whose root is `root`; one without anything in it has no children. Throws MalformedXML. */
export function parseStrictXml(body: Buffer, root: string, repeated: ReadonlySet<string>): XmlElement {
  const text = decodeUtf8(body);
  // One may stand before everything, as .NET writes it.
  const unmarked = text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
  const rest = unmarked.replace(DECLARATION, '');
  // fast-xml-parser drops a second byte order mark and character references there (5.12.1, found by fuzzing).
  if (!isEnclosed(rest)) {
    throw new S3Error('MalformedXML', { reason: 'something before or behind the root' });
  }
  if (rest.replace(TAG, '').includes('<') || rest.includes(END_OF_CDATA) || ENTITY.test(rest)) {
    throw new S3Error('MalformedXML', { reason: 'markup beyond plain elements and text' });
  }
  checkCharacters(rest);
  checkDepth(rest);
  if (XMLValidator.validate(rest) !== true) {
    throw new S3Error('MalformedXML', { reason: 'not well formed' });
  }
  return onlyRoot(parse(rest, repeated), root);
}

// The validator lets a closed element stand before the root (`<a/><Delete>`, fast-xml-parser 5.12.1): some take that for the root.
function onlyRoot(document: { readonly [name: string]: XmlValue | undefined }, root: string): XmlElement {
  const { '#text': outside = '', [root]: element, ...others } = document;
  const isAlone = isBlank(outside) && Object.keys(others).length === 0;
  if (isAlone && isBlank(element)) return {};
  if (isAlone && typeof element === 'object' && !Array.isArray(element)) return element;
  throw new S3Error('MalformedXML', { reason: `the root is not <${root}> alone` });
}

/** Whether the first character that is no white space opens a tag, and the last one closes one. */
function isEnclosed(text: string): boolean {
  let start = 0;
  let end = text.length;
  while (isSpace(text[start])) start++;
  while (end > start && isSpace(text[end - 1])) end--;
  return text[start] === '<' && text[end - 1] === '>';
}

function isSpace(character: string | undefined): boolean {
  return character === ' ' || character === '\t' || character === '\r' || character === '\n';
}

function isBlank(value: XmlValue | undefined): boolean {
  return typeof value === 'string' && /^[ \t\r\n]*$/.test(value);
}

function parse(
  text: string,
  repeated: ReadonlySet<string>,
): { readonly [name: string]: XmlValue | undefined } {
  try {
    return parser(repeated).parse(text);
  } catch (cause) {
    throw new S3Error('MalformedXML', { reason: 'not well formed', cause });
  }
}

function checkCharacters(text: string): void {
  const isReferenced = ([, hex = '', digits = '']: RegExpExecArray): boolean => {
    const code = Number.parseInt(digits, hex === '' ? 10 : 16);
    return code <= 0x10ffff && !NO_CHARACTER.test(String.fromCodePoint(code));
  };
  if (NO_CHARACTER.test(text) || ![...text.matchAll(REFERENCE)].every(isReferenced)) {
    throw new S3Error('MalformedXML', { reason: 'a character that XML does not have' });
  }
}

function checkDepth(text: string): void {
  let depth = 0;
  for (const [, closes, closed] of text.matchAll(TAG)) {
    if (closes === '/') depth--;
    else if (closed !== '/') depth++;
    if (depth > MAX_DEPTH)
      throw new S3Error('MalformedXML', { reason: `elements nested more than ${MAX_DEPTH} deep` });
  }
}

function decodeUtf8(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch (cause) {
    throw new S3Error('MalformedXML', { reason: 'not UTF-8', cause });
  }
}
