// The body of DeleteObjects: the keys that it names, for rules about keys. The bytes themselves are sent on unchanged.
import { S3Error } from './error.ts';
import { parseStrictXml, type XmlValue } from './strict-xml.ts';

const MAX_OBJECTS = 1000;
const REPEATED: ReadonlySet<string> = new Set(['Object']);
const ROOT_CHILDREN: ReadonlySet<string> = new Set(['Object', 'Quiet', '#text']);
const OBJECT_CHILDREN: ReadonlySet<string> = new Set([
  'Key',
  'VersionId',
  'ETag',
  'LastModifiedTime',
  'Size',
  '#text',
]);

/** The keys in document order. Throws MalformedXML, also for more than 1000 objects. */
export function parseDeleteObjects(body: Buffer): readonly string[] {
  const root = parseStrictXml(body, 'Delete', REPEATED);
  checkChildren(root, ROOT_CHILDREN);
  const objects = root['Object'];
  if (!Array.isArray(objects) || objects.length === 0) throw malformed('no <Object>');
  if (objects.length > MAX_OBJECTS) throw malformed(`more than ${MAX_OBJECTS} objects`);
  return objects.map(keyOf);
}

function keyOf(object: XmlValue): string {
  if (typeof object !== 'object') throw malformed('an <Object> without <Key>');
  checkChildren(object, OBJECT_CHILDREN);
  const key = object['Key'];
  if (typeof key !== 'string' || key === '') throw malformed('an <Object> without exactly one <Key>');
  return key;
}

function checkChildren(element: Readonly<Record<string, unknown>>, allowed: ReadonlySet<string>): void {
  for (const [name, value] of Object.entries(element)) {
    if (!allowed.has(name)) throw malformed(`an element that does not belong there: ${name.slice(0, 64)}`);
    if (name === '#text' && typeof value === 'string' && value.trim() !== '')
      throw malformed('text between elements');
  }
}

function malformed(reason: string): S3Error {
  return new S3Error('MalformedXML', { reason });
}
