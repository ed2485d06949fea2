// A row of `versions`, read.
import { type ChecksumColumns, checksumOf, type LockColumns, lockOf, pairsOf } from './columns.ts';
import type { VersionRow } from './rows.ts';
import { formatVersionId, NULL_VERSION_ID } from './version-ids.ts';

export interface VersionRecord extends LockColumns, ChecksumColumns {
  readonly id: number;
  readonly bucket: number;
  readonly key: string;
  readonly is_null: number;
  readonly is_marker: number;
  readonly modified_ms: number;
  readonly size: number;
  readonly etag: string;
  readonly headers: string | null;
  readonly tags: string | null;
}

/** As in `VersionRecord`; not `parts`, which may be long and which few need. */
export const VERSION_COLUMNS = `id, bucket, CAST(key AS TEXT) AS key, is_null, is_marker, modified_ms, size, etag,
  checksum_algorithm, checksum_type, checksum_value, lock_mode, lock_until_ms, legal_hold, headers, tags`;

export function versionRow(record: VersionRecord, isLatest: boolean): VersionRow {
  return {
    id: record.id,
    bucketId: record.bucket,
    key: record.key,
    versionId: versionIdOf(record),
    isMarker: record.is_marker === 1,
    isLatest,
    modifiedMs: record.modified_ms,
    size: record.size,
    etag: record.etag,
    headers: pairsOf(record.headers),
    tags: pairsOf(record.tags),
    lock: lockOf(record),
    checksum: checksumOf(record),
  };
}

export function versionIdOf({ id, is_null }: { readonly id: number; readonly is_null: number }): string {
  return is_null === 1 ? NULL_VERSION_ID : formatVersionId(id);
}
