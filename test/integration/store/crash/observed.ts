// What a store shows of itself after a start: every version, upload and part, as it lists them.
import { elementOf } from '../../../support/raw-http.ts';
import type { StoreClient } from './store-client.ts';

export interface ObservedVersion {
  readonly key: string;
  readonly id: string;
  readonly isMarker: boolean;
  readonly isLatest: boolean;
  readonly size: number;
  readonly etag: string;
}

export interface ObservedUpload {
  readonly key: string;
  readonly id: string;
}

export interface ObservedPart {
  readonly number: number;
  readonly size: number;
  readonly etag: string;
}

const textOf = (xml: string, name: string): string =>
  (new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? '').replaceAll('&quot;', '"');
const etagOf = (xml: string): string => textOf(xml, 'ETag').replaceAll('"', '');

/** All pages, in the order of the listing: by key, and newest first. */
export async function listVersions(client: StoreClient, bucket: string): Promise<readonly ObservedVersion[]> {
  const found: ObservedVersion[] = [];
  for (let marker = ''; ; ) {
    const page = await client.expect([200], { method: 'GET', target: `/${bucket}?versions${marker}` });
    const xml = page.body.toString();
    for (const [, kind, inner = ''] of xml.matchAll(/<(Version|DeleteMarker)>(.*?)<\/\1>/gs)) {
      found.push({
        key: textOf(inner, 'Key'),
        id: textOf(inner, 'VersionId'),
        isMarker: kind === 'DeleteMarker',
        isLatest: textOf(inner, 'IsLatest') === 'true',
        size: Number(textOf(inner, 'Size')),
        etag: etagOf(inner),
      });
    }
    if (elementOf(page, 'IsTruncated') !== 'true') return found;
    marker = `&key-marker=${encodeURIComponent(textOf(xml, 'NextKeyMarker'))}&version-id-marker=${textOf(xml, 'NextVersionIdMarker')}`;
  }
}

/** The keys of a plain listing, with their ETags. */
export async function listCurrent(client: StoreClient, bucket: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (let token = ''; ; ) {
    const page = await client.expect([200], { method: 'GET', target: `/${bucket}?list-type=2${token}` });
    const xml = page.body.toString();
    for (const [, inner = ''] of xml.matchAll(/<Contents>(.*?)<\/Contents>/gs)) {
      found.push(`${textOf(inner, 'Key')} ${etagOf(inner)}`);
    }
    if (elementOf(page, 'IsTruncated') !== 'true') return found;
    token = `&continuation-token=${encodeURIComponent(textOf(xml, 'NextContinuationToken'))}`;
  }
}

export async function listUploads(client: StoreClient, bucket: string): Promise<readonly ObservedUpload[]> {
  const page = await client.expect([200], { method: 'GET', target: `/${bucket}?uploads` });
  if (elementOf(page, 'IsTruncated') === 'true') throw new Error('more uploads than the load begins');
  return [...page.body.toString().matchAll(/<Upload>(.*?)<\/Upload>/gs)].map(([, inner = '']) => ({
    key: textOf(inner, 'Key'),
    id: textOf(inner, 'UploadId'),
  }));
}

export async function listParts(
  client: StoreClient,
  { bucket, key, id }: { readonly bucket: string; readonly key: string; readonly id: string },
): Promise<readonly ObservedPart[]> {
  const target = `/${bucket}/${key.split('/').map(encodeURIComponent).join('/')}?uploadId=${id}`;
  const page = await client.expect([200], { method: 'GET', target });
  return [...page.body.toString().matchAll(/<Part>(.*?)<\/Part>/gs)].map(([, inner = '']) => ({
    number: Number(textOf(inner, 'PartNumber')),
    size: Number(textOf(inner, 'Size')),
    etag: etagOf(inner),
  }));
}
