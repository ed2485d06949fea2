// Unfinished multipart uploads and their changes.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { BucketTable } from './bucket-table.ts';
import type { UploadChanges } from './catalog.ts';
import { lockValues, pairsText } from './columns.ts';
import type { FileTable } from './file-table.ts';
import { keyBytes } from './key-bounds.ts';
import type { OpenListings } from './lazy-rows.ts';
import { requireTransaction } from './require-transaction.ts';
import type { PartRow, UploadRow } from './rows.ts';
import { UploadReader } from './upload-reader.ts';

export class UploadTable extends UploadReader implements UploadChanges {
  readonly #database: DatabaseSync;
  readonly #buckets: BucketTable;
  readonly #files: FileTable;
  readonly #insert: StatementSync;
  readonly #bucketOf: StatementSync;
  readonly #part: StatementSync;
  readonly #putPart: StatementSync;
  readonly #bytesOf: StatementSync;
  readonly #removeParts: StatementSync;
  readonly #remove: StatementSync;

  constructor(database: DatabaseSync, open: OpenListings, buckets: BucketTable, files: FileTable) {
    super(database, open);
    this.#database = database;
    this.#buckets = buckets;
    this.#files = files;
    this.#insert = database.prepare(
      `INSERT INTO uploads (bucket, key, upload_id, initiated_ms, checksum_algorithm, checksum_type,
         lock_mode, lock_until_ms, legal_hold, headers, tags)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#bucketOf = database.prepare('SELECT bucket FROM uploads WHERE id = ?');
    this.#part = database.prepare('SELECT size, file FROM parts WHERE upload = ? AND number = ?');
    this.#putPart = database.prepare(
      `INSERT OR REPLACE INTO parts (upload, number, size, etag, modified_ms, checksum, file)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#bytesOf = database.prepare('SELECT coalesce(sum(size), 0) AS bytes FROM parts WHERE upload = ?');
    this.#removeParts = database.prepare('DELETE FROM parts WHERE upload = ?');
    this.#remove = database.prepare('DELETE FROM uploads WHERE id = ?');
  }

  insert(upload: Omit<UploadRow, 'id'>): UploadRow {
    requireTransaction(this.#database);
    const { bucketId, key, uploadId, initiatedMs, headers, tags, lock, checksum } = upload;
    const { lastInsertRowid } = this.#insert.run(
      bucketId,
      keyBytes(key),
      uploadId,
      initiatedMs,
      checksum?.algorithm ?? null,
      checksum?.type ?? null,
      ...lockValues(lock),
      pairsText(headers),
      pairsText(tags),
    );
    return { ...upload, id: Number(lastInsertRowid) };
  }

  putPart(uploadRowId: number, part: PartRow): void {
    requireTransaction(this.#database);
    const { number, size, etag, modifiedMs, checksum, file } = part;
    if (file.size !== size) throw new Error(`a file of ${file.size} bytes was given for a part of ${size}`);
    const bucketId = this.#bucketIdOf(uploadRowId);
    const earlier = this.#part.get(uploadRowId, number) as
      | { readonly size: number; readonly file: number }
      | undefined;
    if (earlier) this.#files.giveUpPart(uploadRowId, earlier.file);
    this.#files.giveToPart(uploadRowId, file);
    this.#putPart.run(uploadRowId, number, size, etag, modifiedMs, checksum ?? null, file.id);
    this.#buckets.addUsage(bucketId, size - (earlier?.size ?? 0), 0);
  }

  /** Throws where it is not there any more. */
  remove(uploadRowId: number): void {
    requireTransaction(this.#database);
    const bucketId = this.#bucketIdOf(uploadRowId);
    const { bytes } = this.#bytesOf.get(uploadRowId) as { bytes: number };
    this.#files.giveUpParts(uploadRowId);
    this.#removeParts.run(uploadRowId);
    this.#remove.run(uploadRowId);
    this.#buckets.addUsage(bucketId, -bytes, 0);
  }

  #bucketIdOf(uploadRowId: number): number {
    const upload = this.#bucketOf.get(uploadRowId) as { readonly bucket: number } | undefined;
    if (upload === undefined) throw new Error(`there is no upload with the row id ${uploadRowId}`);
    return upload.bucket;
  }
}
