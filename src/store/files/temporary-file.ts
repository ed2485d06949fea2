// A body on its way to the disk: a new file, written from front to back, then kept under its name or removed. Large ones go
// past the page cache: their bytes will not be read soon, and to copy them there costs several times what the write costs
// (docs/decisions/0011).
import { close, constants, fdatasync, ftruncate, open, unlink, write } from 'node:fs';
import { promisify } from 'node:util';
import { errorCode } from './disk-error.ts';
import { moveFile } from './move-file.ts';
import { PAGE_BYTES } from './page-memory.ts';

const openFile = promisify(open);
const closeFile = promisify(close);
const syncData = promisify(fdatasync);
const truncateFile = promisify(ftruncate);
const unlinkFile = promisify(unlink);

const CREATE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
const MODE = 0o600;

/** Whether files may go past the page cache: until a file system says that it cannot do that. */
export class DirectWrites {
  #possible = (constants.O_DIRECT as number | undefined) !== undefined;

  get possible(): boolean {
    return this.#possible;
  }

  refused(): void {
    this.#possible = false;
  }
}

export class TemporaryFile {
  readonly #path: string;
  #descriptor: number;
  /** Undefined where the file goes through the page cache. */
  #direct: DirectWrites | undefined;
  #size = 0;
  /** Bytes of the last page behind the end. */
  #padded = false;
  #open = true;

  private constructor(path: string, descriptor: number, direct: DirectWrites | undefined) {
    this.#path = path;
    this.#descriptor = descriptor;
    this.#direct = direct;
  }

  /** Makes the file, past the page cache where `direct` allows it; one that is there already is an error. */
  static async create(path: string, direct: DirectWrites | undefined): Promise<TemporaryFile> {
    if (direct?.possible === true) {
      try {
        return new TemporaryFile(path, await openFile(path, CREATE | constants.O_DIRECT, MODE), direct);
      } catch (error) {
        if (errorCode(error) !== 'EINVAL') throw error;
        direct.refused();
        // open(2): it may have been made nevertheless.
        await unlinkFile(path).catch((failed: unknown) => {
          if (errorCode(failed) !== 'ENOENT') throw failed;
        });
      }
    }
    return new TemporaryFile(path, await openFile(path, CREATE, MODE), undefined);
  }

  get size(): number {
    return this.#size;
  }

  /**
   * Writes the first `length` bytes of `block` behind what there is; one block at a time. All but the last have whole pages,
   * and what of the block is behind the last may be overwritten.
   */
  async write(block: Buffer, length: number): Promise<void> {
    let end = length;
    if (this.#direct !== undefined) {
      end = Math.ceil(length / PAGE_BYTES) * PAGE_BYTES;
      block.fill(0, length, end);
    }
    let written = 0;
    while (written < end) {
      try {
        written += await this.#writeSome(block, written, end);
      } catch (error) {
        if (this.#direct === undefined || errorCode(error) !== 'EINVAL') throw error;
        this.#direct.refused();
        await this.#goThroughCache();
        end = length;
      }
    }
    this.#padded = written > length;
    this.#size += length;
  }

  /** Puts the bytes on the disk. */
  async sync(): Promise<void> {
    if (this.#padded) await truncateFile(this.#descriptor, this.#size);
    await syncData(this.#descriptor);
  }

  /**
   * Gives the file its place; its name there is durable only when its directory is synced. Rejects where something has that
   * name, which stays as it is.
   */
  async moveTo(path: string): Promise<void> {
    await this.#close();
    await moveFile(this.#path, path);
  }

  /** Takes the file away, where it was not moved; not while something is written. */
  async remove(): Promise<void> {
    await this.#close();
    await unlinkFile(this.#path);
  }

  #writeSome(block: Buffer, from: number, end: number): Promise<number> {
    return new Promise((resolve, reject) => {
      write(this.#descriptor, block, from, end - from, this.#size + from, (error, written) => {
        if (error !== null) reject(error);
        // A disk that is nearly full takes a part; the next try says why.
        else if (written === 0) reject(new Error('the file system took no byte and gave no reason'));
        else resolve(written);
      });
    });
  }

  /** A file system that opens files so and then takes no bytes, or only whole units that are larger than a page. */
  async #goThroughCache(): Promise<void> {
    const descriptor = await openFile(this.#path, constants.O_WRONLY);
    await closeFile(this.#descriptor);
    this.#descriptor = descriptor;
    this.#direct = undefined;
  }

  async #close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await closeFile(this.#descriptor);
  }
}
