// Which checksum a multipart upload is kept with (Amazon S3 User Guide, "Checking object integrity", multipart uploads).
import { CHECKSUM_ALGORITHMS, type ChecksumAlgorithm, canCombine } from '../../s3/checksum.ts';
import { S3Error } from '../../s3/error.ts';
import type { S3Request } from '../../s3/request.ts';
import type { PartRow, UploadRow } from '../database/rows.ts';

export type UploadChecksum = NonNullable<UploadRow['checksum']>;

export const CHECKSUM_TYPE_HEADER = 'x-amz-checksum-type';
export const CHECKSUM_ALGORITHM_HEADER = 'x-amz-checksum-algorithm';

/** What CreateMultipartUpload asks for. Throws InvalidRequest for what does not exist and for pairs that do not go together. */
export function readUploadChecksum({ head }: S3Request): UploadChecksum | undefined {
  const name = head.headers.get(CHECKSUM_ALGORITHM_HEADER)?.toUpperCase();
  const type = readChecksumType(head.headers.get(CHECKSUM_TYPE_HEADER));
  if (name === undefined) {
    if (type === undefined) return undefined;
    throw invalid(`${CHECKSUM_TYPE_HEADER} can only be used together with ${CHECKSUM_ALGORITHM_HEADER}.`);
  }
  const algorithm = CHECKSUM_ALGORITHMS.find((each) => each === name);
  if (algorithm === undefined) {
    throw invalid(
      `Checksum algorithm provided is unsupported. Please try again with any of the valid types: [${CHECKSUM_ALGORITHMS.join(', ')}]`,
    );
  }
  // CRC64NVME has no composite form, and what is no CRC has no other.
  const whole = algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE';
  const wanted = type ?? whole;
  if (wanted !== whole && !(wanted === 'FULL_OBJECT' && canCombine(algorithm))) {
    throw invalid(`The ${wanted} checksum type cannot be used with the ${algorithm} checksum algorithm.`);
  }
  return { algorithm, type: wanted };
}

/** Throws InvalidRequest for a text that is no type. */
export function readChecksumType(text: string | undefined): UploadChecksum['type'] | undefined {
  if (text === undefined || text === 'COMPOSITE' || text === 'FULL_OBJECT') return text;
  throw invalid(`Value for ${CHECKSUM_TYPE_HEADER} header is invalid.`);
}

/** Throws InvalidRequest where a part comes with another checksum than its upload keeps. */
export function checkPartAlgorithm(
  kept: UploadRow['checksum'],
  given: { readonly algorithm: ChecksumAlgorithm } | undefined,
): void {
  // An upload that keeps none takes any: SDKs send one with each part. It is checked, and not kept.
  if (kept === undefined || given === undefined || kept.algorithm === given.algorithm) return;
  throw invalid(
    `Checksum Type mismatch occurred, expected checksum Type: ${kept.algorithm.toLowerCase()}, actual checksum Type: ${given.algorithm.toLowerCase()}`,
  );
}

/** The element of a part's or an object's checksum, such as `ChecksumCRC32`. */
export function checksumElementName(algorithm: ChecksumAlgorithm): string {
  return `Checksum${algorithm}`;
}

/** A part's checksum, which each part has where its upload keeps one. */
export function requirePartChecksum(part: PartRow): string {
  if (part.checksum !== undefined) return part.checksum;
  throw new Error(`part ${part.number} has no checksum although its upload keeps one`);
}

function invalid(message: string): S3Error {
  return new S3Error('InvalidRequest', { message });
}
