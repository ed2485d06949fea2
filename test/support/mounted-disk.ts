// Small file systems of a test's own: one in memory that fills up, one on a loop device that loses power or turns read-only.
import { access, constants, mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { run } from './owned-process.ts';

const MIB = 1024 * 1024;

/** Why file systems cannot be mounted here; undefined where they can. */
export async function mountMissing(kind: 'tmpfs' | 'loop'): Promise<string | undefined> {
  try {
    const disk = kind === 'tmpfs' ? await MemoryDisk.mount(1) : await LoopDisk.mount(16);
    await disk[Symbol.asyncDispose]();
    return undefined;
  } catch (error) {
    const [said = ''] = String(error)
      .split('\n')
      .filter((line) => !line.includes('exit '));
    return `cannot mount a ${kind === 'tmpfs' ? 'tmpfs' : 'loop device'} (needs root): ${said}`;
  }
}

/** A tmpfs: full is full, to the page. */
export class MemoryDisk implements AsyncDisposable {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  static async mount(mebibytes: number): Promise<MemoryDisk> {
    const path = await mkdtemp(join(tmpdir(), 'memory-disk-'));
    try {
      await run('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', path]);
    } catch (error) {
      await rm(path, { recursive: true });
      throw error;
    }
    return new MemoryDisk(path);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await run('umount', ['-l', this.path]);
    await rm(this.path, { recursive: true });
  }
}

/** An ext4 on a loop device. What was not synced is in the kernel's memory and not in the image. */
export class LoopDisk implements AsyncDisposable {
  /** Where it is mounted, also after a loss of power. */
  readonly path: string;
  readonly #directory: string;
  readonly #hasJournal: boolean;
  #image: string;
  #images = 1;

  private constructor(directory: string, hasJournal: boolean) {
    this.#directory = directory;
    this.#hasJournal = hasJournal;
    this.path = join(directory, 'disk');
    this.#image = join(directory, 'image-0');
  }

  /**
   * A journal is written as a whole: with one, what nobody synced often comes along with what somebody did. Without, only
   * what was synced itself is sure to be there.
   */
  static async mount(mebibytes: number, { hasJournal = true } = {}): Promise<LoopDisk> {
    // In memory where there is room for it: what the image is kept on is not the point.
    const inMemory = await access('/dev/shm', constants.W_OK).then(
      () => true,
      () => false,
    );
    const directory = await mkdtemp(join(inMemory ? '/dev/shm' : tmpdir(), 'loop-disk-'));
    const disk = new LoopDisk(directory, hasJournal);
    try {
      await mkdir(disk.path);
      await writeFile(disk.#image, '');
      await truncate(disk.#image, mebibytes * MIB);
      await run('mkfs.ext4', [
        '-q',
        '-F',
        '-m',
        '0',
        ...(hasJournal ? [] : ['-O', '^has_journal']),
        disk.#image,
      ]);
      await disk.#mount();
    } catch (error) {
      await rm(directory, { recursive: true });
      throw error;
    }
    return disk;
  }

  /**
   * As if the power had been cut: what had reached the device is there again, what was only in memory is not. Nobody may be
   * writing any more.
   */
  async losePower(): Promise<void> {
    const lost = this.#image;
    this.#image = join(this.#directory, `image-${this.#images++}`);
    await run('cp', ['--sparse=always', lost, this.#image]);
    await run('umount', [this.path]);
    await rm(lost);
    if (!this.#hasJournal) await this.#check();
    await this.#mount();
  }

  /** Lets the file system meet an error, on which it turns read-only for everybody, open files included. */
  async turnReadOnly(): Promise<void> {
    const device = (await run('findmnt', ['-n', '-o', 'SOURCE', this.path])).trim();
    await writeFile(`/sys/fs/ext4/${basename(device)}/trigger_fs_error`, 'by a test');
  }

  /** Unmounts it, repairs it and mounts it again, as an operator would. Nobody may have a file open. */
  async repair(): Promise<void> {
    await run('umount', [this.path]);
    await this.#check();
    await this.#mount();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await run('umount', ['-l', this.path]);
    await rm(this.#directory, { recursive: true, force: true });
  }

  async #check(): Promise<void> {
    // It answers 1 where it mended something.
    await run('sh', ['-c', 'e2fsck -fy "$0" >/dev/null || [ $? -eq 1 ]', this.#image]);
  }

  async #mount(): Promise<void> {
    // The journal is written when somebody syncs, and not by itself in between.
    const options = this.#hasJournal ? ',commit=300' : '';
    await run('mount', ['-o', `loop,errors=remount-ro${options}`, this.#image, this.path]);
  }
}
