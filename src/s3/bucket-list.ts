// ListBuckets, read from stores and written for clients (Amazon S3 API Reference, ListBuckets).
import { parseStoreXml } from './store-xml.ts';
import { S3_NAMESPACE, XML_DECLARATION, xmlElement } from './xml-text.ts';

export interface BucketEntry {
  readonly name: string;
  /** ISO 8601, as the store wrote it. */
  readonly creationDate: string;
}

export interface BucketList {
  readonly ownerId: string;
  readonly ownerName: string;
  readonly buckets: readonly BucketEntry[];
}

const BUCKETS = 'ListAllMyBucketsResult.Buckets.Bucket';

interface Parsed {
  readonly ListAllMyBucketsResult?: {
    readonly Owner?: { readonly ID?: string; readonly DisplayName?: string };
    readonly Buckets?: {
      readonly Bucket?: readonly { readonly Name?: string; readonly CreationDate?: string }[];
    };
  };
}

/** Reads a store's answer; undefined where it is none. */
export function parseBucketList(body: Buffer): BucketList | undefined {
  const { ListAllMyBucketsResult: result } = parseStoreXml(body, [BUCKETS]) as Parsed;
  if (result === undefined) return undefined;
  const buckets = result.Buckets?.Bucket ?? [];
  return {
    ownerId: result.Owner?.ID ?? '',
    ownerName: result.Owner?.DisplayName ?? '',
    buckets: buckets.map(({ Name = '', CreationDate = '' }) => ({ name: Name, creationDate: CreationDate })),
  };
}

/** What a client may ask of the list. */
export interface BucketListQuery {
  readonly prefix: string;
  readonly maxBuckets: number;
  /** The name behind which the page starts. */
  readonly continuationToken: string;
}

/** Writes one page: buckets by name, a continuation token where more follow. */
export function renderBucketList(list: BucketList, query: BucketListQuery): Buffer {
  const rest = list.buckets
    .filter(({ name }) => name.startsWith(query.prefix) && name > query.continuationToken)
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const page = rest.slice(0, query.maxBuckets);
  const last = page.at(-1);
  const buckets = page.map(
    ({ name, creationDate }) =>
      `<Bucket>${xmlElement('Name', name)}${xmlElement('CreationDate', creationDate)}</Bucket>`,
  );
  return Buffer.from(
    `${XML_DECLARATION}\n<ListAllMyBucketsResult xmlns="${S3_NAMESPACE}"><Owner>${xmlElement('ID', list.ownerId)}${xmlElement('DisplayName', list.ownerName)}</Owner><Buckets>${buckets.join('')}</Buckets>${last !== undefined && page.length < rest.length ? xmlElement('ContinuationToken', last.name) : ''}${query.prefix === '' ? '' : xmlElement('Prefix', query.prefix)}</ListAllMyBucketsResult>`,
  );
}
