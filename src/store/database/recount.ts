// Everything that the catalog keeps besides the plain facts, computed anew and compared: sums, flags, who owns which file.
import type { DatabaseSync } from 'node:sqlite';
import { BLOCK_BYTES } from '../files/body-files.ts';
import { damageFound } from './sqlite-failure.ts';

/** Of one kind of difference so many are told, and then how many more there are. */
const MAX_TOLD = 100;

/** A version by its row and place, for sentences. */
const VERSION = `'version in row ' || v.id || ' (bucket row ' || v.bucket || ', key ' || quote(CAST(v.key AS TEXT)) || ')'`;

/** Each query gives one sentence a row, in the column `difference`; none where all is well. */
const CHECKS: readonly string[] = [
  `SELECT 'bucket ' || name || ' has used_bytes ' || used_bytes || ' and holds ' || bytes AS difference
   FROM (SELECT name, used_bytes,
       (SELECT coalesce(sum(size), 0) FROM versions WHERE bucket = buckets.id)
       + (SELECT coalesce(sum(parts.size), 0) FROM uploads JOIN parts ON parts.upload = uploads.id
          WHERE uploads.bucket = buckets.id) AS bytes
     FROM buckets)
   WHERE used_bytes <> bytes`,

  `SELECT 'bucket ' || name || ' has version_count ' || version_count || ' and holds ' || held AS difference
   FROM (SELECT name, version_count, (SELECT count(*) FROM versions WHERE bucket = buckets.id) AS held FROM buckets)
   WHERE version_count <> held`,

  `SELECT ${VERSION} || ' has listed = ' || v.listed || ' and should have ' || should AS difference
   FROM (SELECT *, is_marker = 0 AND NOT EXISTS (SELECT 1 FROM versions AS newer
       WHERE newer.bucket = versions.bucket AND newer.key = versions.key AND newer.id > versions.id) AS should
     FROM versions) AS v
   WHERE v.listed <> should`,

  `SELECT ${VERSION} || ' is a marker with content' AS difference FROM versions AS v
   WHERE is_marker = 1 AND (size <> 0
     OR EXISTS (SELECT 1 FROM inline_bodies WHERE version = v.id) OR EXISTS (SELECT 1 FROM files WHERE version = v.id))`,

  `SELECT ${VERSION} || ' has ' || v.size || ' bytes and its body in the database has ' || length(data) AS difference
   FROM inline_bodies JOIN versions AS v ON v.id = inline_bodies.version WHERE length(data) <> v.size`,

  `SELECT ${VERSION} || ' has a body in the database and files as well' AS difference
   FROM inline_bodies JOIN versions AS v ON v.id = inline_bodies.version
   WHERE EXISTS (SELECT 1 FROM files WHERE version = v.id)`,

  `SELECT ${VERSION} || ' has ' || v.size || ' bytes and its files have ' || bytes AS difference
   FROM (SELECT *, (SELECT coalesce(sum(size), 0) FROM files WHERE version = versions.id AND given_up = 0) AS bytes
     FROM versions WHERE is_marker = 0) AS v
   WHERE v.size <> bytes AND NOT EXISTS (SELECT 1 FROM inline_bodies WHERE version = v.id)`,

  `SELECT 'the files of the version in row ' || version || ' have gaps in their order' AS difference
   FROM files WHERE version IS NOT NULL AND given_up = 0 GROUP BY version
   HAVING min(position) <> 0 OR max(position) <> count(*) - 1 OR count(DISTINCT position) <> count(*)`,

  `SELECT 'file ' || id || ' begins at ' || start || ' of the version in row ' || version || ' and should at ' || should
     AS difference
   FROM (SELECT *, coalesce(sum(size) OVER (PARTITION BY version ORDER BY position
       ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS should
     FROM files WHERE version IS NOT NULL AND given_up = 0)
   WHERE start <> should`,

  `SELECT 'file ' || id || ' is given up, and the version in row ' || version || ' that had it is there' AS difference
   FROM files WHERE given_up = 1 AND version IN (SELECT id FROM versions)`,

  `SELECT 'file ' || id || ' has ' || size || ' bytes and ' || length(block_checksums) || ' bytes of checksums' AS difference
   FROM files WHERE length(block_checksums) <> 4 * ((size + ${BLOCK_BYTES - 1}) / ${BLOCK_BYTES})`,

  `SELECT 'file ' || id || ' belongs to the upload in row ' || upload || ' but to no part of it' AS difference
   FROM files WHERE upload IS NOT NULL AND id NOT IN (SELECT file FROM parts WHERE parts.upload = files.upload)`,

  `SELECT 'part ' || number || ' of the upload in row ' || parts.upload || ' does not own its file ' || file AS difference
   FROM parts LEFT JOIN files ON files.id = parts.file
   WHERE files.id IS NULL OR files.upload IS NOT parts.upload OR files.size <> parts.size`,

  `SELECT 'file ' || id || ' belongs to the version in row ' || version || ', which is not there' AS difference
   FROM files WHERE version IS NOT NULL AND given_up = 0 AND version NOT IN (SELECT id FROM versions)`,

  `SELECT 'there is a body in the database for the version in row ' || version || ', which is not there' AS difference
   FROM inline_bodies WHERE version NOT IN (SELECT id FROM versions)`,

  `SELECT 'file ' || max(id) || ' is above the highest id that is remembered' AS difference
   FROM files HAVING max(id) > (SELECT seq FROM sqlite_sequence WHERE name = 'files')`,

  `SELECT 'a row of ' || "table" || ' belongs to a row of ' || parent || ' that is not there' AS difference
   FROM pragma_foreign_key_check`,
];

/** Differences as sentences; empty where the catalog agrees with itself. Reads every row, at one moment. */
export function recount(database: DatabaseSync): readonly string[] {
  database.exec('BEGIN');
  try {
    return CHECKS.flatMap((sql) => differences(database, sql));
  } finally {
    if (database.isTransaction) database.exec('ROLLBACK');
  }
}

function differences(database: DatabaseSync, sql: string): readonly string[] {
  const told: string[] = [];
  let more = 0;
  try {
    for (const row of database.prepare(sql).iterate()) {
      if (told.length < MAX_TOLD) told.push(String(row['difference']));
      else more += 1;
    }
  } catch (error) {
    told.push(damageFound(error));
  }
  return more === 0 ? told : [...told, `… and ${more} more like the last one`];
}
