// What a page of a listing says: how many bytes it lists and where the next page begins. Observed on MinIO (last
// open-source version) and Ceph 16.2.15, 2026-11.
import { childrenOf, readXml, textOf, type XmlElement } from './xml-elements.ts';

/** Where a listing goes on: a key and a version or upload; or an opaque token. */
export interface Marker {
  readonly key: string;
  readonly id: string;
}

export interface Page {
  readonly bytes: bigint;
  readonly count: number;
  /** Absent on the last page. */
  readonly next?: Marker;
}

export interface ListedUpload {
  /** What its key may be, the likeliest first: not every store says whether it encoded it. */
  readonly keys: readonly [string, ...string[]];
  readonly uploadId: string;
}

export interface UploadsPage {
  readonly uploads: readonly ListedUpload[];
  readonly next?: Marker;
}

/** Throws with a few words where it is no such page. `undefined` where it is the listing of a store without versions. */
export function versionsPage(document: string): Page | undefined {
  const root = readXml(document);
  // A store that does not know the parameter `versions`, or `uploads`, lists its objects.
  if (root.name === 'ListBucketResult') return undefined;
  expectRoot(root, 'ListVersionsResult');
  const versions = childrenOf(root, 'Version');
  const entries = root.children.filter(({ name }) => name === 'Version' || name === 'DeleteMarker');
  const page = { bytes: sumOf(versions), count: versions.length };
  if (!isTruncated(root)) return page;
  const { key, isEncoded } = keyReader(root);
  const lastKey = textOf(entries.at(-1) ?? root, 'Key');
  return { ...page, next: markerOf(root, 'NextVersionIdMarker', isEncoded, key(lastKey ?? '')) };
}

/** Throws with a few words where it is no such page. */
export function objectsPage(document: string): Page {
  const root = readXml(document);
  expectRoot(root, 'ListBucketResult');
  const objects = childrenOf(root, 'Contents');
  const page = { bytes: sumOf(objects), count: objects.length };
  if (!isTruncated(root)) return page;
  const token = textOf(root, 'NextContinuationToken') ?? '';
  if (token === '') throw new Error('a listing that goes on but does not say where');
  return { ...page, next: { key: token, id: '' } };
}

/** Throws with a few words where it is no such page. `undefined` where it is the listing of a store without uploads. */
export function uploadsPage(document: string): UploadsPage | undefined {
  const root = readXml(document);
  if (root.name === 'ListBucketResult') return undefined;
  expectRoot(root, 'ListMultipartUploadsResult');
  const { key, isEncoded } = keyReader(root);
  const uploads = childrenOf(root, 'Upload').map((upload): ListedUpload => {
    const [listed, uploadId] = [textOf(upload, 'Key') ?? '', textOf(upload, 'UploadId') ?? ''];
    if (listed === '' || uploadId === '') throw new Error('an upload without a key or an id');
    // RGW encodes these keys as it is asked to, and does not say so.
    const keys: ListedUpload['keys'] = isEncoded ? [key(listed)] : [orAsItIs(listed), listed];
    return { keys: keys[0] === keys[1] ? [listed] : keys, uploadId };
  });
  if (!isTruncated(root)) return { uploads };
  return { uploads, next: markerOf(root, 'NextUploadIdMarker', isEncoded, uploads.at(-1)?.keys[0] ?? '') };
}

export interface PartsPage {
  readonly bytes: bigint;
  /** The number of the part after which the next page begins. */
  readonly next?: number;
}

/** Throws with a few words where it is no such page. */
export function partsPage(document: string): PartsPage {
  const root = readXml(document);
  expectRoot(root, 'ListPartsResult');
  const bytes = sumOf(childrenOf(root, 'Part'));
  if (!isTruncated(root)) return { bytes };
  const next = textOf(root, 'NextPartNumberMarker') ?? '';
  if (!/^\d{1,6}$/.test(next)) throw new Error('a listing that goes on but does not say where');
  return { bytes, next: Number(next) };
}

function expectRoot(root: XmlElement, name: string): void {
  if (root.name === 'Error') throw new Error(`an error (${textOf(root, 'Code') ?? 'without a code'})`);
  if (root.name !== name) throw new Error(`<${root.name}>, not <${name}>`);
}

function sumOf(entries: readonly XmlElement[]): bigint {
  return entries.reduce((sum, entry) => {
    const size = textOf(entry, 'Size')?.trim() ?? '';
    if (!/^\d{1,20}$/.test(size)) throw new Error(`a size that is none (${size.slice(0, 40)})`);
    return sum + BigInt(size);
  }, 0n);
}

function isTruncated(root: XmlElement): boolean {
  const said = textOf(root, 'IsTruncated')?.trim();
  if (said !== 'true' && said !== 'false') throw new Error('a listing that does not say whether it is whole');
  return said === 'true';
}

/** Keys are encoded where the page says so. */
function keyReader(root: XmlElement): { key(listed: string): string; isEncoded: boolean } {
  const isEncoded = textOf(root, 'EncodingType')?.trim().toLowerCase() === 'url';
  return { isEncoded, key: isEncoded ? urlDecoded : (listed) => listed };
}

/** `lastKey`: as it really is. RGW encodes the keys but not the marker, MinIO both, and puts more behind the key in the marker. */
function markerOf(root: XmlElement, idName: string, isEncoded: boolean, lastKey: string): Marker {
  const listed = textOf(root, 'NextKeyMarker') ?? '';
  if (listed === '') throw new Error('a listing that goes on but does not say where');
  const key = isEncoded && listed !== lastKey ? urlDecoded(listed) : listed;
  return { key, id: textOf(root, idName) ?? '' };
}

/** S3 writes a blank as `+` and a plus as `%2B`. */
function urlDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new Error('a key that is not encoded as a URL');
  }
}

function orAsItIs(text: string): string {
  try {
    return urlDecoded(text);
  } catch {
    return text;
  }
}
