// Listings of versions: by key, newest first within a key, each row read only when somebody asks for it.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { S3Error } from '../../s3/error.ts';
import type { KeyBound, VersionMarker } from './catalog.ts';
import { type ChecksumColumns, checksumOf } from './columns.ts';
import { afterKey, endOfPrefix, fromKey, keyBytes, startOfListing } from './key-bounds.ts';
import { LazyRows, type OpenListings } from './lazy-rows.ts';
import type { ListedVersion } from './rows.ts';
import { NULL_VERSION_ID, parseVersionId } from './version-ids.ts';
import { versionIdOf } from './version-record.ts';

interface ListedRecord extends ChecksumColumns {
  readonly id: number;
  readonly key: string;
  readonly is_null: number;
  readonly is_marker: number;
  readonly modified_ms: number;
  readonly size: number;
  readonly etag: string;
}

const COLUMNS = `id, CAST(key AS TEXT) AS key, is_null, is_marker, modified_ms, size, etag,
  checksum_algorithm, checksum_type, checksum_value`;

/** The queries, for tests of their plans. `versions.key` is named so because `key` alone is the text of the result. */
export const LISTING_QUERIES = {
  current: `SELECT ${COLUMNS} FROM versions INDEXED BY versions_listed
    WHERE bucket = ? AND listed = 1 AND versions.key >= ? AND versions.key < ? ORDER BY versions.key`,
  keys: `SELECT ${COLUMNS} FROM versions INDEXED BY versions_by_key
    WHERE bucket = ? AND versions.key >= ? AND versions.key < ? ORDER BY versions.key, id DESC`,
  restOfKey: `SELECT ${COLUMNS} FROM versions INDEXED BY versions_by_key
    WHERE bucket = ? AND versions.key = ? AND id < ? ORDER BY id DESC`,
  newest: `SELECT id FROM versions INDEXED BY versions_by_key
    WHERE bucket = ? AND key = ? ORDER BY id DESC LIMIT 1`,
  nullVersion: `SELECT id FROM versions INDEXED BY versions_null WHERE bucket = ? AND key = ? AND is_null = 1`,
} as const;

export class VersionListing {
  readonly #current: LazyRows<ListedRecord>;
  readonly #keys: LazyRows<ListedRecord>;
  readonly #restOfKey: LazyRows<ListedRecord>;
  readonly #newest: StatementSync;
  readonly #nullVersion: StatementSync;

  constructor(database: DatabaseSync, open: OpenListings) {
    this.#current = new LazyRows(database, open, LISTING_QUERIES.current);
    this.#keys = new LazyRows(database, open, LISTING_QUERIES.keys);
    this.#restOfKey = new LazyRows(database, open, LISTING_QUERIES.restOfKey);
    this.#newest = database.prepare(LISTING_QUERIES.newest);
    this.#nullVersion = database.prepare(LISTING_QUERIES.nullVersion);
  }

  *current(bucketId: number, from: KeyBound, prefix: string): Generator<ListedVersion, void, void> {
    const rows = this.#current.from(bucketId, startOfListing(from, prefix), endOfPrefix(prefix));
    for (const record of rows) yield listedVersion(record, true);
  }

  *versions(
    bucketId: number,
    from: KeyBound | VersionMarker,
    prefix: string,
  ): Generator<ListedVersion, void, void> {
    if ('bytes' in from) yield* this.#fromBound(bucketId, from, prefix);
    else yield* this.#behind(bucketId, from, prefix);
  }

  /** Begins with the newest version of a key. */
  *#fromBound(bucketId: number, from: KeyBound, prefix: string): Generator<ListedVersion, void, void> {
    let key: string | undefined;
    for (const record of this.#keys.from(bucketId, startOfListing(from, prefix), endOfPrefix(prefix))) {
      yield listedVersion(record, record.key !== key);
      key = record.key;
    }
  }

  *#behind(bucketId: number, marker: VersionMarker, prefix: string): Generator<ListedVersion, void, void> {
    const { key } = marker;
    const below = this.#idOf(bucketId, marker);
    if (below === undefined) {
      yield* this.#fromBound(bucketId, fromKey(key), prefix);
      return;
    }
    if (key.startsWith(prefix)) {
      const bytes = keyBytes(key);
      const newest = this.#newest.get(bucketId, bytes)?.['id'];
      for (const record of this.#restOfKey.from(bucketId, bytes, below)) {
        yield listedVersion(record, record.id === newest);
      }
    }
    yield* this.#fromBound(bucketId, afterKey(key), prefix);
  }

  /**
   * The row id behind which the listing goes on: 0 leaves nothing of the key. Undefined for a `null` version that is gone:
   * nothing tells where it was, and a version listed twice does less harm than one left out.
   */
  #idOf(bucketId: number, { key, versionId }: VersionMarker): number | undefined {
    if (versionId === undefined) return 0;
    if (versionId === NULL_VERSION_ID) {
      return this.#nullVersion.get(bucketId, keyBytes(key))?.['id'] as number | undefined;
    }
    const id = parseVersionId(versionId);
    if (id === undefined) {
      throw new S3Error('InvalidArgument', {
        message: 'Invalid version id specified',
        details: { ArgumentName: 'version-id-marker', ArgumentValue: versionId },
      });
    }
    return id;
  }
}

function listedVersion(record: ListedRecord, isLatest: boolean): ListedVersion {
  return {
    key: record.key,
    versionId: versionIdOf(record),
    isMarker: record.is_marker === 1,
    isLatest,
    size: record.size,
    etag: record.etag,
    modifiedMs: record.modified_ms,
    checksum: checksumOf(record),
  };
}
