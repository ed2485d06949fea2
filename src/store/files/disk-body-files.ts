// Bodies as files on one local disk: takes them in, copies them, opens them for reading.
import { join } from 'node:path';
import type { Exchange } from '../../http1/exchange.ts';
import { readBuffer } from '../../http1/read-buffer.ts';
import type { ChecksumAlgorithm } from '../../s3/checksum.ts';
import { S3Error } from '../../s3/error.ts';
import { UNSIGNED_PAYLOAD } from '../../sigv4/payload-hash.ts';
import type { Content, StoredContent } from '../database/rows.ts';
import { type DigestPlan, digestPlan, proveDigests } from './body-digests.ts';
import { type BodyExpectations, type BodyFiles, MAX_UPLOAD_BYTES, type ReceivedBody } from './body-files.ts';
import type { BodyReader } from './body-reader.ts';
import type { BodyTarget } from './body-target.ts';
import { BufferPool } from './buffer-pool.ts';
import { ContentSender } from './content-sender.ts';
import type { DataPaths } from './data-directory.ts';
import { errorCode, type OnLog, writeFailure } from './disk-error.ts';
import type { FileIds } from './file-ids.ts';
import { type FilePlaces, FileTarget } from './file-target.ts';
import { GroupSync } from './group-sync.ts';
import type { HashThreads } from './hash-threads.ts';
import { MemoryTarget } from './memory-target.ts';
import { ObjectDirectories } from './object-directories.ts';
import type { Pins } from './pins.ts';
import { pourBody } from './pour-body.ts';
import { localDigests } from './running-digests.ts';
import type { Space, SpaceLease } from './space.ts';
import { DirectWrites, TemporaryFile } from './temporary-file.ts';
import { type ByteSpan, CHUNK_BYTES, DamageError, VerifiedContent } from './verified-content.ts';
import { ownWriteBlock, SharedWriteBlocks } from './write-blocks.ts';

/** Bodies up to this size go to the database where they may. */
export const INLINE_MAX_BYTES = 16 * 1024;

/** A smaller body is written through the page cache and hashed in this thread: that is done before another has answered. */
const LARGE_FROM_BYTES = 128 * 1024;

/** Unused read buffers that are kept. */
const KEPT_BUFFERS = 64;

export interface BodyFilesOptions {
  readonly directory: DataPaths;
  readonly space: Space;
  readonly pins: Pins;
  /** Begins behind what `sweep` found. */
  readonly ids: FileIds;
  /** Hash larger bodies; without them everything is hashed in this thread. */
  readonly hashThreads?: HashThreads;
  readonly onLog: OnLog;
}

export function createBodyFiles(options: BodyFilesOptions): BodyFiles {
  return new DiskBodyFiles(options);
}

class DiskBodyFiles implements BodyFiles {
  readonly #options: BodyFilesOptions;
  readonly #places: FilePlaces;
  readonly #directWrites = new DirectWrites();
  readonly #blocks = new SharedWriteBlocks();
  readonly #pool = new BufferPool(CHUNK_BYTES, KEPT_BUFFERS, readBuffer);
  #temporaryFiles = 0;

  constructor(options: BodyFilesOptions) {
    this.#options = options;
    const { ids, directory } = options;
    const groupSync = new GroupSync();
    const directories = new ObjectDirectories(directory.objects, groupSync);
    this.#places = { objects: directory.objects, ids, directories, groupSync };
  }

  async receive(
    exchange: Exchange,
    expectations: BodyExpectations,
    { inline }: { readonly inline: boolean },
  ): Promise<ReceivedBody> {
    try {
      return await this.#take(expectations.length, inline, digestPlan(expectations), async (target) => {
        const trailers = await pourBody(exchange, expectations, target);
        const digests = await target.finish();
        proveDigests(expectations, trailers, digests);
        return digests;
      });
    } catch (error) {
      // Where the body was not read to its end, nobody reads it any more. Where it was, this does nothing.
      exchange.abandonBody();
      throw error;
    }
  }

  async copy(
    content: Content | StoredContent,
    span: ByteSpan,
    compute: readonly ChecksumAlgorithm[],
    { inline }: { readonly inline: boolean },
  ): Promise<ReceivedBody> {
    const unpin = this.#options.pins.pin(content);
    try {
      const source = new VerifiedContent(this.#options.directory.objects, content, span);
      try {
        const plan = { payloadHash: UNSIGNED_PAYLOAD, algorithms: compute };
        return await this.#take(source.length, inline, plan, async (target) => {
          await this.#pourContent(source, target);
          return await target.finish();
        });
      } finally {
        await source.close();
      }
    } finally {
      unpin();
    }
  }

  async open(content: Content | StoredContent, span: ByteSpan): Promise<BodyReader> {
    // Before anything is waited for: a file that is given up a moment later must stay.
    const unpin = this.#options.pins.pin(content);
    try {
      return await ContentSender.open({
        content: new VerifiedContent(this.#options.directory.objects, content, span),
        pool: this.#pool,
        onClosed: unpin,
        onDamage: (error) => this.#readFailure(error),
      });
    } catch (error) {
      unpin();
      throw this.#readFailure(error);
    }
  }

  /** Takes in a body of known size that `pour` writes to a target; nothing is left where that fails. */
  async #take(
    size: number,
    inline: boolean,
    plan: DigestPlan,
    pour: (target: BodyTarget) => ReturnType<BodyTarget['finish']>,
  ): Promise<ReceivedBody> {
    if (size > MAX_UPLOAD_BYTES) throw new S3Error('EntityTooLarge');
    const lease = await this.#options.space.admit(size);
    let target: BodyTarget | undefined;
    try {
      target =
        inline && size <= INLINE_MAX_BYTES
          ? new MemoryTarget(size, lease, await localDigests(plan))
          : await this.#fileTarget(size, { ...plan, blocksOf: size }, lease);
      const { md5, checksums } = await pour(target);
      const content = await target.keep();
      const kept = target;
      return { size, md5, checksums, content, discard: () => this.#remove(kept) };
    } catch (error) {
      if (target !== undefined) await this.#remove(target);
      throw writeFailure(error, this.#options.onLog);
    } finally {
      lease.release();
    }
  }

  async #fileTarget(size: number, plan: DigestPlan, lease: SpaceLease): Promise<BodyTarget> {
    this.#temporaryFiles++;
    const path = join(this.#options.directory.tmp, this.#temporaryFiles.toString(16));
    const large = size >= LARGE_FROM_BYTES;
    const file = await TemporaryFile.create(path, large ? this.#directWrites : undefined);
    const threads = large ? this.#options.hashThreads : undefined;
    return new FileTarget({
      places: this.#places,
      file,
      blocks: large ? this.#blocks : ownWriteBlock(size),
      digests: threads?.begin(plan) ?? (await localDigests(plan)),
      lease,
    });
  }

  async #pourContent(source: VerifiedContent, target: BodyTarget): Promise<void> {
    const buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
    for (;;) {
      const bytes = await source.next(buffer).catch((error: unknown) => {
        throw this.#readFailure(error);
      });
      if (bytes === undefined) return;
      await appended(target, bytes);
    }
  }

  /** Never rejects: what cannot be removed is logged, and the next start removes it. */
  async #remove(target: BodyTarget): Promise<void> {
    try {
      await target.remove();
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return;
      this.#options.onLog('warn', 'a body that nobody needs could not be removed', { error });
    }
  }

  /** Logs why a body cannot be read, and turns it into what a client is told. */
  #readFailure(error: unknown): S3Error {
    const reason = error instanceof Error ? error.message : String(error);
    const fields = error instanceof DamageError ? { file: error.fileId, cause: error.cause } : { error };
    this.#options.onLog('error', `a body cannot be read: ${reason}`, fields);
    return new S3Error('InternalError', { reason, cause: error });
  }
}

function appended(target: BodyTarget, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = target.append(bytes, (error) => {
      if (error === null) resolve();
      else reject(error);
    });
    if (done) resolve();
  });
}
