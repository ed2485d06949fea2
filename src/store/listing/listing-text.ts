// Keys, prefixes and markers as text of a listing, such that a client reads back exactly the key that is there.
import { escapeXml } from '../../s3/xml-text.ts';

/** `url` where the request has `encoding-type=url`. */
export type ListingEncoding = 'url' | 'none';

/** Writes `<name>text</name>`. */
export type TextElement = (name: string, text: string) => string;

// XML 1.0 section 2.2. Lone surrogates need no check: no UTF-8 decodes to one.
const NO_XML_CHARACTER = /([\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff])/;
const PLAIN_TEXT = /^[\x20!#-%(-;=?-\x7e]*$/;
const URL_UNCHANGED = /^[\w.*/-]*$/;

/**
 * Elements that hold keys. XML 1.0 has no way to write some characters: they go as `&#x1;` and its kin, as Amazon S3 and
 * MinIO send them (seen 2026-11). A strict parser refuses that (basho/riak_cs#1255), and its user asks with
 * `encoding-type=url`; a substitute would be another key, and a refusal would let one key hide the others.
 */
export function textElementFor(encoding: ListingEncoding): TextElement {
  return encoding === 'url'
    ? (name, text) => `<${name}>${urlEncode(text)}</${name}>`
    : (name, text) => `<${name}>${xmlText(text)}</${name}>`;
}

function xmlText(text: string): string {
  if (PLAIN_TEXT.test(text)) return text;
  // A parser reads a bare carriage return as a line feed (XML 1.0 section 2.11).
  const escaped = (piece: string): string => escapeXml(piece).replaceAll('\r', '&#13;');
  // Split by a pattern with a group, every second piece is what the group found.
  return text
    .split(NO_XML_CHARACTER)
    .map((piece, at) =>
      at % 2 === 0 ? escaped(piece) : `&#x${piece.charCodeAt(0).toString(16).toUpperCase()};`,
    )
    .join('');
}

/**
 * As Amazon S3 encodes: like an HTML form, with `/` kept (measured by brekkylab/backlot#178, 2026-09; MinIO's
 * `s3URLEncode` does the same). Ceph RGW writes `%20` for a space; whoever decodes forms reads both.
 */
function urlEncode(text: string): string {
  if (URL_UNCHANGED.test(text)) return text;
  return encodeURIComponent(text.toWellFormed())
    .replaceAll('%2F', '/')
    .replaceAll('%20', '+')
    .replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
