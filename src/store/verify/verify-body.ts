// Reads one body to its end and says what is wrong with it.
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { type ChecksumAlgorithm, combinedChecksum, compositeChecksum } from '../../s3/checksum.ts';
import type { BodyFile, CompletedPart, Content, VersionRow } from '../database/rows.ts';
import { BodyDigests, type DigestsOfBody } from '../files/body-digests.ts';
import type { BufferPool } from '../files/buffer-pool.ts';
import { filePath } from '../files/file-paths.ts';
import { contentSize, VerifiedContent } from '../files/verified-content.ts';

/** `fileId` is undefined where the bytes are in the database, or where it is all of them together that do not fit. */
export interface BodyFault {
  readonly fileId: number | undefined;
  readonly what: string;
}

export interface BodyVerifierOptions {
  readonly objects: string;
  readonly pool: BufferPool;
  /** Called with each piece that was read. */
  onBytes(count: number): void;
}

export class BodyVerifier {
  readonly #options: BodyVerifierOptions;

  constructor(options: BodyVerifierOptions) {
    this.#options = options;
  }

  /** Everything that is wrong with a version's body: its files, then what they give together. */
  async version(
    row: VersionRow,
    content: Content,
    parts: readonly CompletedPart[] | undefined,
  ): Promise<readonly BodyFault[]> {
    const whole = contentSize(content);
    if (whole !== row.size) {
      return [{ fileId: undefined, what: `it has ${row.size} bytes, and ${whole} are stored` }];
    }
    const algorithm = row.checksum?.algorithm;
    if (parts !== undefined && content.kind === 'files') {
      return await this.#multipart(row, parts, content.files, algorithm);
    }
    const digested = await this.#digest(content, algorithm);
    if ('what' in digested) return [digested];
    return found(
      mismatch('ETag', row.etag, digested.md5),
      algorithm && mismatch(algorithm, row.checksum?.value, digested.checksums[algorithm]),
    );
  }

  /** What is wrong with the file of a part; `etag` is its MD5. */
  async part(file: BodyFile, etag: string): Promise<readonly BodyFault[]> {
    const digested = await this.#digest(only(file), undefined);
    if ('what' in digested) return [digested];
    return found(mismatch('ETag', etag, digested.md5)).map(({ what }) => ({ fileId: file.id, what }));
  }

  /** One file for each part. */
  async #multipart(
    row: VersionRow,
    parts: readonly CompletedPart[],
    files: readonly BodyFile[],
    algorithm: ChecksumAlgorithm | undefined,
  ): Promise<readonly BodyFault[]> {
    if (parts.length !== files.length) {
      return [{ fileId: undefined, what: `it has ${parts.length} parts, and ${files.length} files` }];
    }
    const faults: BodyFault[] = [];
    const etag = createHash('md5');
    const sums: { readonly checksum: string; readonly size: number }[] = [];
    for (const [at, part] of parts.entries()) {
      const file = files[at];
      if (file === undefined) break;
      const digested = await this.#digest(only(file), algorithm);
      if ('what' in digested) {
        faults.push(digested);
        continue;
      }
      etag.update(digested.md5, 'hex');
      const checksum = algorithm && digested.checksums[algorithm];
      if (checksum !== undefined) sums.push({ checksum, size: file.size });
      if (file.size !== part.size) {
        faults.push({
          fileId: file.id,
          what: `part ${part.number} has ${part.size} bytes, its file ${file.size}`,
        });
      }
      const wrong = part.checksum && mismatch(`${algorithm} of part ${part.number}`, part.checksum, checksum);
      if (wrong) faults.push({ ...wrong, fileId: file.id });
    }
    // Of the whole nothing can be said where a part is wrong already.
    if (faults.length > 0) return faults;
    return found(
      mismatch('ETag', row.etag, `${etag.digest('hex')}-${parts.length}`),
      algorithm && mismatch(algorithm, row.checksum?.value, await wholeChecksum(row, algorithm, sums)),
    );
  }

  async #digest(
    content: Content,
    algorithm: ChecksumAlgorithm | undefined,
  ): Promise<DigestsOfBody | BodyFault> {
    const { objects, pool, onBytes } = this.#options;
    const [file] = content.kind === 'files' ? content.files : [];
    const algorithms = algorithm === undefined ? [] : [algorithm];
    const digests = await BodyDigests.create({ payloadHash: 'UNSIGNED-PAYLOAD', algorithms });
    const source = new VerifiedContent(objects, content, { first: 0, last: contentSize(content) - 1 });
    const buffer = pool.take();
    try {
      // Of a file that is longer than it should be, no block is wrong.
      if (file !== undefined) await requireSize(filePath(objects, file.id), file);
      for (;;) {
        const bytes = await source.next(buffer);
        if (bytes === undefined) return digests.digest();
        digests.update(bytes);
        onBytes(bytes.length);
      }
    } catch (error) {
      return { fileId: file?.id, what: error instanceof Error ? error.message : String(error) };
    } finally {
      pool.give(buffer);
      await source.close();
    }
  }
}

async function requireSize(path: string, { id, size }: BodyFile): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  // Where it cannot be had, reading says why.
  if (found !== undefined && found.size > size) {
    throw new Error(`file ${id} has ${found.size} bytes instead of ${size}`);
  }
  // An empty file is never read.
  if (found === undefined && size === 0) throw new Error(`file ${id} is missing`);
}

function only(file: BodyFile): Content {
  return { kind: 'files', files: [file] };
}

async function wholeChecksum(
  { checksum }: VersionRow,
  algorithm: ChecksumAlgorithm,
  parts: readonly { readonly checksum: string; readonly size: number }[],
): Promise<string> {
  if (checksum?.type === 'FULL_OBJECT') return combinedChecksum(algorithm, parts);
  return await compositeChecksum(
    algorithm,
    parts.map((part) => part.checksum),
  );
}

function mismatch(
  name: string,
  wanted: string | undefined,
  computed: string | undefined,
): BodyFault | undefined {
  if (wanted === computed) return undefined;
  return { fileId: undefined, what: `its ${name} is ${wanted}, and its bytes give ${computed}` };
}

function found(...faults: readonly (BodyFault | undefined)[]): readonly BodyFault[] {
  return faults.filter((fault) => fault !== undefined);
}
