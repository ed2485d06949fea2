// Where the lines of the audit log go: a file that others may rotate, or a stream.
import { constants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { CHAIN_START, type ChainEnd, readLine } from './audit-chain.ts';
import { createLogStream } from './log-stream.ts';

export interface AuditPlace {
  /** Opens it. Gives where the chain in it stands. Rejects with the system's error. */
  open(): Promise<ChainEnd>;
  /** Before lines are written: goes after the file where somebody has put another in its place. Rejects likewise. */
  follow(): Promise<void>;
  /** One line with its line feed, whole or not at all. Rejects likewise. */
  write(line: string): Promise<void>;
  close(): Promise<void>;
}

const MODE = 0o640;
/** A line with all that one DeleteObjects names fits well into it. */
const MAX_TAIL_BYTES = 8 * 1024 * 1024;
const LINE_FEED = 0x0a;

export class AuditFile implements AuditPlace {
  readonly #path: string;
  #file: FileHandle | undefined;

  /** `path` is absolute. */
  constructor(path: string) {
    this.#path = path;
  }

  async open(): Promise<ChainEnd> {
    await this.#reopen();
    return await this.#readEnd();
  }

  /** logrotate renames the file and makes another (`create`), or leaves that to us; what it empties (`copytruncate`) stays the same. */
  async follow(): Promise<void> {
    const file = this.#file;
    if (file === undefined) return await this.#reopen();
    const [there, own] = await Promise.all([stat(this.#path).catch(ignoreMissing), file.stat()]);
    if (there === undefined || there.ino !== own.ino || there.dev !== own.dev) await this.#reopen();
  }

  async write(line: string): Promise<void> {
    const file = this.#file;
    if (file === undefined) throw new Error('the file is not open');
    const bytes = Buffer.from(line);
    const { bytesWritten } = await file.write(bytes);
    if (bytesWritten === bytes.length) return;
    // The disk is full: what went of the line is taken back, since half a line is none.
    const { size } = await file.stat();
    await file.truncate(Math.max(0, size - bytesWritten));
    throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }

  async #reopen(): Promise<void> {
    const before = this.#file;
    const { O_APPEND, O_CREAT, O_RDWR } = constants;
    this.#file = await open(this.#path, O_APPEND | O_CREAT | O_RDWR, MODE);
    await before?.close();
  }

  /** A last line that was cut off is ended, so that the next one stands alone. */
  async #readEnd(): Promise<ChainEnd> {
    const file = this.#file;
    if (file === undefined) return CHAIN_START;
    const { size } = await file.stat();
    const bytes = Math.min(size, MAX_TAIL_BYTES);
    if (bytes === 0) return CHAIN_START;
    const tail = Buffer.alloc(bytes);
    await file.read(tail, 0, bytes, size - bytes);
    if (tail.at(-1) !== LINE_FEED) await this.write('\n');
    return endIn(tail);
  }
}

/** Of the last line of the audit log in it. */
function endIn(tail: Buffer): ChainEnd {
  let to = tail.length;
  while (to > 0) {
    const from = tail.lastIndexOf(LINE_FEED, to - 1) + 1;
    const read = readLine(tail.subarray(from, to));
    if (read !== undefined) return read.end;
    to = from - 1;
  }
  return CHAIN_START;
}

function ignoreMissing(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
  throw error;
}

const DESCRIPTORS = { stdout: 1, stderr: 2 } as const;

/** The chain begins anew with each start. Whoever reads it too slowly loses lines, and sees that their numbers have gaps. */
export class AuditStream implements AuditPlace {
  readonly #stream: ReturnType<typeof createLogStream>;

  constructor(name: keyof typeof DESCRIPTORS) {
    this.#stream = createLogStream(DESCRIPTORS[name]);
  }

  async open(): Promise<ChainEnd> {
    return CHAIN_START;
  }

  async follow(): Promise<void> {}

  async write(line: string): Promise<void> {
    this.#stream.write(line);
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => this.#stream.flush(() => resolve()));
  }
}
