// The small documents that configure a bucket, read strictly: an element that is not understood would be a setting lost.
import { S3Error } from '../../s3/error.ts';
import { parseStrictXml, type XmlValue } from '../../s3/strict-xml.ts';

const NONE_REPEATED: ReadonlySet<string> = new Set();

/** The children of one element by name. */
export type Children = ReadonlyMap<string, XmlValue>;

/** Reads the children of the root. Throws MalformedXML, also for one that is not among `names`. */
export function parseConfiguration(body: Buffer, root: string, names: readonly string[]): Children {
  return childrenOf(parseStrictXml(body, root, NONE_REPEATED), names);
}

/** The children of an element: each of `names` at most once, and nothing else. Throws MalformedXML. */
export function childrenOf(
  element: XmlValue | Readonly<Record<string, unknown>> | undefined,
  names: readonly string[],
): Children {
  if (typeof element !== 'object') throw malformed('an element without children');
  const children = new Map<string, XmlValue>();
  for (const [name, value] of Object.entries(element)) {
    if (name === '#text' && typeof value === 'string' && value.trim() === '') continue;
    if (!names.includes(name)) throw malformed(`an element that does not belong there: ${name.slice(0, 64)}`);
    if (!isOne(value)) throw malformed(`<${name}> is repeated`);
    children.set(name, value);
  }
  return children;
}

/** The text of a child; undefined where it is not there. Throws MalformedXML where it has children. */
export function textOf(children: Children, name: string): string | undefined {
  const value = children.get(name);
  if (typeof value === 'object') throw malformed(`<${name}> is not text`);
  return value;
}

export function malformed(reason: string): S3Error {
  return new S3Error('MalformedXML', { reason });
}

function isOne(value: unknown): value is XmlValue {
  return typeof value === 'string' || (typeof value === 'object' && value !== null && !Array.isArray(value));
}
