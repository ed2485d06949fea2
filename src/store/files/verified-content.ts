// Reads content block by block and gives out only bytes whose checksum was found right.
import { close, open, read } from 'node:fs';
import { promisify } from 'node:util';
import { crc32 } from 'node:zlib';
import type { BodyFile, Content, InlineContent, PlacedFile, StoredContent } from '../database/rows.ts';
import { blockCount, damagedBlock } from './block-checksums.ts';
import { BLOCK_BYTES } from './body-files.ts';
import { errorCode } from './disk-error.ts';
import { filePath } from './file-paths.ts';

const openFile = promisify(open);
const closeFile = promisify(close);

/** What is read at a time: whole blocks. */
export const CHUNK_BYTES = 2 * BLOCK_BYTES;

/** What was stored cannot be had any more, at least not now. */
export class DamageError extends Error {
  override readonly name = 'DamageError';
  /** Undefined for a body in the database. */
  readonly fileId: number | undefined;

  constructor(fileId: number | undefined, message: string, cause?: unknown) {
    super(message, { cause });
    this.fileId = fileId;
  }
}

/** The bytes from `first` to `last`, both included; none where `last` is less. */
export interface ByteSpan {
  readonly first: number;
  readonly last: number;
}

export function contentSize(content: Content | StoredContent): number {
  if (content.kind === 'inline') return content.data.length;
  if (content.kind === 'version') return content.size;
  return content.files.reduce((size, file) => size + file.size, 0);
}

/** A span of content, read from front to back. */
export class VerifiedContent {
  readonly #objects: string;
  readonly #content: Content | StoredContent;
  readonly #span: ByteSpan;
  /** Place in the content of what comes next. */
  #at: number;
  /** The file that is open. */
  #file: PlacedFile | undefined;
  #descriptor: number | undefined;

  /** `objects`: the directory with the body files. Throws RangeError for a span that is not within the content. */
  constructor(objects: string, content: Content | StoredContent, span: ByteSpan) {
    if (span.first < 0 || span.last >= contentSize(content)) {
      throw new RangeError(`${span.first}-${span.last} is not within ${contentSize(content)} bytes`);
    }
    this.#objects = objects;
    this.#content = content;
    this.#span = span;
    this.#at = span.first;
  }

  get length(): number {
    return Math.max(0, this.#span.last - this.#span.first + 1);
  }

  /** Whether all of it was given out. */
  get ended(): boolean {
    return this.#at > this.#span.last;
  }

  /**
   * The next bytes, read into `buffer` of `CHUNK_BYTES` or somewhere else; undefined behind the last. One call at a time.
   * Rejects with `DamageError`.
   */
  async next(buffer: Buffer): Promise<Buffer | undefined> {
    if (this.ended) return undefined;
    if (this.#content.kind === 'inline') return this.#takeInline(this.#content);
    return await this.#readFile(buffer);
  }

  /** Ends it; not while a `next` is under way. Never rejects: of a file that was only read nothing can be lost. */
  async close(): Promise<void> {
    const descriptor = this.#descriptor;
    this.#descriptor = undefined;
    this.#file = undefined;
    if (descriptor !== undefined) await closeFile(descriptor).catch(() => {});
  }

  #takeInline({ data, crc32: crc }: InlineContent): Buffer {
    if (crc32(data) !== crc) {
      throw new DamageError(undefined, 'a body in the database does not match its checksum');
    }
    const bytes = Buffer.from(data.buffer, data.byteOffset + this.#at, this.#span.last + 1 - this.#at);
    this.#at = this.#span.last + 1;
    return bytes;
  }

  async #readFile(buffer: Buffer): Promise<Buffer> {
    const file = await this.#fileHere();
    const from = this.#at - file.start;
    const to = Math.min(file.size, this.#span.last + 1 - file.start);
    const readFrom = from - (from % BLOCK_BYTES);
    const readTo = Math.min(readFrom + CHUNK_BYTES, Math.ceil(to / BLOCK_BYTES) * BLOCK_BYTES, file.size);
    const bytes = buffer.subarray(0, readTo - readFrom);
    await this.#readBlocks(file, bytes, readFrom);
    const end = Math.min(readTo, to);
    this.#at += end - from;
    return bytes.subarray(from - readFrom, end - readFrom);
  }

  /** The file that holds the next byte, open. */
  async #fileHere(): Promise<PlacedFile> {
    const at = this.#at;
    if (this.#file !== undefined && at < this.#file.start + this.#file.size) return this.#file;
    await this.close();
    const file = fileAt(this.#content, at);
    if (file === undefined || at < file.start || at >= file.start + file.size) {
      throw new DamageError(undefined, `the catalog does not know which file has byte ${at}`);
    }
    this.#descriptor = await this.#open(file);
    this.#file = file;
    return file;
  }

  async #open(file: BodyFile): Promise<number> {
    if (file.blockChecksums.length !== 4 * blockCount(file.size)) {
      throw new DamageError(file.id, `the checksums of file ${file.id} are not as many as its blocks`);
    }
    try {
      return await openFile(filePath(this.#objects, file.id), 'r');
    } catch (error) {
      const code = errorCode(error);
      const message = code === 'ENOENT' ? `file ${file.id} is missing` : `file ${file.id} cannot be opened`;
      throw new DamageError(file.id, message, error);
    }
  }

  async #readBlocks(file: BodyFile, bytes: Buffer, position: number): Promise<void> {
    let filled: number;
    try {
      filled = await readFully(this.#descriptor, bytes, position);
    } catch (error) {
      throw new DamageError(file.id, `file ${file.id} cannot be read at ${position}`, error);
    }
    if (filled < bytes.length) {
      throw new DamageError(
        file.id,
        `file ${file.id} ends at ${position + filled} instead of ${file.size} bytes`,
      );
    }
    const damaged = damagedBlock(bytes, position / BLOCK_BYTES, file.blockChecksums);
    if (damaged !== undefined) {
      throw new DamageError(file.id, `block ${damaged} of file ${file.id} does not match its checksum`);
    }
  }
}

function fileAt(content: Content | StoredContent, place: number): PlacedFile | undefined {
  if (content.kind === 'inline') return undefined;
  if (content.kind === 'version') return content.fileAt(place);
  let start = 0;
  for (const file of content.files) {
    if (place < start + file.size) return { ...file, start };
    start += file.size;
  }
  return undefined;
}

/** Reads until the buffer is full or the file ends; resolves with how many bytes came. */
function readFully(descriptor: number | undefined, bytes: Buffer, position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    if (descriptor === undefined) {
      reject(new Error('no file is open'));
      return;
    }
    const more = (filled: number): void => {
      read(descriptor, bytes, filled, bytes.length - filled, position + filled, (error, count) => {
        if (error !== null) reject(error);
        else if (count === 0 || filled + count === bytes.length) resolve(filled + count);
        else more(filled + count);
      });
    };
    more(0);
  });
}
