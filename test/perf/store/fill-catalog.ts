// Puts many objects into a catalog directly: a million through the front door would take an hour.

import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { NewVersion } from '../../../src/store/database/catalog.ts';
import { openDatabase } from '../../../src/store/database/open-database.ts';
import { openDataDirectory } from '../../../src/store/files/data-directory.ts';

export interface Filling {
  readonly bucket: string;
  readonly count: number;
}

const GROUP = 5000;
const DATA = Buffer.from('0123456789abcdef');

/** Keys as a backup client makes them: long, alike at their beginning, in order. */
export function keyOf(index: number): string {
  const number = index.toString(16).padStart(8, '0');
  return `Veeam/Backup/bench/Clients/{5b9a9d2c-0001-4c7e-9a54-2f6c8a3b1d10}/CloudStg/Data/${number.slice(0, 4)}/${number}.blk`;
}

/** A new store in that directory, with these buckets; versioning enabled. */
export async function fillCatalog(
  dataDirectory: string,
  fillings: readonly Filling[],
  onProgress: (done: number) => void,
): Promise<void> {
  const directory = await openDataDirectory(dataDirectory, { randomBytes });
  const database = await openDatabase({
    file: directory.databaseFile,
    storeId: directory.storeId,
    onGivenUp() {},
    onLog() {},
  });
  const { catalog } = database;
  let done = 0;
  for (const { bucket, count } of fillings) {
    const { id: bucketId } = await catalog.write(({ buckets }) =>
      buckets.insert({ name: bucket, createdMs: Date.now(), versioning: 'enabled', objectLock: true }),
    );
    for (let first = 0; first < count; first += GROUP) {
      const last = Math.min(first + GROUP, count);
      await catalog.write(({ versions }) => {
        for (let index = first; index < last; index += 1) versions.insert(versionOf(bucketId, index), false);
      });
      done += last - first;
      onProgress(done);
    }
  }
  await database.close();
  directory.close();
}

function versionOf(bucketId: number, index: number): NewVersion {
  return {
    bucketId,
    key: keyOf(index),
    modifiedMs: Date.now(),
    size: DATA.length,
    etag: '4032af8d61035123906e58e067140cc5',
    headers: [['content-type', 'application/octet-stream']],
    tags: [],
    lock: { retention: { mode: 'COMPLIANCE', untilMs: Date.now() + 86_400_000 }, legalHold: false },
    checksum: undefined,
    parts: undefined,
    content: { kind: 'inline', data: DATA, crc32: crc32(DATA) },
  };
}
