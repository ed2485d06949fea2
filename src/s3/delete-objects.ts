// The body of DeleteObjects (Amazon S3 API Reference), read in one way by whoever looks at it: by rules about keys, while the
// bytes themselves are sent on unchanged, and by the store that deletes.
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

/** One thing to delete. Texts as they stand, decoded once by XML and not again (MaxIOFS 8ac31c6 did it twice). */
export interface DeletedObject {
  readonly key: string;
  /** Undefined also where it is empty. */
  readonly versionId: string | undefined;
  readonly etag: string | undefined;
  /** Whether it may be deleted only with a certain size or date. */
  readonly otherConditions: boolean;
}

export interface DeleteDocument {
  /** The answer names errors only. */
  readonly quiet: boolean;
  /** In document order. */
  readonly objects: readonly DeletedObject[];
}

/** Throws MalformedXML, also for more than 1000 objects. */
export function parseDeleteDocument(body: Buffer): DeleteDocument {
  const root = parseStrictXml(body, 'Delete', REPEATED);
  checkChildren(root, ROOT_CHILDREN);
  const objects = root['Object'];
  if (!Array.isArray(objects) || objects.length === 0) throw malformed('no <Object>');
  if (objects.length > MAX_OBJECTS) throw malformed(`more than ${MAX_OBJECTS} objects`);
  return {
    quiet: textOf(root, 'Quiet')?.trim().toLowerCase() === 'true',
    objects: objects.map(deletedObject),
  };
}

/** The keys in document order. Throws MalformedXML, also for more than 1000 objects. */
export function parseDeleteObjects(body: Buffer): readonly string[] {
  return parseDeleteDocument(body).objects.map(({ key }) => key);
}

function deletedObject(object: XmlValue): DeletedObject {
  if (typeof object !== 'object') throw malformed('an <Object> without <Key>');
  checkChildren(object, OBJECT_CHILDREN);
  const key = object['Key'];
  if (typeof key !== 'string' || key === '') throw malformed('an <Object> without exactly one <Key>');
  const versionId = textOf(object, 'VersionId');
  return {
    key,
    versionId: versionId === '' ? undefined : versionId,
    etag: textOf(object, 'ETag'),
    otherConditions: 'LastModifiedTime' in object || 'Size' in object,
  };
}

function textOf(element: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = element[name];
  if (value === undefined || typeof value === 'string') return value;
  throw malformed(`<${name}> is not one text`);
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
