// Everything that is computed of a body on its way in, and the proof that it is what its head promised.
import { createHash, type Hash } from 'node:crypto';
import {
  type ChecksumAlgorithm,
  checksumHeader,
  createChecksum,
  type RunningChecksum,
} from '../../s3/checksum.ts';
import { S3Error } from '../../s3/error.ts';
import { UNSIGNED_PAYLOAD } from '../../sigv4/payload-hash.ts';
import { BlockChecksums } from './block-checksums.ts';
import type { BodyExpectations } from './body-files.ts';

/** What to compute besides MD5. */
export interface DigestPlan {
  readonly payloadHash: string;
  readonly algorithms: readonly ChecksumAlgorithm[];
  /** The checksums of the blocks too, of at most so many bytes. */
  readonly blocksOf?: number;
}

export interface DigestsOfBody {
  /** 32 lower-case hex digits. */
  readonly md5: string;
  /** 64 lower-case hex digits, where it was asked for. */
  readonly sha256: string | undefined;
  /** Base64. */
  readonly checksums: Readonly<Partial<Record<ChecksumAlgorithm, string>>>;
  /** As BlockChecksums gives them, where they were asked for. */
  readonly blockChecksums: Uint8Array | undefined;
}

/** Of an aws-chunked body, by lower-case name; none of any other. */
export type Trailers = ReadonlyMap<string, string>;

/** A body's digests on their way. */
export class BodyDigests {
  readonly #md5 = createHash('md5');
  readonly #sha256: Hash | undefined;
  readonly #checksums: ReadonlyMap<ChecksumAlgorithm, RunningChecksum>;

  readonly #blockChecksums: BlockChecksums | undefined;

  private constructor(
    { payloadHash, blocksOf }: DigestPlan,
    checksums: ReadonlyMap<ChecksumAlgorithm, RunningChecksum>,
  ) {
    this.#sha256 = payloadHash === UNSIGNED_PAYLOAD ? undefined : createHash('sha256');
    this.#checksums = checksums;
    this.#blockChecksums = blocksOf === undefined ? undefined : new BlockChecksums(blocksOf);
  }

  static async create(plan: DigestPlan): Promise<BodyDigests> {
    const checksums = new Map<ChecksumAlgorithm, RunningChecksum>();
    for (const algorithm of new Set(plan.algorithms))
      checksums.set(algorithm, await createChecksum(algorithm));
    return new BodyDigests(plan, checksums);
  }

  update(slice: Uint8Array): void {
    this.#md5.update(slice);
    this.#sha256?.update(slice);
    for (const checksum of this.#checksums.values()) checksum.update(slice);
    this.#blockChecksums?.update(slice);
  }

  /** To be called once, at the end. */
  digest(): DigestsOfBody {
    const checksums: Partial<Record<ChecksumAlgorithm, string>> = {};
    for (const [algorithm, checksum] of this.#checksums) checksums[algorithm] = checksum.digest();
    return {
      md5: this.#md5.digest('hex'),
      sha256: this.#sha256?.digest('hex'),
      checksums,
      blockChecksums: this.#blockChecksums?.digest(),
    };
  }
}

export function digestPlan(expectations: BodyExpectations): DigestPlan {
  const { payloadHash, checksum, compute } = expectations;
  return { payloadHash, algorithms: checksum === undefined ? compute : [checksum.algorithm, ...compute] };
}

/** Throws `XAmzContentSHA256Mismatch` or `BadDigest` where a body is not what its head promised. */
export function proveDigests(
  expectations: BodyExpectations,
  trailers: Trailers,
  digests: DigestsOfBody,
): void {
  const { payloadHash, md5, checksum } = expectations;
  if (payloadHash !== UNSIGNED_PAYLOAD && digests.sha256 !== payloadHash) {
    throw new S3Error('XAmzContentSHA256Mismatch', {
      reason: `signed ${payloadHash}, came ${digests.sha256}`,
    });
  }
  if (md5 !== undefined && digests.md5 !== md5) {
    throw new S3Error('BadDigest', { reason: `Content-MD5 ${md5}, came ${digests.md5}` });
  }
  if (checksum === undefined) return;
  const promised = checksum.value ?? trailers.get(checksumHeader(checksum.algorithm));
  const computed = digests.checksums[checksum.algorithm];
  if (computed !== promised) {
    throw new S3Error('BadDigest', { reason: `${checksum.algorithm} ${promised}, came ${computed}` });
  }
}
