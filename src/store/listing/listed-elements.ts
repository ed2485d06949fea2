// What is on a page, as XML: objects, versions, delete markers and common prefixes, their elements in Amazon S3's order.
import { wholeSecond } from '../../s3/http-date.ts';
import type { ListedVersion } from '../database/rows.ts';
import { ownerElement } from '../server/owner.ts';
import type { TextElement } from './listing-text.ts';
import type { PageEntry } from './page.ts';

const OWNER = ownerElement();
// Veeam refuses objects of any other class (minio/minio#19748), and there is no other here.
const STORAGE_CLASS = '<StorageClass>STANDARD</StorageClass>';

/** `<Contents>`: a current object. */
export function objectElement(object: ListedVersion, element: TextElement, withOwner: boolean): string {
  return `<Contents>${element('Key', object.key)}${modified(object)}${data(object)}${withOwner ? OWNER : ''}${STORAGE_CLASS}</Contents>`;
}

/** `<Version>` or `<DeleteMarker>`. */
export function versionElement(version: ListedVersion, element: TextElement): string {
  const identity = `${element('Key', version.key)}<VersionId>${version.versionId}</VersionId><IsLatest>${version.isLatest}</IsLatest>${modified(version)}`;
  return version.isMarker
    ? `<DeleteMarker>${identity}${OWNER}</DeleteMarker>`
    : `<Version>${identity}${data(version)}${OWNER}${STORAGE_CLASS}</Version>`;
}

/** The common prefixes of a page, which stand behind its rows. */
export function commonPrefixElements(entries: readonly PageEntry<unknown>[], element: TextElement): string {
  return entries
    .map((entry) =>
      entry.kind === 'common-prefix'
        ? `<CommonPrefixes>${element('Prefix', entry.prefix)}</CommonPrefixes>`
        : '',
    )
    .join('');
}

/** In whole seconds: what the Last-Modified header says of the object. */
function modified({ modifiedMs }: ListedVersion): string {
  return `<LastModified>${new Date(wholeSecond(modifiedMs)).toISOString()}</LastModified>`;
}

function data({ etag, checksum, size }: ListedVersion): string {
  const algorithm =
    checksum === undefined
      ? ''
      : `<ChecksumAlgorithm>${checksum.algorithm}</ChecksumAlgorithm><ChecksumType>${checksum.type}</ChecksumType>`;
  return `<ETag>&quot;${etag}&quot;</ETag>${algorithm}<Size>${size}</Size>`;
}
