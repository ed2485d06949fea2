// What the body of a call asks for that changes how objects are protected (Amazon S3 API Reference: PutObjectRetention,
// PutObjectLegalHold, PutObjectLockConfiguration, PutBucketVersioning). To be told, not to be acted on: texts as they stand.
import { parseStrictXml, type XmlValue } from './strict-xml.ts';

/** What stands in the body; what does not is absent. */
export interface ProtectionAsked {
  readonly mode?: string;
  readonly retainUntil?: string;
  readonly legalHold?: string;
  readonly versioning?: string;
  readonly mfaDelete?: string;
  readonly lock?: string;
  readonly defaultMode?: string;
  readonly defaultDays?: string;
  readonly defaultYears?: string;
}

/** Where each of them stands in the document of the operation: names of elements from the root on. */
const PLACES: Readonly<
  Record<string, { readonly root: string; readonly at: Readonly<Record<string, readonly string[]>> }>
> = {
  PutObjectRetention: { root: 'Retention', at: { mode: ['Mode'], retainUntil: ['RetainUntilDate'] } },
  PutObjectLegalHold: { root: 'LegalHold', at: { legalHold: ['Status'] } },
  PutBucketVersioning: {
    root: 'VersioningConfiguration',
    at: { versioning: ['Status'], mfaDelete: ['MfaDelete'] },
  },
  PutObjectLockConfiguration: {
    root: 'ObjectLockConfiguration',
    at: {
      lock: ['ObjectLockEnabled'],
      defaultMode: ['Rule', 'DefaultRetention', 'Mode'],
      defaultDays: ['Rule', 'DefaultRetention', 'Days'],
      defaultYears: ['Rule', 'DefaultRetention', 'Years'],
    },
  },
};

/** The documents are a few hundred bytes. */
export const MAX_PROTECTION_BYTES = 64 * 1024;
const MAX_TEXT = 64;
const NONE: ReadonlySet<string> = new Set();

/** Whether the body of that operation says what it asks for. */
export function hasProtectionBody(operation: string): boolean {
  return Object.hasOwn(PLACES, operation);
}

/** Undefined where it cannot be read as what that operation takes. */
export function readProtectionBody(operation: string, body: Buffer): ProtectionAsked | undefined {
  const places = PLACES[operation];
  if (places === undefined) return undefined;
  let root: XmlValue;
  try {
    root = parseStrictXml(body, places.root, NONE);
  } catch {
    return undefined;
  }
  return Object.fromEntries(
    Object.entries(places.at).flatMap(([name, path]) => {
      const text = textAt(root, path);
      return text === undefined ? [] : [[name, text.trim().slice(0, MAX_TEXT)]];
    }),
  );
}

function textAt(root: XmlValue, path: readonly string[]): string | undefined {
  let at: XmlValue | readonly XmlValue[] | undefined = root;
  for (const name of path) {
    if (typeof at !== 'object' || Array.isArray(at)) return undefined;
    at = (at as { readonly [name: string]: XmlValue | readonly XmlValue[] })[name];
  }
  return typeof at === 'string' ? at : undefined;
}
