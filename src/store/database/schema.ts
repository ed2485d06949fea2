// The tables of the catalog. Keys are BLOBs of their UTF-8 bytes, so that SQLite's order is S3's order.

/** Kept in `PRAGMA user_version`. */
export const SCHEMA_VERSION = 1;
/** "SOSA", kept in `PRAGMA application_id`. */
export const APPLICATION_ID = 0x534f5341;

/**
 * What the columns do not say themselves:
 * - `meta`: `store` is the id of the store whose catalog it is, `open` the mark of `open-mark.ts`, `highest_time_ms` a time.
 * - `buckets.used_bytes` and `version_count` are sums, kept in the transaction of each change; `recount.ts` computes them anew.
 * - `versions.id`: the higher, the newer. AUTOINCREMENT, so that the id of a removed version never comes again.
 * - `versions.listed` is 1 for the row that a plain listing shows: the newest of its key, and no marker.
 * - `files.start` is the place in the object where the file's bytes begin: the sum of the sizes before it. Files without bytes
 *   begin where the next one does, and `position` tells their order.
 * - `files.given_up` is 1 for those that nothing has any more. `version` stays, so that who had begun to read the version finds
 *   the rest of it. AUTOINCREMENT remembers the highest id that ever was.
 * - `files.upload` has no foreign key: its owner is found through `parts.file`, and an index for it would cost each upload.
 * - Nothing refers to `versions` by a foreign key, see below. `version-table.ts` is the one place that removes versions, and
 *   `recount.ts` looks for what they may have left.
 *
 * The statements of a change should need no statement journal: SQLite walks through the whole journal of the
 * savepoint to end one, so that 1000 removals in one change took 300 ms instead of 30 (measured with 3.53.4). Foreign keys
 * of a parent, RETURNING, and updates of possibly many rows without OR FAIL need one. What fails is undone with its change.
 */
export const SCHEMA = `
CREATE TABLE meta (
  name TEXT PRIMARY KEY,
  value ANY NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE buckets (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE,
  created_ms INTEGER NOT NULL,
  versioning TEXT NOT NULL CHECK (versioning IN ('off', 'enabled', 'suspended')),
  object_lock INTEGER NOT NULL CHECK (object_lock IN (0, 1)),
  retention_mode TEXT CHECK (retention_mode IN ('GOVERNANCE', 'COMPLIANCE')),
  retention_days INTEGER,
  retention_years INTEGER,
  used_bytes INTEGER NOT NULL DEFAULT 0 CHECK (used_bytes >= 0),
  version_count INTEGER NOT NULL DEFAULT 0 CHECK (version_count >= 0)
) STRICT;

CREATE TABLE versions (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  bucket INTEGER NOT NULL REFERENCES buckets (id),
  key BLOB NOT NULL,
  is_null INTEGER NOT NULL CHECK (is_null IN (0, 1)),
  is_marker INTEGER NOT NULL CHECK (is_marker IN (0, 1)),
  listed INTEGER NOT NULL CHECK (listed IN (0, 1)),
  modified_ms INTEGER NOT NULL,
  size INTEGER NOT NULL CHECK (size >= 0),
  etag TEXT NOT NULL,
  checksum_algorithm TEXT,
  checksum_type TEXT,
  checksum_value TEXT,
  lock_mode TEXT CHECK (lock_mode IN ('GOVERNANCE', 'COMPLIANCE')),
  lock_until_ms INTEGER,
  legal_hold INTEGER NOT NULL CHECK (legal_hold IN (0, 1)),
  headers TEXT,
  tags TEXT,
  parts TEXT
) STRICT;
CREATE UNIQUE INDEX versions_by_key ON versions (bucket, key, id DESC);
CREATE UNIQUE INDEX versions_listed ON versions (bucket, key) WHERE listed = 1;
CREATE UNIQUE INDEX versions_null ON versions (bucket, key) WHERE is_null = 1;

CREATE TABLE inline_bodies (
  version INTEGER PRIMARY KEY,
  crc32 INTEGER NOT NULL,
  data BLOB NOT NULL
) STRICT;

CREATE TABLE files (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  version INTEGER,
  upload INTEGER,
  given_up INTEGER NOT NULL DEFAULT 0 CHECK (given_up IN (0, 1)),
  position INTEGER NOT NULL,
  start INTEGER NOT NULL CHECK (start >= 0),
  size INTEGER NOT NULL CHECK (size >= 0),
  block_checksums BLOB NOT NULL,
  CHECK (version IS NULL OR upload IS NULL),
  CHECK (CASE given_up WHEN 1 THEN upload IS NULL ELSE version IS NOT NULL OR upload IS NOT NULL END)
) STRICT;
CREATE UNIQUE INDEX files_by_version ON files (version, start, position) WHERE version IS NOT NULL;
CREATE INDEX files_given_up ON files (id) WHERE given_up = 1;

CREATE TABLE uploads (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  bucket INTEGER NOT NULL REFERENCES buckets (id),
  key BLOB NOT NULL,
  upload_id TEXT NOT NULL UNIQUE,
  initiated_ms INTEGER NOT NULL,
  checksum_algorithm TEXT,
  checksum_type TEXT,
  lock_mode TEXT CHECK (lock_mode IN ('GOVERNANCE', 'COMPLIANCE')),
  lock_until_ms INTEGER,
  legal_hold INTEGER NOT NULL CHECK (legal_hold IN (0, 1)),
  headers TEXT,
  tags TEXT
) STRICT;
CREATE UNIQUE INDEX uploads_by_key ON uploads (bucket, key, id);

CREATE TABLE parts (
  upload INTEGER NOT NULL REFERENCES uploads (id),
  number INTEGER NOT NULL,
  size INTEGER NOT NULL CHECK (size >= 0),
  etag TEXT NOT NULL,
  modified_ms INTEGER NOT NULL,
  checksum TEXT,
  file INTEGER NOT NULL,
  PRIMARY KEY (upload, number)
) STRICT, WITHOUT ROWID;

PRAGMA application_id = ${APPLICATION_ID};
PRAGMA user_version = ${SCHEMA_VERSION};
`;
