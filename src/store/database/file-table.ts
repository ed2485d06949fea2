// Body files: whom they belong to. The bytes are on the disk, see store/files.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { FileChanges, FileReads } from './catalog.ts';
import { requireTransaction } from './require-transaction.ts';
import type { BodyFile } from './rows.ts';

interface FileRecord {
  readonly id: number;
  readonly size: number;
  readonly block_checksums: Uint8Array;
}

/** What can be asked of files. */
export class FileReader implements FileReads {
  readonly #has: StatementSync;
  readonly #highestId: StatementSync;
  readonly #givenUp: StatementSync;
  readonly #ofVersion: StatementSync;

  constructor(database: DatabaseSync) {
    this.#has = database.prepare('SELECT 1 FROM files WHERE id = ?');
    // Not max(id): a file that was forgotten counts, so that its id never comes again.
    this.#highestId = database.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'files'");
    this.#givenUp = database.prepare(
      'SELECT id FROM files WHERE version IS NULL AND upload IS NULL ORDER BY id LIMIT ?',
    );
    this.#ofVersion = database.prepare(
      'SELECT id, size, block_checksums FROM files WHERE version = ? ORDER BY position',
    );
  }

  has(id: number): boolean {
    return this.#has.get(id) !== undefined;
  }

  highestId(): number {
    return (this.#highestId.get() as { readonly seq: number } | undefined)?.seq ?? 0;
  }

  givenUp(limit: number): readonly number[] {
    return (this.#givenUp.all(limit) as unknown as readonly { readonly id: number }[]).map(({ id }) => id);
  }

  /** In order; none for a version whose body is in the database. */
  ofVersion(versionRowId: number): readonly BodyFile[] {
    const records = this.#ofVersion.all(versionRowId) as unknown as readonly FileRecord[];
    return records.map(({ id, size, block_checksums: blockChecksums }) => ({ id, size, blockChecksums }));
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
      `INSERT INTO files (id, version, position, size, block_checksums) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET version = excluded.version, upload = NULL, position = excluded.position
       WHERE upload IS NOT NULL AND size = excluded.size AND block_checksums = excluded.block_checksums`,
    );
    this.#insertPart = database.prepare(
      'INSERT INTO files (id, upload, position, size, block_checksums) VALUES (?, ?, 0, ?, ?)',
    );
    this.#giveUpVersion = database.prepare('UPDATE OR FAIL files SET version = NULL WHERE version = ?');
    this.#giveUpPart = database.prepare('UPDATE files SET upload = NULL WHERE id = ? AND upload = ?');
    this.#giveUpParts = database.prepare(
      `UPDATE OR FAIL files SET upload = NULL
       WHERE id IN (SELECT file FROM parts WHERE parts.upload = :upload) AND upload = :upload`,
    );
    this.#forget = database.prepare('DELETE FROM files WHERE id = ? AND version IS NULL AND upload IS NULL');
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
    for (const [position, { id, size, blockChecksums }] of files.entries()) {
      const { changes } = this.#insertOrTake.run(id, versionRowId, position, size, blockChecksums);
      if (changes !== 1) throw new Error(`file ${id} is not free to become the body of a version`);
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
