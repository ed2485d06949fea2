// ListObjectVersions (Amazon S3 API Reference, ListObjectVersions).
import { S3Error } from '../../s3/error.ts';
import type { S3Request } from '../../s3/request.ts';
import { xmlElement } from '../../s3/xml-text.ts';
import { documentAnswer } from '../buckets/document-answer.ts';
import { requireBucket } from '../buckets/require-bucket.ts';
import type { KeyBound, VersionMarker } from '../database/catalog.ts';
import type { ListedVersion } from '../database/rows.ts';
import { NULL_VERSION_ID, parseVersionId } from '../database/version-ids.ts';
import type { Answer, Call, StoreParts } from '../server/call.ts';
import { parameter } from '../server/query.ts';
import { commonPrefixOf, type Grouping, startBehind } from './common-prefix.ts';
import { commonPrefixElements, versionElement } from './listed-elements.ts';
import { pageElements, readListingRequest } from './listing-request.ts';
import type { TextElement } from './listing-text.ts';
import { collectPage, type PageEntry } from './page.ts';

interface Markers {
  /** Empty: from the beginning. */
  readonly key: string;
  /** Empty: behind all versions of the key. */
  readonly versionId: string;
}

export function listObjectVersions({ request }: Call, { catalog }: StoreParts): Answer {
  const bucket = requireBucket(catalog.buckets, request);
  const asked = readListingRequest(request);
  const { element } = asked;
  const markers = readMarkers(request);
  const page = collectPage<ListedVersion, VersionMarker>(
    (from) => catalog.versions.versionsFrom(bucket.id, from, asked.prefix),
    startOf(markers, asked),
    asked,
    asked.maxKeys,
  );
  const last = page.isTruncated ? page.entries.at(-1) : undefined;
  return documentAnswer(
    'ListVersionsResult',
    [
      xmlElement('Name', bucket.name),
      element('Prefix', asked.prefix),
      element('KeyMarker', markers.key),
      xmlElement('VersionIdMarker', markers.versionId),
      last === undefined ? '' : nextMarkerElements(last, element),
      pageElements(asked, page.isTruncated),
      // Versions and markers stand mixed, in the order of the listing.
      ...page.entries.map((entry) => (entry.kind === 'row' ? versionElement(entry.row, element) : '')),
      commonPrefixElements(page.entries, element),
    ].join(''),
  );
}

function readMarkers(request: S3Request): Markers {
  const key = parameter(request, 'key-marker') ?? '';
  const versionId = parameter(request, 'version-id-marker') ?? '';
  if (versionId === '') return { key, versionId };
  if (key === '') throw refused('A version-id marker cannot be specified without a key marker.', versionId);
  if (versionId !== NULL_VERSION_ID && parseVersionId(versionId) === undefined) {
    throw refused('Invalid version id specified', versionId);
  }
  return { key, versionId };
}

function refused(message: string, versionId: string): S3Error {
  return new S3Error('InvalidArgument', {
    message,
    details: { ArgumentName: 'version-id-marker', ArgumentValue: versionId.slice(0, 64) },
  });
}

function startOf({ key, versionId }: Markers, grouping: Grouping): KeyBound | VersionMarker {
  const isWhole = versionId === '' || commonPrefixOf(key, grouping) !== undefined;
  return isWhole ? startBehind(key, grouping) : { key, versionId };
}

function nextMarkerElements(last: PageEntry<ListedVersion>, element: TextElement): string {
  return last.kind === 'row'
    ? element('NextKeyMarker', last.row.key) + xmlElement('NextVersionIdMarker', last.row.versionId)
    : element('NextKeyMarker', last.prefix);
}
