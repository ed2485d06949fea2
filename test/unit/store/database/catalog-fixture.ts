// A real catalog in a directory of its own.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import {
  type OpenDatabase,
  type OpenDatabaseOptions,
  openDatabase,
} from '../../../../src/store/database/open-database.ts';
import { openReadOnly } from '../../../../src/store/database/open-read-only.ts';
import type { BucketRow } from '../../../../src/store/database/rows.ts';

export interface TestCatalog extends OpenDatabase {
  readonly file: string;
  /** What was logged. */
  readonly log: string[];
  /** How often files were said to be given up. */
  givenUpCalls(): number;
}

export async function temporaryFile(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'catalog-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return join(directory, 'catalog.db');
}

/** Opens a catalog that is closed when the test ends, unless the test did. */
export async function testCatalog(options: Partial<OpenDatabaseOptions> = {}): Promise<TestCatalog> {
  const file = options.file ?? (await temporaryFile());
  const log: string[] = [];
  let givenUp = 0;
  const database = await openDatabase({
    file,
    onGivenUp: () => {
      givenUp += 1;
    },
    onLog: (level, message, fields) => log.push(`${level}: ${message} ${JSON.stringify(fields)}`),
    ...options,
  });
  let closed: Promise<void> | undefined;
  const close = () => {
    closed ??= database.close();
    return closed;
  };
  onTestFinished(close);
  return { ...database, close, file, log, givenUpCalls: () => givenUp };
}

/** A durable sync is not what such a test is about. */
export const NO_SYNC: Pick<OpenDatabaseOptions, 'sync'> = { sync: async () => {} };

export function makeBucket(database: OpenDatabase, name = 'backups'): Promise<BucketRow> {
  return database.catalog.write(({ buckets }) =>
    buckets.insert({ name, createdMs: 1_000, versioning: 'enabled', objectLock: false }),
  );
}

/** What the catalog says of itself that is not so. */
export function differencesIn(file: string): readonly string[] {
  const reader = openReadOnly(file);
  try {
    return [...reader.recount(), ...reader.integrityCheck()];
  } finally {
    reader.close();
  }
}
