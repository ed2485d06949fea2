// What S3's listings give, worked out the slow way from bytes; and clients that walk the real ones page by page.
import { elements, readXml, type StoreFixture, texts, type Xml } from '../buckets/store-fixture.ts';

/** What is asked for besides the place to start at. */
export interface Asked {
  readonly prefix: string;
  readonly delimiter: string;
  readonly maxKeys: number;
  readonly encoded: boolean;
}

export type ModelEntry<Row> =
  | { readonly row: Row; readonly prefix?: never }
  | { readonly prefix: string; readonly row?: never };

export const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** Rows, which are in order, as a listing shows them. */
export function modelOf<Row extends { readonly key: string }>(
  rows: readonly Row[],
  { prefix, delimiter }: Asked,
): ModelEntry<Row>[] {
  const start = Buffer.from(prefix);
  const entries: ModelEntry<Row>[] = [];
  const groups = new Set<string>();
  for (const row of rows) {
    const key = Buffer.from(row.key);
    if (!key.subarray(0, start.length).equals(start)) continue;
    const at = delimiter === '' ? -1 : key.indexOf(delimiter, start.length);
    const group = at === -1 ? undefined : key.toString('utf8', 0, at + Buffer.byteLength(delimiter));
    if (group === undefined) entries.push({ row });
    else if (!groups.has(group)) entries.push({ prefix: group });
    if (group !== undefined) groups.add(group);
  }
  return entries;
}

/** What of a listing lies behind a marker that a client made up. */
export function behindMarker<Row extends { readonly key: string }>(
  entries: readonly ModelEntry<Row>[],
  marker: string,
): ModelEntry<Row>[] {
  return entries.filter(({ row, prefix }) =>
    prefix === undefined
      ? byBytes(row.key, marker) > 0
      : byBytes(prefix, marker) > 0 && !marker.startsWith(prefix),
  );
}

/** What stands on a page: rows, then common prefixes. */
export interface ListedPage {
  readonly rows: readonly string[];
  readonly prefixes: readonly string[];
}

export function pagesOf<Row>(
  entries: readonly ModelEntry<Row>[],
  size: number,
  show: (row: Row) => string,
): ListedPage[] {
  const pages: ListedPage[] = [];
  for (let from = 0; from === 0 || from < entries.length; from += size) {
    const page = entries.slice(from, from + size);
    pages.push({
      rows: page.flatMap(({ row }) => (row === undefined ? [] : [show(row)])),
      prefixes: page.flatMap(({ prefix }) => prefix ?? []),
    });
  }
  return pages;
}

/** The parameters of a listing as a client writes them. */
export function targetOf(
  bucket: string,
  { prefix, delimiter, maxKeys, encoded }: Asked,
  more: Readonly<Record<string, string>> = {},
): string {
  const parameters = {
    ...(prefix === '' ? {} : { prefix }),
    ...(delimiter === '' ? {} : { delimiter }),
    'max-keys': String(maxKeys),
    ...(encoded ? { 'encoding-type': 'url' } : {}),
    ...more,
  };
  const query = Object.entries(parameters).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return `/${bucket}?${query.join('&')}`;
}

export type Decode = (text: string) => string;

/** As clients decode `encoding-type=url`: like a form. */
export const decodeForm: Decode = (text) => decodeURIComponent(text.replaceAll('+', ' '));

export const decodeOf = ({ encoded }: Asked): Decode => (encoded ? decodeForm : (text) => text);

const MAX_PAGES = 500;

/** Follows a listing from page to page; `next` gives the parameters of the following one. */
async function walk(
  store: StoreFixture,
  bucket: string,
  asked: Asked,
  first: Readonly<Record<string, string>>,
  rowsIn: (page: Xml, decode: Decode) => string[],
  next: (page: Xml, decode: Decode) => Readonly<Record<string, string>>,
  afterPage: (rows: readonly string[]) => Promise<void> = async () => {},
): Promise<ListedPage[]> {
  const pages: ListedPage[] = [];
  const decode = decodeOf(asked);
  for (let more = first; pages.length < MAX_PAGES; ) {
    const { status, text, message } = await store.ask('GET', targetOf(bucket, asked, more));
    if (status !== 200) throw new Error(`${status} ${message}`);
    const page = readXml(text);
    const rows = rowsIn(page, decode);
    const prefixes = elements(page, 'CommonPrefixes').flatMap((each) => texts(each, 'Prefix').map(decode));
    pages.push({ rows, prefixes });
    if (texts(page, 'IsTruncated')[0] !== 'true') return pages;
    more = { ...first, ...next(page, decode) };
    await afterPage(rows);
  }
  throw new Error('the listing does not end');
}

const keysIn = (page: Xml, decode: Decode): string[] =>
  elements(page, 'Contents').flatMap((each) => texts(each, 'Key').map(decode));

/** With ListObjects: by NextMarker, and by the last key where there is none, as S3's reference says. */
export const walkObjects = (store: StoreFixture, bucket: string, asked: Asked): Promise<ListedPage[]> =>
  walk(store, bucket, asked, {}, keysIn, (page, decode) => {
    const marker = texts(page, 'NextMarker').map(decode)[0];
    if ((marker !== undefined) !== (asked.delimiter !== ''))
      throw new Error('NextMarker goes with a delimiter');
    return { marker: marker ?? keysIn(page, decode).at(-1) ?? '' };
  });

export const walkObjectsV2 = (
  store: StoreFixture,
  bucket: string,
  asked: Asked,
  afterPage?: (rows: readonly string[]) => Promise<void>,
): Promise<ListedPage[]> =>
  walk(
    store,
    bucket,
    asked,
    { 'list-type': '2' },
    keysIn,
    (page) => ({ 'continuation-token': texts(page, 'NextContinuationToken')[0] ?? '' }),
    afterPage,
  );

/** A version as text: `key version-id`, with `marker` and `latest` where it is. */
export function shownVersion(version: {
  readonly key: string;
  readonly versionId: string;
  readonly isMarker: boolean;
  readonly isLatest: boolean;
}): string {
  const { key, versionId, isMarker, isLatest } = version;
  return JSON.stringify([key, versionId, isMarker ? 'marker' : '', isLatest ? 'latest' : '']);
}

export const walkVersions = (
  store: StoreFixture,
  bucket: string,
  asked: Asked,
  afterPage?: (rows: readonly string[]) => Promise<void>,
): Promise<ListedPage[]> =>
  walk(
    store,
    bucket,
    asked,
    { versions: '' },
    versionsIn,
    (page, decode) => {
      const [versionId] = texts(page, 'NextVersionIdMarker');
      return {
        'key-marker': texts(page, 'NextKeyMarker').map(decode)[0] ?? '',
        ...(versionId === undefined ? {} : { 'version-id-marker': versionId }),
      };
    },
    afterPage,
  );

/** Versions and markers in the order of the keys; a parser keeps the order only among elements of one name. */
function versionsIn(page: Xml, decode: Decode): string[] {
  const rows = (['Version', 'DeleteMarker'] as const).flatMap((name) =>
    elements(page, name).map((each) => ({
      key: decode(texts(each, 'Key')[0] ?? ''),
      versionId: texts(each, 'VersionId')[0] ?? '',
      isMarker: name === 'DeleteMarker',
      isLatest: texts(each, 'IsLatest')[0] === 'true',
    })),
  );
  return rows.map(shownVersion).sort();
}
