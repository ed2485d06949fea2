// Bodies as files on one local disk: takes them in, copies them, opens them for reading.
import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Exchange } from '../../http1/exchange.ts';
import type { ChecksumAlgorithm } from '../../s3/checksum.ts';
import { S3Error } from '../../s3/error.ts';
import { UNSIGNED_PAYLOAD } from '../../sigv4/payload-hash.ts';
import type { Content, StoredContent } from '../database/rows.ts';
import { type DigestPlan, type DigestsOfBody, digestPlan, proveDigests } from './body-digests.ts';
import { type BodyExpectations, type BodyFiles, MAX_UPLOAD_BYTES, type ReceivedBody } from './body-files.ts';
import type { BodyReader } from './body-reader.ts';
import { type BodyTarget, fileTarget, memoryTarget } from './body-target.ts';
import { BufferPool } from './buffer-pool.ts';
import { ContentSender } from './content-sender.ts';
import type { DataPaths } from './data-directory.ts';
import { errorCode, type OnLog, writeFailure } from './disk-error.ts';
import type { FileIds } from './file-ids.ts';
import { GroupSync } from './group-sync.ts';
import { type HashThreads, THREADED_FROM_BYTES } from './hash-threads.ts';
import { ObjectDirectories } from './object-directories.ts';
import type { Pins } from './pins.ts';
import { pourBody } from './pour-body.ts';
import { localDigests, type RunningDigests } from './running-digests.ts';
import type { Space, SpaceLease } from './space.ts';
import { type ByteSpan, CHUNK_BYTES, DamageError, VerifiedContent } from './verified-content.ts';

/** Bodies up to this size go to the database where they may. */
export const INLINE_MAX_BYTES = 16 * 1024;

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
  readonly #groupSync = new GroupSync();
  readonly #directories: ObjectDirectories;
  readonly #pool = new BufferPool(CHUNK_BYTES, KEPT_BUFFERS);
  #temporaryFiles = 0;

  constructor(options: BodyFilesOptions) {
    this.#options = options;
    this.#directories = new ObjectDirectories(options.directory.objects, this.#groupSync);
  }

  async receive(
    exchange: Exchange,
    expectations: BodyExpectations,
    { inline }: { readonly inline: boolean },
  ): Promise<ReceivedBody> {
    try {
      return await this.#take(expectations.length, inline, async (target) => {
        const digested = await this.#digesting(expectations.length, digestPlan(expectations), (digests) =>
          pourBody(exchange, expectations.length, digests, target),
        );
        proveDigests(expectations, digested);
        return digested;
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
        return await this.#take(source.length, inline, (target) =>
          this.#digesting(source.length, { payloadHash: UNSIGNED_PAYLOAD, algorithms: compute }, (digests) =>
            this.#pourContent(source, target, digests),
          ),
        );
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
    pour: (target: BodyTarget) => Promise<DigestsOfBody>,
  ): Promise<ReceivedBody> {
    if (size > MAX_UPLOAD_BYTES) throw new S3Error('EntityTooLarge');
    const lease = await this.#options.space.admit(size);
    let target: BodyTarget | undefined;
    try {
      target = await this.#target(size, inline, lease);
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

  #target(size: number, inline: boolean, lease: SpaceLease): BodyTarget | Promise<BodyTarget> {
    if (inline && size <= INLINE_MAX_BYTES) return memoryTarget(size, lease);
    this.#temporaryFiles++;
    const { objects, tmp } = this.#options.directory;
    const parts = {
      objects,
      ids: this.#options.ids,
      directories: this.#directories,
      groupSync: this.#groupSync,
      unlink,
    };
    return fileTarget(parts, join(tmp, this.#temporaryFiles.toString(16)), size, lease);
  }

  /** What `pour` gives to the digests, digested. */
  async #digesting(
    size: number,
    plan: DigestPlan,
    pour: (digests: RunningDigests) => Promise<void>,
  ): Promise<DigestsOfBody> {
    const threads = size >= THREADED_FROM_BYTES ? this.#options.hashThreads : undefined;
    const digests = threads?.begin(plan) ?? (await localDigests(plan));
    try {
      await pour(digests);
      return await digests.digest();
    } finally {
      digests.abandon();
    }
  }

  async #pourContent(source: VerifiedContent, target: BodyTarget, digests: RunningDigests): Promise<void> {
    const buffer = Buffer.from(new SharedArrayBuffer(CHUNK_BYTES));
    for (;;) {
      const bytes = await source.next(buffer).catch((error: unknown) => {
        throw this.#readFailure(error);
      });
      if (bytes === undefined) return;
      await Promise.all([appended(target, bytes), hashed(digests, bytes)]);
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

function hashed(digests: RunningDigests, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    if (digests.update(bytes, resolve)) resolve();
  });
}
