// One deletion, of a version by its id or of whatever is current (Amazon S3 User Guide, "Deleting object versions").
import type { Transaction } from '../database/catalog.ts';
import type { BucketRow, VersionRow } from '../database/rows.ts';
import { checkRemovable } from '../locks/removal.ts';
import type { StoreParts } from '../server/call.ts';
import { replacedVersion } from './add-version.ts';

export interface Deletion {
  readonly key: string;
  /** Undefined: a marker is put on top, or the one version of a bucket without versioning goes. */
  readonly versionId: string | undefined;
  /** Whether GOVERNANCE retention does not count. */
  readonly bypass: boolean;
}

export interface Deleted {
  /** The version that went, or the marker that was made; undefined in a bucket without versioning. */
  readonly versionId: string | undefined;
  /** Whether that is a delete marker. */
  readonly isMarker: boolean;
}

/**
 * Deletes what is there; that nothing is there is no error. Throws AccessDenied for a locked version, before anything is
 * changed. A marker over a locked version is allowed: it takes nothing away.
 */
export function deleteVersion(
  { versions }: Transaction,
  store: StoreParts,
  bucket: BucketRow,
  { key, versionId, bypass }: Deletion,
): Deleted {
  if (versionId !== undefined) {
    const row = versions.byVersionId(bucket.id, key, versionId);
    if (row !== undefined) remove(row);
    return { versionId, isMarker: row?.isMarker ?? false };
  }
  const replaced = replacedVersion(versions, bucket, key);
  if (bucket.versioning === 'off') {
    if (replaced !== undefined) remove(replaced);
    return { versionId: undefined, isMarker: false };
  }
  if (replaced !== undefined) checkRemovable(replaced, store.lockClock, bypass);
  const marker = versions.insertMarker(bucket.id, key, store.wallClock(), bucket.versioning !== 'enabled');
  return { versionId: marker.versionId, isMarker: true };

  function remove(row: VersionRow): void {
    checkRemovable(row, store.lockClock, bypass);
    versions.remove(row);
  }
}
