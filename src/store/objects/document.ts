// The small documents that come and go with calls on objects.
import { S3Error } from '../../s3/error.ts';
import { parseStrictXml, type XmlValue } from '../../s3/strict-xml.ts';
import { S3_NAMESPACE, XML_DECLARATION } from '../../s3/xml-text.ts';
import type { Answer, AnswerHeaders } from '../server/call.ts';

type Element = { readonly [name: string]: XmlValue | readonly XmlValue[] };

const NONE: ReadonlySet<string> = new Set();

/**
 * The children of the root, with or without S3's namespace: Veeam sends none (seaweedfs/seaweedfs#7516). A root without
 * anything in it has no children. Throws MalformedXML.
 */
export function parseDocument(body: Buffer, root: string, repeated: ReadonlySet<string> = NONE): Element {
  return parseStrictXml(body, root, repeated);
}

/** The children of an element: of the given names only. Throws MalformedXML. */
export function childrenOf(
  element: Element | XmlValue | readonly XmlValue[],
  names: readonly string[],
): ReadonlyMap<string, XmlValue | readonly XmlValue[]> {
  if (typeof element !== 'object' || Array.isArray(element)) throw malformed('an element without children');
  const children = new Map<string, XmlValue | readonly XmlValue[]>();
  for (const [name, value] of Object.entries(element as Element)) {
    if (name === '#text' && typeof value === 'string' && value.trim() === '') continue;
    if (!names.includes(name)) throw malformed(`an element that does not belong there: ${name.slice(0, 64)}`);
    children.set(name, value);
  }
  return children;
}

/** The text of a child; undefined where it is not there. Throws MalformedXML where it is repeated or has children. */
export function textOf(
  children: ReadonlyMap<string, XmlValue | readonly XmlValue[]>,
  name: string,
): string | undefined {
  const value = children.get(name);
  if (value === undefined || typeof value === 'string') return value;
  throw malformed(`<${name}> is not one text`);
}

/** 200 with `<root>children</root>`; `children` is XML. */
export function documentAnswer(root: string, children: string, headers: AnswerHeaders): Answer {
  return {
    status: 200,
    headers: [['Content-Type', 'application/xml'], ...headers],
    body: Buffer.from(`${XML_DECLARATION}\n<${root} xmlns="${S3_NAMESPACE}">${children}</${root}>`),
  };
}

function malformed(reason: string): S3Error {
  return new S3Error('MalformedXML', { reason });
}
