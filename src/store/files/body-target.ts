// What a body is written to while it comes: memory where it is small and goes to the database, else a file.
import { crc32 } from 'node:zlib';
import type { Content } from '../database/rows.ts';
import { BlockChecksums } from './block-checksums.ts';
import type { FileIds } from './file-ids.ts';
import { directoryOf, filePath } from './file-paths.ts';
import type { GroupSync } from './group-sync.ts';
import type { ObjectDirectories } from './object-directories.ts';
import type { SpaceLease } from './space.ts';
import { TemporaryFile } from './temporary-file.ts';

/** A body on its way in. */
export interface BodyTarget {
  /**
   * Takes a slice, one at a time: true where it is done with it already; else the slice belongs to the target until
   * `callback` is called.
   */
  append(slice: Uint8Array, callback: (error: Error | null) => void): boolean;
  /** Puts the body where it belongs, durably where that is a file. */
  keep(): Promise<Content>;
  /** Takes away what there is, before or behind `keep`. */
  remove(): Promise<void>;
}

/** A body of exactly `size` bytes. */
export function memoryTarget(size: number, lease: SpaceLease): BodyTarget {
  const data = Buffer.alloc(size);
  let filled = 0;
  return {
    append(slice) {
      data.set(slice, filled);
      filled += slice.length;
      return true;
    },
    async keep() {
      // As good as written: the database does it in the next moment.
      lease.written(size);
      return { kind: 'inline', data, crc32: crc32(data) };
    },
    async remove() {},
  };
}

export interface FileTargetParts {
  readonly objects: string;
  readonly ids: FileIds;
  readonly directories: ObjectDirectories;
  readonly groupSync: GroupSync;
  /** Takes a file away by path. */
  unlink(path: string): Promise<void>;
}

/** A new file of at most `size` bytes, written at `path` first. */
export async function fileTarget(
  parts: FileTargetParts,
  path: string,
  size: number,
  lease: SpaceLease,
): Promise<BodyTarget> {
  const file = await TemporaryFile.create(path);
  const checksums = new BlockChecksums(size);
  let keptAt: string | undefined;
  return {
    append(slice, callback) {
      file.append(slice, (error) => {
        if (error === null) lease.written(slice.length);
        callback(error);
      });
      checksums.update(slice);
      return false;
    },
    async keep() {
      // Numbered only now, so that a number belongs to a file nearly as soon as it is given.
      await file.sync();
      const id = parts.ids.next();
      const directory = await parts.directories.ready(directoryOf(id));
      const kept = filePath(parts.objects, id);
      await file.moveTo(kept);
      keptAt = kept;
      await parts.groupSync.sync(directory);
      return {
        kind: 'files',
        files: [{ id, size: file.size, blockChecksums: checksums.digest() }],
      };
    },
    async remove() {
      if (keptAt === undefined) await file.remove();
      else await parts.unlink(keptAt);
    },
  };
}
