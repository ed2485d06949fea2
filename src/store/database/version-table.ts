// Versions and their changes: which one is listed, what the bucket's sums are, whom the files belong to.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { BucketTable } from './bucket-table.ts';
import type { NewVersion, VersionChanges } from './catalog.ts';
import { lockValues, pairsText, partsText } from './columns.ts';
import type { FileTable } from './file-table.ts';
import { keyBytes } from './key-bounds.ts';
import type { OpenListings } from './lazy-rows.ts';
import { requireTransaction } from './require-transaction.ts';
import type { Content, ObjectFacts, ObjectLock, Tags, VersionRow } from './rows.ts';
import { VersionReader } from './version-reader.ts';
import { versionIdOf } from './version-record.ts';

interface RemovalRecord {
  readonly bucket: number;
  readonly key: Uint8Array;
  readonly size: number;
  readonly is_marker: number;
}

const MARKER_FACTS: ObjectFacts = {
  size: 0,
  etag: '',
  headers: [],
  tags: [],
  lock: { retention: undefined, legalHold: false },
  checksum: undefined,
  parts: undefined,
};

export class VersionTable extends VersionReader implements VersionChanges {
  readonly #database: DatabaseSync;
  readonly #buckets: BucketTable;
  readonly #files: FileTable;
  readonly #findNull: StatementSync;
  readonly #unlist: StatementSync;
  readonly #insert: StatementSync;
  readonly #insertInline: StatementSync;
  readonly #findForRemoval: StatementSync;
  readonly #removeInline: StatementSync;
  readonly #remove: StatementSync;
  readonly #newest: StatementSync;
  readonly #list: StatementSync;
  readonly #setLock: StatementSync;
  readonly #setTags: StatementSync;

  constructor(database: DatabaseSync, open: OpenListings, buckets: BucketTable, files: FileTable) {
    super(database, open, files);
    this.#database = database;
    this.#buckets = buckets;
    this.#files = files;
    this.#findNull = database.prepare(
      'SELECT id FROM versions INDEXED BY versions_null WHERE bucket = ? AND key = ? AND is_null = 1',
    );
    this.#unlist = database.prepare(
      'UPDATE OR FAIL versions INDEXED BY versions_listed SET listed = 0 WHERE bucket = ? AND key = ? AND listed = 1',
    );
    this.#insert = database.prepare(
      `INSERT INTO versions (bucket, key, is_null, is_marker, listed, modified_ms, size, etag,
         checksum_algorithm, checksum_type, checksum_value, lock_mode, lock_until_ms, legal_hold, headers, tags, parts)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#insertInline = database.prepare(
      'INSERT INTO inline_bodies (version, crc32, data) VALUES (?, ?, ?)',
    );
    this.#findForRemoval = database.prepare('SELECT bucket, key, size, is_marker FROM versions WHERE id = ?');
    this.#removeInline = database.prepare('DELETE FROM inline_bodies WHERE version = ?');
    this.#remove = database.prepare('DELETE FROM versions WHERE id = ?');
    this.#newest = database.prepare(
      `SELECT id, is_marker, listed FROM versions INDEXED BY versions_by_key
       WHERE bucket = ? AND key = ? ORDER BY id DESC LIMIT 1`,
    );
    this.#list = database.prepare('UPDATE versions SET listed = 1 WHERE id = ?');
    this.#setLock = database.prepare(
      'UPDATE versions SET lock_mode = ?, lock_until_ms = ?, legal_hold = ? WHERE id = ?',
    );
    this.#setTags = database.prepare('UPDATE versions SET tags = ? WHERE id = ?');
  }

  insert(version: NewVersion, isNull: boolean): VersionRow {
    requireTransaction(this.#database);
    const { content, ...facts } = version;
    if (sizeOf(content) !== version.size) {
      throw new Error(`a body of ${sizeOf(content)} bytes was given for a version of ${version.size}`);
    }
    const row = this.#add(facts, isNull, false);
    if (content.kind === 'inline') this.#insertInline.run(row.id, content.crc32, content.data);
    else this.#files.giveToVersion(row.id, content.files);
    return row;
  }

  insertMarker(bucketId: number, key: string, modifiedMs: number, isNull: boolean): VersionRow {
    requireTransaction(this.#database);
    return this.#add({ ...MARKER_FACTS, bucketId, key, modifiedMs }, isNull, true);
  }

  /** Throws where it is not there any more. */
  remove(version: VersionRow): void {
    requireTransaction(this.#database);
    this.#removeRow(version.id);
  }

  setLock(versionRowId: number, lock: ObjectLock): void {
    requireTransaction(this.#database);
    mustChangeOne(this.#setLock.run(...lockValues(lock), versionRowId), versionRowId);
  }

  setTags(versionRowId: number, tags: Tags): void {
    requireTransaction(this.#database);
    mustChangeOne(this.#setTags.run(pairsText(tags), versionRowId), versionRowId);
  }

  #add(facts: Omit<NewVersion, 'content'>, isNull: boolean, isMarker: boolean): VersionRow {
    const { bucketId, key, modifiedMs, size, etag, headers, tags, lock, checksum, parts } = facts;
    const bytes = keyBytes(key);
    if (isNull) this.#removeNull(bucketId, bytes);
    this.#unlist.run(bucketId, bytes);
    const { lastInsertRowid } = this.#insert.run(
      bucketId,
      bytes,
      isNull ? 1 : 0,
      isMarker ? 1 : 0,
      isMarker ? 0 : 1,
      modifiedMs,
      size,
      etag,
      checksum?.algorithm ?? null,
      checksum?.type ?? null,
      checksum?.value ?? null,
      ...lockValues(lock),
      pairsText(headers),
      pairsText(tags),
      partsText(parts),
    );
    const id = Number(lastInsertRowid);
    this.#buckets.addUsage(bucketId, size, 1);
    const versionId = versionIdOf({ id, is_null: isNull ? 1 : 0 });
    return {
      id,
      bucketId,
      key,
      versionId,
      isMarker,
      isLatest: true,
      modifiedMs,
      size,
      etag,
      headers,
      tags,
      lock,
      checksum,
    };
  }

  #removeNull(bucketId: number, key: Uint8Array): void {
    const found = this.#findNull.get(bucketId, key) as { readonly id: number } | undefined;
    if (found) this.#removeRow(found.id);
  }

  #removeRow(id: number): void {
    const record = this.#findForRemoval.get(id) as RemovalRecord | undefined;
    if (record === undefined) throw new Error(`there is no version with the row id ${id}`);
    const { bucket, key, size } = record;
    // Markers have no body, and a body in the database has no files.
    if (record.is_marker === 0 && this.#removeInline.run(id).changes === 0) this.#files.giveUpVersion(id);
    mustChangeOne(this.#remove.run(id), id);
    this.#listNewest(bucket, key);
    this.#buckets.addUsage(bucket, -size, -1);
  }

  #listNewest(bucketId: number, key: Uint8Array): void {
    const newest = this.#newest.get(bucketId, key) as
      | { readonly id: number; readonly is_marker: number; readonly listed: number }
      | undefined;
    if (newest && newest.is_marker === 0 && newest.listed === 0) this.#list.run(newest.id);
  }
}

function sizeOf(content: Content): number {
  if (content.kind === 'inline') return content.data.length;
  return content.files.reduce((sum, { size }) => sum + size, 0);
}

function mustChangeOne(result: { readonly changes: number | bigint }, rowId: number): void {
  if (result.changes !== 1) throw new Error(`there is no version with the row id ${rowId}`);
}
