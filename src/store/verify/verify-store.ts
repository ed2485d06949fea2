// Checks a whole store: its database, every body against all that is known of it, and files that nobody knows. Reads only, and
// also while the store runs.
import { openReadOnly, type ReadOnlyDatabase } from '../database/open-read-only.ts';
import type { Content, VersionRow } from '../database/rows.ts';
import { BufferPool } from '../files/buffer-pool.ts';
import { concurrently } from '../files/concurrently.ts';
import { findDataDirectory } from '../files/data-directory.ts';
import { CHUNK_BYTES } from '../files/verified-content.ts';
import type { Finding, Owner } from './finding.ts';
import { unknownFiles } from './unknown-files.ts';
import { type BodyFault, BodyVerifier } from './verify-body.ts';

/** Bodies that are read at once: so that the disk and the hashes overlap. */
const AT_ONCE = 4;
/** A file this much older than the start of the check is not in the middle of its commit any more. */
const COMMIT_MS = 60_000;

const UNKNOWN: BodyFault = { fileId: undefined, what: 'the database does not know all of its bytes' };

export interface VerifyProgress {
  /** Versions with content and parts of unfinished uploads that were checked. */
  readonly bodies: number;
  readonly bytes: bigint;
  readonly findings: number;
}

export interface VerifyOptions {
  readonly dataDirectory: string;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  /** Called as soon as something is found; nothing is kept, for it may be a great deal. */
  onFinding(finding: Finding): void;
  /** Called after each body and for each piece of a large one. */
  onProgress(progress: VerifyProgress): void;
}

/**
 * Resolves with the sums when everything was looked at; the store is whole where `findings` is 0. Rejects with one sentence
 * where there is no store, or its database cannot be opened.
 */
export async function verifyStore(options: VerifyOptions): Promise<VerifyProgress> {
  const startedMs = options.wallClock();
  const directory = await findDataDirectory(options.dataDirectory);
  const database = openReadOnly(directory.databaseFile);
  try {
    const run = new VerifyRun(options, directory.objects, database);
    await run.checkDatabase();
    await run.checkVersions();
    await run.checkParts();
    await run.checkFiles(startedMs - COMMIT_MS);
    return run.progress;
  } finally {
    database.close();
  }
}

class VerifyRun {
  readonly #options: VerifyOptions;
  readonly #objects: string;
  readonly #database: ReadOnlyDatabase;
  readonly #verifier: BodyVerifier;
  #bodies = 0;
  #bytes = 0n;
  #findings = 0;

  constructor(options: VerifyOptions, objects: string, database: ReadOnlyDatabase) {
    this.#options = options;
    this.#objects = objects;
    this.#database = database;
    this.#verifier = new BodyVerifier({
      objects,
      pool: new BufferPool(CHUNK_BYTES, AT_ONCE),
      onBytes: (count) => {
        this.#bytes += BigInt(count);
        options.onProgress(this.progress);
      },
    });
  }

  get progress(): VerifyProgress {
    return { bodies: this.#bodies, bytes: this.#bytes, findings: this.#findings };
  }

  async checkDatabase(): Promise<void> {
    const checks = [() => this.#database.integrityCheck(), () => this.#database.recount()];
    for (const check of checks)
      await this.#readingDatabase(async () => {
        for (const what of check()) this.#report({ kind: 'database', what });
      });
  }

  async checkVersions(): Promise<void> {
    await this.#readingDatabase(() =>
      concurrently(this.#database.everyVersion(), AT_ONCE, async ({ row, content, parts }) => {
        const faults = content === undefined ? [UNKNOWN] : await this.#verifier.version(row, content, parts);
        const isThere = content === undefined || fileIds(content).every((id) => this.#database.isOwned(id));
        // The files of a version that was deleted meanwhile may be gone.
        this.#checked(isThere ? faults : [], () => this.#ownerOf(row));
      }),
    );
  }

  async checkParts(): Promise<void> {
    await this.#readingDatabase(() =>
      concurrently(this.#database.everyPart(), AT_ONCE, async ({ uploadRowId, part }) => {
        const faults = await this.#verifier.part(part.file, part.etag);
        const isThere = this.#database.isOwned(part.file.id);
        this.#checked(isThere ? faults : [], () => ({
          kind: 'part',
          uploadRowId,
          partNumber: part.number,
        }));
      }),
    );
  }

  async checkFiles(beforeMs: number): Promise<void> {
    for await (const file of unknownFiles(this.#objects, this.#database.files, beforeMs)) {
      this.#report({ kind: 'unknown-file', ...file });
    }
  }

  /** A damaged database may fail anywhere: that is a finding, and the rest is checked all the same. */
  async #readingDatabase(read: () => Promise<void>): Promise<void> {
    try {
      await read();
    } catch (error) {
      const what = `it cannot be read: ${error instanceof Error ? error.message : String(error)}`;
      this.#report({ kind: 'database', what });
    }
  }

  #ownerOf({ bucketId, key, versionId }: VersionRow): Owner {
    const bucket = this.#database.buckets.all().find(({ id }) => id === bucketId)?.name;
    return { kind: 'version', bucket: bucket ?? `(bucket row ${bucketId})`, key, versionId };
  }

  #checked(faults: readonly BodyFault[], ownerOf: () => Owner): void {
    this.#bodies++;
    for (const fault of faults) this.#report({ kind: 'body', owner: ownerOf(), ...fault });
    this.#options.onProgress(this.progress);
  }

  #report(finding: Finding): void {
    this.#findings++;
    this.#options.onFinding(finding);
  }
}

function fileIds(content: Content): readonly number[] {
  return content.kind === 'inline' ? [] : content.files.map(({ id }) => id);
}
