// The checksum that a head promises of its body.
import type { HeaderList } from '../http1/header-list.ts';
import { type ChecksumAlgorithm, checksumAlgorithmOf, isChecksum } from './checksum.ts';
import { S3Error } from './error.ts';
import { AMZ_SDK_CHECKSUM_ALGORITHM } from './headers.ts';
import type { S3Request } from './request.ts';

const CHECKSUM_PREFIX = 'x-amz-checksum-';
/** They say how checksums are made, and are none. */
const NO_CHECKSUMS: ReadonlySet<string> = new Set([
  'x-amz-checksum-algorithm',
  'x-amz-checksum-mode',
  'x-amz-checksum-type',
]);

export interface PromisedChecksum {
  readonly algorithm: ChecksumAlgorithm;
  /** Base64 of the big-endian bytes. */
  readonly value: string;
}

/** That of an upload: one that stands in the trailer has no value yet. */
export interface UploadChecksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly value: string | undefined;
}

/** The one checksum of an upload, wherever it stands. Throws as `readChecksum`. */
export function uploadChecksum({ head, awsChunked }: S3Request): UploadChecksum | undefined {
  const algorithm = awsChunked?.trailer;
  if (algorithm === undefined) return readChecksum(head.headers);
  if (headersOfChecksums(head.headers).length > 0) throw notSingle();
  checkNamedAlgorithm(head.headers, algorithm);
  return { algorithm, value: undefined };
}

/** The one `x-amz-checksum-…` of a body. Throws InvalidRequest and NotImplemented. */
export function readChecksum(headers: HeaderList): PromisedChecksum | undefined {
  const [name, ...more] = headersOfChecksums(headers);
  if (more.length > 0) throw notSingle();
  if (name === undefined) {
    // The sender says that there is one, so somebody has lost it on the way.
    if (!headers.has(AMZ_SDK_CHECKSUM_ALGORITHM)) return undefined;
    throw invalid(
      `${AMZ_SDK_CHECKSUM_ALGORITHM} specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.`,
    );
  }
  const algorithm = checksumAlgorithmOf(name);
  if (algorithm === undefined) {
    throw new S3Error('NotImplemented', { message: `The header ${name.slice(0, 64)} is not implemented.` });
  }
  checkNamedAlgorithm(headers, algorithm);
  const value = headers.get(name) ?? '';
  if (!isChecksum(algorithm, value)) throw invalid(`Value for ${name} header is invalid.`);
  return { algorithm, value };
}

function headersOfChecksums(headers: HeaderList): readonly string[] {
  const names: string[] = [];
  for (const { name } of headers) {
    if (name.startsWith(CHECKSUM_PREFIX) && !NO_CHECKSUMS.has(name)) names.push(name);
  }
  return names;
}

/** Amazon S3 API Reference, PutObject, on x-amz-sdk-checksum-algorithm: a checksum of another algorithm fails with BadDigest. */
function checkNamedAlgorithm(headers: HeaderList, algorithm: ChecksumAlgorithm): void {
  const named = headers.get(AMZ_SDK_CHECKSUM_ALGORITHM);
  if (named === undefined || named.toUpperCase() === algorithm) return;
  throw new S3Error('BadDigest', {
    reason: `${AMZ_SDK_CHECKSUM_ALGORITHM} is ${named}, the checksum is of ${algorithm}`,
  });
}

function notSingle(): S3Error {
  return invalid('Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.');
}

function invalid(message: string): S3Error {
  return new S3Error('InvalidRequest', { message });
}
