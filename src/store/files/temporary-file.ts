// A body on its way to the disk: a new file in `tmp`, written from front to back, then kept under its name or removed.
import { close, fdatasync, open, unlink, write } from 'node:fs';
import { promisify } from 'node:util';
import { moveFile } from './move-file.ts';

const openFile = promisify(open);
const closeFile = promisify(close);
const syncData = promisify(fdatasync);
const unlinkFile = promisify(unlink);

export class TemporaryFile {
  readonly #path: string;
  readonly #descriptor: number;
  #size = 0;
  #open = true;

  private constructor(path: string, descriptor: number) {
    this.#path = path;
    this.#descriptor = descriptor;
  }

  /** Makes the file; one that is there already is an error. */
  static async create(path: string): Promise<TemporaryFile> {
    return new TemporaryFile(path, await openFile(path, 'wx', 0o600));
  }

  get size(): number {
    return this.#size;
  }

  /** Writes a slice behind the others; one at a time. The slice belongs to the file until `callback` is called. */
  append(slice: Uint8Array, callback: (error: Error | null) => void): void {
    write(this.#descriptor, slice, 0, slice.length, this.#size, (error, written) => {
      if (error !== null) {
        callback(error);
        return;
      }
      this.#size += written;
      if (written === slice.length) callback(null);
      // A disk that is nearly full takes a part; the next try says why.
      else if (written === 0) callback(new Error('the file system took no byte and gave no reason'));
      else this.append(slice.subarray(written), callback);
    });
  }

  /** Puts the bytes on the disk. */
  sync(): Promise<void> {
    return syncData(this.#descriptor);
  }

  /**
   * Gives the file its place; its name there is durable only when its directory is synced. Rejects where something has that
   * name, which stays as it is.
   */
  async moveTo(path: string): Promise<void> {
    await this.#close();
    await moveFile(this.#path, path);
  }

  /** Takes the file away, where it was not moved. */
  async remove(): Promise<void> {
    await this.#close();
    await unlinkFile(this.#path);
  }

  async #close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await closeFile(this.#descriptor);
  }
}
