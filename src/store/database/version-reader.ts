// Questions about versions.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { S3Error } from '../../s3/error.ts';
import type { KeyBound, VersionMarker, VersionReads } from './catalog.ts';
import { partsOf } from './columns.ts';
import type { FileReader } from './file-table.ts';
import { keyBytes } from './key-bounds.ts';
import type { OpenListings } from './lazy-rows.ts';
import type {
  CompletedPart,
  Content,
  InlineContent,
  ListedVersion,
  StoredContent,
  VersionRow,
} from './rows.ts';
import { NULL_VERSION_ID, parseVersionId } from './version-ids.ts';
import { VersionListing } from './version-listing.ts';
import { VERSION_COLUMNS, type VersionRecord, versionRow } from './version-record.ts';

/** The queries, for tests of their plans. */
export const VERSION_QUERIES = {
  latest: `SELECT ${VERSION_COLUMNS} FROM versions INDEXED BY versions_by_key
    WHERE bucket = ? AND versions.key = ? ORDER BY id DESC LIMIT 1`,
  byRowId: `SELECT ${VERSION_COLUMNS}, ${notNewest('versions')} FROM versions
    WHERE id = ? AND bucket = ? AND versions.key = ? AND is_null = 0`,
  nullVersion: `SELECT ${VERSION_COLUMNS}, ${notNewest('versions')} FROM versions INDEXED BY versions_null
    WHERE bucket = ? AND versions.key = ? AND is_null = 1`,
  withContent: `SELECT ${VERSION_COLUMNS}, ${notNewest('versions')} FROM versions
    WHERE id > ? AND is_marker = 0 ORDER BY id LIMIT ?`,
} as const;

type FoundRecord = VersionRecord & { readonly not_newest: number };

export class VersionReader implements VersionReads {
  readonly #files: FileReader;
  readonly #listing: VersionListing;
  readonly #latest: StatementSync;
  readonly #byRowId: StatementSync;
  readonly #nullVersion: StatementSync;
  readonly #withContent: StatementSync;
  readonly #inlineBody: StatementSync;
  readonly #size: StatementSync;
  readonly #parts: StatementSync;

  constructor(database: DatabaseSync, open: OpenListings, files: FileReader) {
    this.#files = files;
    this.#listing = new VersionListing(database, open);
    this.#latest = database.prepare(VERSION_QUERIES.latest);
    this.#byRowId = database.prepare(VERSION_QUERIES.byRowId);
    this.#nullVersion = database.prepare(VERSION_QUERIES.nullVersion);
    this.#withContent = database.prepare(VERSION_QUERIES.withContent);
    this.#inlineBody = database.prepare('SELECT crc32, data FROM inline_bodies WHERE version = ?');
    this.#size = database.prepare('SELECT size, is_marker FROM versions WHERE id = ?');
    this.#parts = database.prepare('SELECT parts FROM versions WHERE id = ?');
  }

  latest(bucketId: number, key: string): VersionRow | undefined {
    const record = this.#latest.get(bucketId, keyBytes(key)) as VersionRecord | undefined;
    return record && versionRow(record, true);
  }

  byVersionId(bucketId: number, key: string, versionId: string): VersionRow | undefined {
    const record = this.#recordOf(bucketId, key, versionId);
    return record && versionRow(record, record.not_newest === 0);
  }

  content(versionRowId: number): StoredContent {
    const size = this.#sizeOf(versionRowId);
    const inline = this.#inlineOf(versionRowId);
    if (inline !== undefined) {
      requireSize(versionRowId, size, inline.data.length);
      return inline;
    }
    const files = this.#files;
    const last = files.lastOf(versionRowId);
    requireSize(versionRowId, size, last === undefined ? 0 : last.start + last.size);
    // Most versions have one file, which is not looked up again.
    const only = last?.start === 0 ? last : undefined;
    return { kind: 'version', versionRowId, size, fileAt: (place) => only ?? files.at(versionRowId, place) };
  }

  parts(versionRowId: number): readonly CompletedPart[] | undefined {
    const record = this.#parts.get(versionRowId) as { readonly parts: string | null } | undefined;
    return partsOf(record?.parts ?? null);
  }

  /** With all files, and their checksums. Throws InternalError where the catalog does not know all bytes of the version. */
  wholeContent(versionRowId: number): Content {
    const size = this.#sizeOf(versionRowId);
    const inline = this.#inlineOf(versionRowId);
    const files = inline === undefined ? this.#files.ofVersion(versionRowId) : [];
    const known = inline?.data.length ?? files.reduce((sum, file) => sum + file.size, 0);
    requireSize(versionRowId, size, known);
    return inline ?? { kind: 'files', files };
  }

  /** Whether it is there, and no marker. */
  hasContent(versionRowId: number): boolean {
    return this.#size.get(versionRowId)?.['is_marker'] === 0;
  }

  /** Versions of all buckets that have content, by row id, behind `afterRowId`. */
  rowsWithContent(afterRowId: number, limit: number): readonly VersionRow[] {
    const records = this.#withContent.all(afterRowId, limit) as unknown as readonly FoundRecord[];
    return records.map((record) => versionRow(record, record.not_newest === 0));
  }

  currentFrom(bucketId: number, from: KeyBound, prefix: string): Iterable<ListedVersion> {
    return this.#listing.current(bucketId, from, prefix);
  }

  versionsFrom(bucketId: number, from: KeyBound | VersionMarker, prefix: string): Iterable<ListedVersion> {
    return this.#listing.versions(bucketId, from, prefix);
  }

  #recordOf(bucketId: number, key: string, versionId: string): FoundRecord | undefined {
    const bytes = keyBytes(key);
    const rowId = parseVersionId(versionId);
    const record =
      rowId !== undefined
        ? this.#byRowId.get(rowId, bucketId, bytes)
        : versionId === NULL_VERSION_ID
          ? this.#nullVersion.get(bucketId, bytes)
          : undefined;
    return record as FoundRecord | undefined;
  }

  #sizeOf(versionRowId: number): number {
    const version = this.#size.get(versionRowId) as
      | { readonly size: number; readonly is_marker: number }
      | undefined;
    if (version === undefined || version.is_marker === 1) {
      throw new Error(`there is no version with content under the row id ${versionRowId}`);
    }
    return version.size;
  }

  #inlineOf(versionRowId: number): InlineContent | undefined {
    const inline = this.#inlineBody.get(versionRowId) as
      | { readonly crc32: number; readonly data: Uint8Array }
      | undefined;
    return inline && { kind: 'inline', data: inline.data, crc32: inline.crc32 };
  }
}

function requireSize(versionRowId: number, size: number, known: number): void {
  if (known === size) return;
  throw new S3Error('InternalError', {
    reason: `the catalog has ${known} bytes for the version in row ${versionRowId}, which has ${size}`,
  });
}

function notNewest(table: string): string {
  return `EXISTS (SELECT 1 FROM versions AS newer INDEXED BY versions_by_key
    WHERE newer.bucket = ${table}.bucket AND newer.key = ${table}.key AND newer.id > ${table}.id) AS not_newest`;
}
