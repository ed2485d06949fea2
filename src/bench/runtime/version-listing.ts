// ListObjectVersions, page by page, as Veeam asks for it: without an encoding.
import type { ListedVersion, S3Answer, S3Call, VersionListing } from '../bench-context.ts';
import { describeAnswer, describeCall } from './expect-success.ts';
import { childrenOf, parseXml, textOf, type XmlElement } from './xml-tree.ts';

export interface ListingQuestion {
  readonly prefix: string;
  readonly delimiter?: string;
  readonly maxKeys?: number;
  readonly bucket?: string;
}

/** Another page of a listing that never ends is no news. */
const MAX_PAGES = 20_000;

/** The store does not list as it must; the message says how. */
export class ListingError extends Error {
  override readonly name = 'ListingError';
}

type Ask = (call: S3Call) => Promise<S3Answer>;

/** Throws ListingError. */
export async function listAllVersions(ask: Ask, question: ListingQuestion): Promise<VersionListing> {
  const versions: ListedVersion[] = [];
  const prefixes: string[] = [];
  let pages = 0;
  for await (const page of versionPages(ask, question)) {
    versions.push(...page.versions);
    prefixes.push(...page.prefixes);
    pages++;
  }
  return { versions, prefixes, pages };
}

/** Throws ListingError. */
export async function* versionPages(
  ask: Ask,
  { prefix, delimiter, maxKeys, bucket }: ListingQuestion,
): AsyncGenerator<Omit<VersionListing, 'pages'>> {
  let marker: { readonly key: string; readonly versionId: string | undefined } | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const call: S3Call = {
      method: 'GET',
      ...(bucket === undefined ? {} : { bucket }),
      query: [
        ['versions', ''],
        ['prefix', prefix],
        ...(delimiter === undefined ? [] : [['delimiter', delimiter] as const]),
        ...(maxKeys === undefined ? [] : [['max-keys', String(maxKeys)] as const]),
        ...(marker === undefined ? [] : [['key-marker', marker.key] as const]),
        ...(marker?.versionId === undefined ? [] : [['version-id-marker', marker.versionId] as const]),
      ],
    };
    const root = resultOf(call, await ask(call));
    yield {
      versions: root.children.flatMap((child) => versionOf(child) ?? []),
      prefixes: childrenOf(root, 'CommonPrefixes').flatMap((each) => textOf(each, 'Prefix') ?? []),
    };
    if (textOf(root, 'IsTruncated') !== 'true') return;
    const key = textOf(root, 'NextKeyMarker');
    if (key === undefined) {
      throw new ListingError(`${describeCall(call)}: IsTruncated is true but NextKeyMarker is not there`);
    }
    const versionId = textOf(root, 'NextVersionIdMarker') || undefined;
    if (marker !== undefined && key === marker.key && versionId === marker.versionId) {
      throw new ListingError(`${describeCall(call)}: the next page begins where this one began`);
    }
    marker = { key, versionId };
  }
  throw new ListingError(`the listing of "${prefix}" has not ended after ${MAX_PAGES} pages`);
}

function resultOf(call: S3Call, answer: S3Answer): XmlElement {
  if (answer.status !== 200) {
    throw new ListingError(`${describeCall(call)} was answered ${describeAnswer(answer)}; 200 must come`);
  }
  try {
    const root = parseXml(answer.body.toString('utf8'));
    if (root.name === 'ListVersionsResult') return root;
    throw new Error(`the root is <${root.name}>, not <ListVersionsResult>`);
  } catch (error) {
    throw new ListingError(`${describeCall(call)}: ${(error as Error).message}`, { cause: error });
  }
}

function versionOf(element: XmlElement): ListedVersion | undefined {
  const isMarker = element.name === 'DeleteMarker';
  if (!isMarker && element.name !== 'Version') return undefined;
  return {
    key: textOf(element, 'Key') ?? '',
    versionId: textOf(element, 'VersionId') ?? '',
    isLatest: textOf(element, 'IsLatest') === 'true',
    isMarker,
    size: Number(textOf(element, 'Size') ?? 0),
    storageClass: textOf(element, 'StorageClass'),
  };
}
