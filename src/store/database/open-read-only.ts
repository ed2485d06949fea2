// The catalog for reading only, also while a store is at work on it.
import type { DatabaseSync } from 'node:sqlite';
import { S3Error } from '../../s3/error.ts';
import { BucketReader } from './bucket-table.ts';
import type { BucketReads, FileReads, UploadReads, VersionReads } from './catalog.ts';
import { FileReader } from './file-table.ts';
import { OpenListings } from './lazy-rows.ts';
import { openForReading } from './open-connection.ts';
import { recount } from './recount.ts';
import type { CompletedPart, Content, PartRow, VersionRow } from './rows.ts';
import { damageFound } from './sqlite-failure.ts';
import { UploadReader } from './upload-reader.ts';
import { VersionReader } from './version-reader.ts';

/** So many rows are read at one moment. */
const BATCH = 64;

export interface VersionWithContent {
  readonly row: VersionRow;
  /** Undefined where the catalog does not know all of its bytes, which `recount` tells too. */
  readonly content: Content | undefined;
  /** Present for multipart objects. */
  readonly parts: readonly CompletedPart[] | undefined;
}

export interface PartOfUpload {
  readonly uploadRowId: number;
  readonly part: PartRow;
}

export interface ReadOnlyDatabase {
  readonly buckets: BucketReads;
  readonly versions: VersionReads;
  readonly uploads: UploadReads;
  readonly files: FileReads;
  /**
   * All versions that have content, by row id, lazily, also those that are added meanwhile. The store is not held up however
   * long it takes; so what comes out may be gone by now: ask `isOwned` before a missing file is called a loss.
   */
  everyVersion(): Iterable<VersionWithContent>;
  /** All parts of unfinished uploads, likewise. */
  everyPart(): Iterable<PartOfUpload>;
  /** Whether a version or part has that file now. */
  isOwned(fileId: number): boolean;
  /** What SQLite finds wrong with the file itself, as sentences; empty where all is well. Reads all of it. */
  integrityCheck(): readonly string[];
  /** See `recount.ts`. */
  recount(): readonly string[];
  close(): void;
}

/** Throws an Error of one sentence where the file cannot be used. */
export function openReadOnly(file: string): ReadOnlyDatabase {
  const database = openForReading(file);
  const listings = new OpenListings();
  const files = new FileReader(database);
  const versions = new VersionReader(database, listings, files);
  const uploads = new UploadReader(database, listings);
  const owned = database.prepare('SELECT 1 FROM files WHERE id = ? AND given_up = 0');
  return {
    buckets: new BucketReader(database),
    versions,
    uploads,
    files,
    everyVersion: () => everyVersion(database, versions),
    everyPart: () => everyPart(database, uploads),
    isOwned: (fileId) => owned.get(fileId) !== undefined,
    integrityCheck: () => integrityCheck(database),
    recount: () => recount(database),
    close: () => database.close(),
  };
}

/** The contents one by one: a batch of them may be very many files. */
function* everyVersion(
  database: DatabaseSync,
  versions: VersionReader,
): Generator<VersionWithContent, void, void> {
  const rows = inBatches(database, 0, (last) =>
    versions.rowsWithContent(last, BATCH).map((row) => ({ at: row.id, item: row })),
  );
  for (const row of rows) {
    const found = atOneMoment(database, () => {
      // Removed since its batch was read.
      if (!versions.hasContent(row.id)) return undefined;
      return { row, content: contentOf(versions, row), parts: versions.parts(row.id) };
    });
    if (found !== undefined) yield found;
  }
}

function contentOf(versions: VersionReader, row: VersionRow): Content | undefined {
  try {
    return versions.wholeContent(row.id);
  } catch (error) {
    if (error instanceof S3Error) return undefined;
    throw error;
  }
}

interface Placed<Item> {
  /** Where the next batch goes on. */
  readonly at: number;
  readonly item: Item;
}

/** Each batch at one moment; nothing is held between them. */
function* inBatches<Item>(
  database: DatabaseSync,
  start: number,
  read: (last: number) => readonly Placed<Item>[],
): Generator<Item, void, void> {
  let last = start;
  for (;;) {
    const batch = atOneMoment(database, () => read(last));
    for (const { item } of batch) yield item;
    const end = batch.at(-1);
    if (end === undefined) return;
    last = end.at;
  }
}

function* everyPart(database: DatabaseSync, uploads: UploadReader): Generator<PartOfUpload, void, void> {
  const nextUpload = database.prepare('SELECT id FROM uploads WHERE id > ? ORDER BY id LIMIT 1');
  const uploadIds = inBatches(database, 0, (last) => {
    const next = nextUpload.get(last) as { readonly id: number } | undefined;
    return next ? [{ at: next.id, item: next.id }] : [];
  });
  for (const uploadRowId of uploadIds) {
    yield* inBatches(database, 0, (last) =>
      uploads
        .parts(uploadRowId, last, BATCH)
        .map((part) => ({ at: part.number, item: { uploadRowId, part } })),
    );
  }
}

function atOneMoment<T>(database: DatabaseSync, read: () => T): T {
  database.exec('BEGIN');
  try {
    return read();
  } finally {
    if (database.isTransaction) database.exec('ROLLBACK');
  }
}

function integrityCheck(database: DatabaseSync): readonly string[] {
  try {
    const rows = database.prepare('PRAGMA integrity_check').all();
    return rows.map((row) => String(row['integrity_check'])).filter((finding) => finding !== 'ok');
  } catch (error) {
    return [damageFound(error)];
  }
}
