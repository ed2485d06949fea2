// Buckets, with the live sums of what they hold.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { S3Error } from '../../s3/error.ts';
import type { BucketChanges, BucketReads } from './catalog.ts';
import { requireTransaction } from './require-transaction.ts';
import type { BucketRow, BucketUsage, BucketVersioning, DefaultRetention, RetentionMode } from './rows.ts';

interface BucketRecord {
  readonly id: number;
  readonly name: string;
  readonly created_ms: number;
  readonly versioning: BucketVersioning;
  readonly object_lock: number;
  readonly retention_mode: RetentionMode | null;
  readonly retention_days: number | null;
  readonly retention_years: number | null;
}

const COLUMNS =
  'id, name, created_ms, versioning, object_lock, retention_mode, retention_days, retention_years';

/** What can be asked of buckets. */
export class BucketReader implements BucketReads {
  readonly #find: StatementSync;
  readonly #all: StatementSync;
  readonly #usage: StatementSync;
  readonly #holdsAnything: StatementSync;

  constructor(database: DatabaseSync) {
    this.#find = database.prepare(`SELECT ${COLUMNS} FROM buckets WHERE name = ?`);
    this.#all = database.prepare(`SELECT ${COLUMNS} FROM buckets ORDER BY name`);
    this.#usage = database.prepare('SELECT used_bytes, version_count FROM buckets WHERE id = ?', {
      readBigInts: true,
    });
    this.#holdsAnything = database.prepare(
      `SELECT EXISTS (SELECT 1 FROM versions WHERE bucket = :bucket)
           OR EXISTS (SELECT 1 FROM uploads WHERE bucket = :bucket) AS held`,
    );
  }

  find(name: string): BucketRow | undefined {
    const record = this.#find.get(name) as BucketRecord | undefined;
    return record && bucketRow(record);
  }

  all(): readonly BucketRow[] {
    return (this.#all.all() as unknown as readonly BucketRecord[]).map(bucketRow);
  }

  usage(bucketId: number): BucketUsage {
    const sums = this.#usage.get(bucketId) as
      | { readonly used_bytes: bigint; readonly version_count: bigint }
      | undefined;
    if (sums === undefined) throw new Error(`there is no bucket with the row id ${bucketId}`);
    return { usedBytes: sums.used_bytes, versions: Number(sums.version_count) };
  }

  isEmpty(bucketId: number): boolean {
    return this.#holdsAnything.get({ bucket: bucketId })?.['held'] === 0;
  }
}

/** Buckets and their changes. */
export class BucketTable extends BucketReader implements BucketChanges {
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #remove: StatementSync;
  readonly #setVersioning: StatementSync;
  readonly #setObjectLock: StatementSync;
  readonly #addUsage: StatementSync;

  constructor(database: DatabaseSync) {
    super(database);
    this.#database = database;
    this.#insert = database.prepare(
      'INSERT INTO buckets (name, created_ms, versioning, object_lock) VALUES (?, ?, ?, ?)',
    );
    this.#remove = database.prepare('DELETE FROM buckets WHERE id = ?');
    this.#setVersioning = database.prepare('UPDATE buckets SET versioning = ? WHERE id = ?');
    this.#setObjectLock = database.prepare(
      `UPDATE buckets SET object_lock = 1, retention_mode = ?, retention_days = ?, retention_years = ? WHERE id = ?`,
    );
    this.#addUsage = database.prepare(
      'UPDATE buckets SET used_bytes = used_bytes + ?, version_count = version_count + ? WHERE id = ?',
    );
  }

  insert(bucket: Parameters<BucketChanges['insert']>[0]): BucketRow {
    requireTransaction(this.#database);
    const { name, createdMs, versioning, objectLock } = bucket;
    const { lastInsertRowid } = this.#insert.run(name, createdMs, versioning, objectLock ? 1 : 0);
    return {
      id: Number(lastInsertRowid),
      name,
      createdMs,
      versioning,
      objectLock,
      defaultRetention: undefined,
    };
  }

  /** Throws BucketNotEmpty where anything is left in it. */
  remove(bucketId: number): void {
    requireTransaction(this.#database);
    if (!this.isEmpty(bucketId)) throw new S3Error('BucketNotEmpty');
    mustChangeOne(this.#remove.run(bucketId), bucketId);
  }

  setVersioning(bucketId: number, versioning: BucketVersioning): void {
    requireTransaction(this.#database);
    mustChangeOne(this.#setVersioning.run(versioning, bucketId), bucketId);
  }

  setObjectLock(bucketId: number, defaultRetention: DefaultRetention | undefined): void {
    requireTransaction(this.#database);
    const period = defaultRetention?.period;
    const days = period && 'days' in period ? period.days : null;
    const years = period && 'years' in period ? period.years : null;
    mustChangeOne(this.#setObjectLock.run(defaultRetention?.mode ?? null, days, years, bucketId), bucketId);
  }

  /** Keeps the sums; `bytes` and `versions` may be negative. */
  addUsage(bucketId: number, bytes: number, versions: number): void {
    // As bigint: node:sqlite binds numbers as REAL, and a sum with REAL is inexact from 2^53 on.
    mustChangeOne(this.#addUsage.run(BigInt(bytes), BigInt(versions), bucketId), bucketId);
  }
}

function bucketRow(record: BucketRecord): BucketRow {
  return {
    id: record.id,
    name: record.name,
    createdMs: record.created_ms,
    versioning: record.versioning,
    objectLock: record.object_lock === 1,
    defaultRetention: defaultRetention(record),
  };
}

function defaultRetention(record: BucketRecord): DefaultRetention | undefined {
  const { retention_mode: mode, retention_days: days, retention_years: years } = record;
  if (mode === null) return undefined;
  if (days !== null) return { mode, period: { days } };
  if (years !== null) return { mode, period: { years } };
  throw new Error(`bucket ${record.name} has a default retention without a period`);
}

function mustChangeOne(result: { readonly changes: number | bigint }, bucketId: number): void {
  if (result.changes !== 1) throw new Error(`there is no bucket with the row id ${bucketId}`);
}
