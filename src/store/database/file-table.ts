// Body files: whom they belong to. The bytes are on the disk, see store/files.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { FileChanges, FileReads, GivenUpFile } from './catalog.ts';
import { requireTransaction } from './require-transaction.ts';
import type { BodyFile, PlacedFile } from './rows.ts';

interface FileRecord {
  readonly id: number;
  readonly start: number;
  readonly size: number;
  readonly block_checksums: Uint8Array;
}

const FILE_COLUMNS = 'id, start, size, block_checksums';

/** The queries, for tests of their plans. */
export const FILE_QUERIES = {
  givenUp: `SELECT id, version FROM files INDEXED BY files_given_up WHERE given_up = 1 AND id > ? ORDER BY id LIMIT ?`,
  ofVersion: `SELECT ${FILE_COLUMNS} FROM files WHERE version = ? ORDER BY start, position`,
  last: `SELECT ${FILE_COLUMNS} FROM files WHERE version = ? ORDER BY start DESC, position DESC LIMIT 1`,
  /** The file with that byte, and the one before it. */
  at: `SELECT ${FILE_COLUMNS} FROM files WHERE version = ? AND start <= ? AND size > 0
    ORDER BY start DESC, position DESC LIMIT 2`,
} as const;

/** What can be asked of files. */
export class FileReader implements FileReads {
  readonly #has: StatementSync;
  readonly #highestId: StatementSync;
  readonly #anyOwned: StatementSync;
  readonly #givenUp: StatementSync;
  readonly #ofVersion: StatementSync;
  readonly #last: StatementSync;
  readonly #at: StatementSync;

  constructor(database: DatabaseSync) {
    this.#has = database.prepare('SELECT 1 FROM files WHERE id = ?');
    // Not max(id): a file that was forgotten counts, so that its id never comes again.
    this.#highestId = database.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'files'");
    // By an index and by the parts: a search for `upload` would read all files that were given up.
    this.#anyOwned = database.prepare(
      `SELECT EXISTS (SELECT 1 FROM files WHERE version IS NOT NULL AND given_up = 0)
         OR EXISTS (SELECT 1 FROM parts WHERE upload > 0) AS owned`,
    );
    this.#givenUp = database.prepare(FILE_QUERIES.givenUp);
    this.#ofVersion = database.prepare(FILE_QUERIES.ofVersion);
    this.#last = database.prepare(FILE_QUERIES.last);
    this.#at = database.prepare(FILE_QUERIES.at);
  }

  has(id: number): boolean {
    return this.#has.get(id) !== undefined;
  }

  highestId(): number {
    return (this.#highestId.get() as { readonly seq: number } | undefined)?.seq ?? 0;
  }

  anyOwned(): boolean {
    return this.#anyOwned.get()?.['owned'] === 1;
  }

  givenUp(limit: number, after = 0): readonly GivenUpFile[] {
    const records = this.#givenUp.all(after, limit) as unknown as readonly {
      readonly id: number;
      readonly version: number | null;
    }[];
    return records.map(({ id, version }) => ({ id, versionRowId: version ?? undefined }));
  }

  /** All, in order; none for a version whose body is in the database. */
  ofVersion(versionRowId: number): readonly PlacedFile[] {
    return (this.#ofVersion.all(versionRowId) as unknown as readonly FileRecord[]).map(placedFile);
  }

  lastOf(versionRowId: number): PlacedFile | undefined {
    const record = this.#last.get(versionRowId) as FileRecord | undefined;
    return record && placedFile(record);
  }

  /**
   * The file of a version that has the byte at `place`, whether it was given up or not. Undefined where none has it, or where
   * it does not begin where the one before it ends: its bytes would be sent as those of another place.
   */
  at(versionRowId: number, place: number): PlacedFile | undefined {
    const [record, before] = this.#at.all(versionRowId, place) as unknown as readonly FileRecord[];
    if (record === undefined || place >= record.start + record.size) return undefined;
    const start = before === undefined ? 0 : before.start + before.size;
    return record.start === start ? placedFile(record) : undefined;
  }
}

/** Files and their changes. */
export class FileTable extends FileReader implements FileChanges {
  readonly #database: DatabaseSync;
  readonly #insertOrTake: StatementSync;
  readonly #insertPart: StatementSync;
  readonly #giveUpVersion: StatementSync;
  readonly #giveUpPart: StatementSync;
  readonly #giveUpParts: StatementSync;
  readonly #forget: StatementSync;
  #gaveUp = false;

  constructor(database: DatabaseSync) {
    super(database);
    this.#database = database;
    // Only a file that is new, or that belongs to a part: one that was given up may be on its way off the disk.
    this.#insertOrTake = database.prepare(
      `INSERT INTO files (id, version, position, start, size, block_checksums) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE
       SET version = excluded.version, upload = NULL, position = excluded.position, start = excluded.start
       WHERE upload IS NOT NULL AND size = excluded.size AND block_checksums = excluded.block_checksums`,
    );
    this.#insertPart = database.prepare(
      'INSERT INTO files (id, upload, position, start, size, block_checksums) VALUES (?, ?, 0, 0, ?, ?)',
    );
    this.#giveUpVersion = database.prepare('UPDATE OR FAIL files SET given_up = 1 WHERE version = ?');
    this.#giveUpPart = database.prepare(
      'UPDATE files SET given_up = 1, upload = NULL WHERE id = ? AND upload = ?',
    );
    this.#giveUpParts = database.prepare(
      `UPDATE OR FAIL files SET given_up = 1, upload = NULL
       WHERE id IN (SELECT file FROM parts WHERE parts.upload = :upload) AND upload = :upload`,
    );
    this.#forget = database.prepare('DELETE FROM files WHERE id = ? AND given_up = 1');
  }

  /** Throws where a file still belongs to something. */
  forget(ids: readonly number[]): void {
    requireTransaction(this.#database);
    for (const id of ids) {
      if (this.#forget.run(id).changes === 1) continue;
      if (this.has(id)) throw new Error(`file ${id} belongs to something and cannot be forgotten`);
    }
  }

  /** Makes new files, or files of parts, the body of a version. */
  giveToVersion(versionRowId: number, files: readonly BodyFile[]): void {
    let start = 0;
    for (const [position, { id, size, blockChecksums }] of files.entries()) {
      const { changes } = this.#insertOrTake.run(id, versionRowId, position, start, size, blockChecksums);
      if (changes !== 1) throw new Error(`file ${id} is not free to become the body of a version`);
      start += size;
    }
  }

  giveToPart(uploadRowId: number, { id, size, blockChecksums }: BodyFile): void {
    this.#insertPart.run(id, uploadRowId, size, blockChecksums);
  }

  giveUpVersion(versionRowId: number): void {
    this.#noteGivenUp(this.#giveUpVersion.run(versionRowId).changes);
  }

  giveUpPart(uploadRowId: number, fileId: number): void {
    this.#noteGivenUp(this.#giveUpPart.run(fileId, uploadRowId).changes);
  }

  /** All that no version took over. Call it while the rows of the parts are still there. */
  giveUpParts(uploadRowId: number): void {
    this.#noteGivenUp(this.#giveUpParts.run({ upload: uploadRowId }).changes);
  }

  /** Whether files were given up since the last call. */
  takeGaveUp(): boolean {
    const gaveUp = this.#gaveUp;
    this.#gaveUp = false;
    return gaveUp;
  }

  #noteGivenUp(changes: number | bigint): void {
    if (changes !== 0) this.#gaveUp = true;
  }
}

function placedFile({ id, start, size, block_checksums: blockChecksums }: FileRecord): PlacedFile {
  return { id, start, size, blockChecksums };
}
