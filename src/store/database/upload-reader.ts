// Questions about unfinished multipart uploads and their parts.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { ChecksumAlgorithm } from '../../s3/checksum.ts';
import type { KeyBound, UploadReads } from './catalog.ts';
import { type LockColumns, lockOf, pairsOf } from './columns.ts';
import { afterKey, endOfPrefix, fromKey, keyBytes, startOfListing } from './key-bounds.ts';
import { LazyRows, type OpenListings } from './lazy-rows.ts';
import type { PartRow, StoredChecksum, UploadRow } from './rows.ts';

interface UploadRecord extends LockColumns {
  readonly id: number;
  readonly bucket: number;
  readonly key: string;
  readonly upload_id: string;
  readonly initiated_ms: number;
  readonly checksum_algorithm: ChecksumAlgorithm | null;
  readonly checksum_type: StoredChecksum['type'] | null;
  readonly headers: string | null;
  readonly tags: string | null;
}

interface PartRecord {
  readonly number: number;
  readonly size: number;
  readonly etag: string;
  readonly modified_ms: number;
  readonly checksum: string | null;
  readonly file: number;
  readonly file_size: number;
  readonly block_checksums: Uint8Array;
}

const COLUMNS = `id, bucket, CAST(key AS TEXT) AS key, upload_id, initiated_ms, checksum_algorithm, checksum_type,
  lock_mode, lock_until_ms, legal_hold, headers, tags`;

/** The queries, for tests of their plans. */
export const UPLOAD_QUERIES = {
  find: `SELECT ${COLUMNS} FROM uploads WHERE upload_id = ? AND bucket = ? AND uploads.key = ?`,
  parts: `SELECT number, parts.size, etag, modified_ms, checksum, file, files.size AS file_size, block_checksums
    FROM parts CROSS JOIN files ON files.id = parts.file
    WHERE parts.upload = ? AND number > ? ORDER BY number LIMIT ?`,
  keys: `SELECT ${COLUMNS} FROM uploads INDEXED BY uploads_by_key
    WHERE bucket = ? AND uploads.key >= ? AND uploads.key < ? ORDER BY uploads.key, id`,
  restOfKey: `SELECT ${COLUMNS} FROM uploads INDEXED BY uploads_by_key
    WHERE bucket = ? AND uploads.key = ? AND id > ? ORDER BY id`,
} as const;

export class UploadReader implements UploadReads {
  readonly #find: StatementSync;
  readonly #parts: StatementSync;
  readonly #keys: LazyRows<UploadRecord>;
  readonly #restOfKey: LazyRows<UploadRecord>;

  constructor(database: DatabaseSync, open: OpenListings) {
    this.#find = database.prepare(UPLOAD_QUERIES.find);
    this.#parts = database.prepare(UPLOAD_QUERIES.parts);
    this.#keys = new LazyRows(database, open, UPLOAD_QUERIES.keys);
    this.#restOfKey = new LazyRows(database, open, UPLOAD_QUERIES.restOfKey);
  }

  find(bucketId: number, key: string, uploadId: string): UploadRow | undefined {
    const record = this.#find.get(uploadId, bucketId, keyBytes(key)) as UploadRecord | undefined;
    return record && uploadRow(record);
  }

  parts(uploadRowId: number, after: number, limit: number): readonly PartRow[] {
    return (this.#parts.all(uploadRowId, after, limit) as unknown as readonly PartRecord[]).map(partRow);
  }

  uploadsFrom(
    bucketId: number,
    from: KeyBound | { readonly key: string; readonly uploadId: string },
    prefix: string,
  ): Iterable<UploadRow> {
    return 'bytes' in from ? this.#fromBound(bucketId, from, prefix) : this.#behind(bucketId, from, prefix);
  }

  *#fromBound(bucketId: number, from: KeyBound, prefix: string): Generator<UploadRow, void, void> {
    const rows = this.#keys.from(bucketId, startOfListing(from, prefix), endOfPrefix(prefix));
    for (const record of rows) yield uploadRow(record);
  }

  /** Behind an upload; one that is gone may have been anywhere in its key, so all uploads of that key come. */
  *#behind(
    bucketId: number,
    { key, uploadId }: { readonly key: string; readonly uploadId: string },
    prefix: string,
  ): Generator<UploadRow, void, void> {
    const upload = this.find(bucketId, key, uploadId);
    if (upload === undefined) {
      yield* this.#fromBound(bucketId, fromKey(key), prefix);
      return;
    }
    if (key.startsWith(prefix)) {
      for (const record of this.#restOfKey.from(bucketId, keyBytes(key), upload.id)) yield uploadRow(record);
    }
    yield* this.#fromBound(bucketId, afterKey(key), prefix);
  }
}

function uploadRow(record: UploadRecord): UploadRow {
  const { checksum_algorithm: algorithm, checksum_type: type } = record;
  return {
    id: record.id,
    bucketId: record.bucket,
    key: record.key,
    uploadId: record.upload_id,
    initiatedMs: record.initiated_ms,
    headers: pairsOf(record.headers),
    tags: pairsOf(record.tags),
    lock: lockOf(record),
    checksum: algorithm === null || type === null ? undefined : { algorithm, type },
  };
}

function partRow(record: PartRecord): PartRow {
  return {
    number: record.number,
    size: record.size,
    etag: record.etag,
    modifiedMs: record.modified_ms,
    checksum: record.checksum ?? undefined,
    file: { id: record.file, size: record.file_size, blockChecksums: record.block_checksums },
  };
}
