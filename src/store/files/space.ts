// How much room there is. Uploads must leave a reserve, and what is on its way counts, so that many at once do not overrun it.
import { statfs } from 'node:fs/promises';
import { S3Error } from '../../s3/error.ts';
import { Coalesced } from './coalesced.ts';

/** Room that was set aside for one body. */
export interface SpaceLease {
  /** So many of its bytes have been written: from now on the file system counts them. */
  written(bytes: number): void;
  /** The rest is not needed any more; calling it again does nothing. */
  release(): void;
}

export interface FileSystemRoom {
  readonly totalBytes: bigint;
  /** What an unprivileged process may still take. */
  readonly freeBytes: bigint;
  /** Files that can still be made; undefined where the file system makes them as it goes. */
  readonly freeFiles: bigint | undefined;
}

export interface SpaceOptions {
  /** Free space that uploads must leave. */
  readonly reserveBytes: bigint;
  /** Monotonic milliseconds. */
  now(): number;
  measure(): Promise<FileSystemRoom>;
}

/** How long a measurement serves those who clearly have room; what was written since is taken off meanwhile. */
const FRESH_MS = 1000;
/** A file takes whole blocks, and its name, its checksums and the database's log take some more. */
const BLOCK = 4096;
const BESIDES = 16 * 1024;
/** Files that are left free for the database and for directories. */
const SPARE_FILES = 64n;

interface Measurement {
  readonly room: FileSystemRoom;
  readonly atMs: number;
  /** `#written` when it was begun: what was written before is in it. */
  readonly writtenBefore: bigint;
}

export class Space {
  readonly #options: SpaceOptions;
  #promised = 0n;
  #leases = 0;
  #written = 0n;
  #last: Measurement | undefined;
  readonly #measuring: Coalesced<Measurement>;

  constructor(options: SpaceOptions) {
    this.#options = options;
    this.#measuring = new Coalesced(async () => {
      const writtenBefore = this.#written;
      const room = await options.measure();
      this.#last = { room, atMs: options.now(), writtenBefore };
      return this.#last;
    });
  }

  /** The room on the file system that holds `path`. */
  static on(path: string, reserveBytes: bigint, now: () => number): Space {
    return new Space({ reserveBytes, now, measure: () => measureRoom(path) });
  }

  /** Sets room aside. Rejects with S3Error `InsufficientStorage` where too little would be left. */
  async admit(bytes: number): Promise<SpaceLease> {
    const needed = BigInt(Math.ceil(bytes / BLOCK) * BLOCK + BESIDES);
    const last = this.#last;
    if (last !== undefined && this.#options.now() - last.atMs <= FRESH_MS && this.#fits(last, needed)) {
      return this.#lease(needed);
    }
    const measured = await this.#measuring.run();
    if (this.#fits(measured, needed)) return this.#lease(needed);
    throw new S3Error('InsufficientStorage', {
      reason: `${bytes} bytes do not fit: ${this.#left(measured)} are left besides the reserve of ${this.#options.reserveBytes}`,
    });
  }

  /** The whole file system, and what uploads may still take: never below 0. */
  async capacity(): Promise<{ readonly totalBytes: bigint; readonly availableBytes: bigint }> {
    const measured = await this.#measuring.run();
    const left = this.#left(measured);
    return { totalBytes: measured.room.totalBytes, availableBytes: left > 0n ? left : 0n };
  }

  #fits(measured: Measurement, needed: bigint): boolean {
    const { freeFiles } = measured.room;
    if (freeFiles !== undefined && freeFiles - BigInt(this.#leases) <= SPARE_FILES) return false;
    return this.#left(measured) >= needed;
  }

  #left({ room, writtenBefore }: Measurement): bigint {
    const writtenSince = this.#written - writtenBefore;
    return room.freeBytes - this.#options.reserveBytes - this.#promised - writtenSince;
  }

  #lease(needed: bigint): SpaceLease {
    let promised = needed;
    this.#promised += promised;
    this.#leases++;
    let held = true;
    return {
      written: (bytes) => {
        if (!held) return;
        const taken = BigInt(bytes) < promised ? BigInt(bytes) : promised;
        promised -= taken;
        this.#promised -= taken;
        this.#written += taken;
      },
      release: () => {
        if (!held) return;
        held = false;
        this.#promised -= promised;
        this.#leases--;
      },
    };
  }
}

async function measureRoom(path: string): Promise<FileSystemRoom> {
  const { frsize, bsize, blocks, bavail, files, ffree } = await statfs(path, { bigint: true });
  const unit = frsize > 0n ? frsize : bsize;
  return {
    totalBytes: blocks * unit,
    freeBytes: bavail * unit,
    freeFiles: files > 0n ? ffree : undefined,
  };
}
