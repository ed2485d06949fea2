// Reads what a store answers: leniently, because it is only looked at, and a broken answer counts as none.
import { XMLParser } from 'fast-xml-parser';

/** Elements and text, attributes dropped; `repeated` are the paths of elements that are lists. */
export function parseStoreXml(body: Buffer, repeated: readonly string[] = []): unknown {
  const parser = new XMLParser({
    ignoreAttributes: true,
    parseTagValue: false,
    // Keys may begin and end with blanks.
    trimValues: false,
    // For character references too: MinIO writes a quotation mark in a key as `&#34;` (observed 2026-11).
    htmlEntities: true,
    isArray: (_name, path) => repeated.includes(String(path)),
  });
  try {
    return parser.parse(body.toString('utf8'));
  } catch {
    return {};
  }
}
