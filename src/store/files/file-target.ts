// A body on its way to a file: gathered in blocks, each of which is written and hashed at the same time, while the next fills.
import { unlink } from 'node:fs/promises';
import type { Content } from '../database/rows.ts';
import type { DigestsOfBody } from './body-digests.ts';
import type { BodyTarget } from './body-target.ts';
import type { FileIds } from './file-ids.ts';
import { directoryOf, filePath } from './file-paths.ts';
import type { GroupSync } from './group-sync.ts';
import type { ObjectDirectories } from './object-directories.ts';
import type { RunningDigests } from './running-digests.ts';
import type { SpaceLease } from './space.ts';
import type { TemporaryFile } from './temporary-file.ts';
import type { WriteBlocks } from './write-blocks.ts';

export interface FilePlaces {
  /** The directory with the body files. */
  readonly objects: string;
  readonly ids: FileIds;
  readonly directories: ObjectDirectories;
  readonly groupSync: GroupSync;
}

export interface FileTargetParts {
  readonly places: FilePlaces;
  /** New and empty. */
  readonly file: TemporaryFile;
  readonly blocks: WriteBlocks;
  readonly digests: RunningDigests;
  readonly lease: SpaceLease;
}

export class FileTarget implements BodyTarget {
  readonly #parts: FileTargetParts;
  /** The block that fills. */
  #block: Buffer | undefined;
  #filled = 0;
  /** Settles when the block before is written and hashed; never rejects. */
  #flush: Promise<void> | undefined;
  #error: Error | undefined;
  #blockChecksums: Uint8Array | undefined;
  #keptAt: string | undefined;

  constructor(parts: FileTargetParts) {
    this.#parts = parts;
  }

  append(slice: Uint8Array, callback: (error: Error | null) => void): boolean {
    const rest = this.#gather(slice);
    if (rest === undefined) return true;
    void this.#resume(rest, callback);
    return false;
  }

  async finish(): Promise<DigestsOfBody> {
    await this.#flush;
    if (this.#filled > 0 && this.#error === undefined) await this.#flushBlock();
    if (this.#error !== undefined) throw this.#error;
    const digests = await this.#parts.digests.digest();
    this.#blockChecksums = digests.blockChecksums;
    return digests;
  }

  async keep(): Promise<Content> {
    const { file, places } = this.#parts;
    await file.sync();
    // Numbered only now, so that a number belongs to a file nearly as soon as it is given.
    const id = places.ids.next();
    const directory = await places.directories.ready(directoryOf(id));
    const kept = filePath(places.objects, id);
    await file.moveTo(kept);
    this.#keptAt = kept;
    await places.groupSync.sync(directory);
    const blockChecksums = this.#blockChecksums;
    if (blockChecksums === undefined) throw new Error('a body is kept that was not finished');
    return { kind: 'files', files: [{ id, size: file.size, blockChecksums }] };
  }

  async remove(): Promise<void> {
    await this.#flush;
    this.#parts.digests.abandon();
    this.#giveBlock();
    if (this.#keptAt === undefined) await this.#parts.file.remove();
    else await unlink(this.#keptAt);
  }

  /** Takes what there is room for; gives the rest, which must wait for the flush or for an error to be told. */
  #gather(slice: Uint8Array): Uint8Array | undefined {
    let rest = slice;
    while (rest.length > 0) {
      if (this.#error !== undefined) return rest;
      this.#block ??= this.#parts.blocks.take(this.#flush === undefined ? 0 : 1);
      if (this.#block === undefined) return rest;
      const count = Math.min(rest.length, this.#block.length - this.#filled);
      this.#block.set(rest.subarray(0, count), this.#filled);
      this.#filled += count;
      rest = rest.subarray(count);
      if (this.#filled < this.#block.length) continue;
      if (this.#flush !== undefined) return rest.length === 0 ? undefined : rest;
      void this.#flushBlock();
    }
    return undefined;
  }

  async #resume(slice: Uint8Array, callback: (error: Error | null) => void): Promise<void> {
    let rest: Uint8Array | undefined = slice;
    while (rest !== undefined && this.#error === undefined) {
      await this.#flush;
      if (this.#block !== undefined && this.#filled === this.#block.length) void this.#flushBlock();
      rest = this.#gather(rest);
    }
    callback(this.#error ?? null);
  }

  /** Writes and hashes the block; the one before must be done. */
  async #flushBlock(): Promise<void> {
    const block = this.#block;
    if (block === undefined) return;
    const length = this.#filled;
    this.#block = undefined;
    this.#filled = 0;
    this.#flush = this.#writeAndHash(block, length);
    await this.#flush;
  }

  async #writeAndHash(block: Buffer, length: number): Promise<void> {
    const { file, digests, lease, blocks } = this.#parts;
    // The disk first: it has something to do while this thread hashes.
    const writing = file.write(block, length);
    const hashing = new Promise<void>((resolve) => {
      if (digests.update(block.subarray(0, length), resolve)) resolve();
    });
    try {
      await Promise.all([writing, hashing]);
      lease.written(length);
    } catch (error) {
      this.#error = error instanceof Error ? error : new Error(String(error));
      await hashing;
    }
    blocks.give(block);
    this.#flush = undefined;
  }

  #giveBlock(): void {
    if (this.#block !== undefined) this.#parts.blocks.give(this.#block);
    this.#block = undefined;
  }
}
