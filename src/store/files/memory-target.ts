// A small body on its way to the database.
import { crc32 } from 'node:zlib';
import type { Content } from '../database/rows.ts';
import type { DigestsOfBody } from './body-digests.ts';
import type { BodyTarget } from './body-target.ts';
import type { RunningDigests } from './running-digests.ts';
import type { SpaceLease } from './space.ts';

/** In memory, with digests that are computed in this thread. */
export class MemoryTarget implements BodyTarget {
  readonly #data: Buffer;
  readonly #lease: SpaceLease;
  readonly #digests: RunningDigests;
  #filled = 0;

  /** A body of exactly `size` bytes. */
  constructor(size: number, lease: SpaceLease, digests: RunningDigests) {
    this.#data = Buffer.alloc(size);
    this.#lease = lease;
    this.#digests = digests;
  }

  append(slice: Uint8Array): boolean {
    this.#data.set(slice, this.#filled);
    this.#filled += slice.length;
    return true;
  }

  async finish(): Promise<DigestsOfBody> {
    this.#digests.update(this.#data, () => {});
    return await this.#digests.digest();
  }

  async keep(): Promise<Content> {
    // As good as written: the database does it in the next moment.
    this.#lease.written(this.#data.length);
    return { kind: 'inline', data: this.#data, crc32: crc32(this.#data) };
  }

  async remove(): Promise<void> {
    this.#digests.abandon();
  }
}
