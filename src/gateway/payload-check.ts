// The proof of one body: what its head promises, and what came.
import { createHash, type Hash } from 'node:crypto';
import type { AuthorizedRequest } from '../access/authorized-request.ts';
import type { AwsChunked } from '../s3/aws-chunked.ts';
import { checksumHeader, createChecksum, type RunningChecksum } from '../s3/checksum.ts';
import { S3Error } from '../s3/error.ts';
import { uploadsData } from '../s3/operation.ts';
import { type UploadChecksum, uploadChecksum } from '../s3/promised-checksum.ts';
import type { S3Request } from '../s3/request.ts';
import { type AwsChunkedReader, readerOf } from '../sigv4/aws-chunked-reader.ts';
import { AwsChunkedWriter, unsignedForm } from '../sigv4/aws-chunked-writer.ts';
import { isSha256Hex } from '../sigv4/payload-hash.ts';

/** Computes what was promised of one body, while it streams by. */
export class PayloadCheck {
  readonly #awsChunked: AwsChunked | undefined;
  readonly #expectedSha256: string | undefined;
  readonly #sha256: Hash | undefined;
  readonly #promised: UploadChecksum | undefined;
  readonly #checksum: RunningChecksum | undefined;
  readonly #reader: AwsChunkedReader | undefined;
  #onData: (data: Buffer) => void = () => {};
  #trailers: ReadonlyMap<string, string> = new Map();

  private constructor(authorized: AuthorizedRequest, checksum: RunningChecksum | undefined) {
    const { request, payloadHash, chunkSignatures } = authorized.request;
    const { awsChunked } = request;
    this.#expectedSha256 = isSha256Hex(payloadHash) ? payloadHash : undefined;
    this.#sha256 = this.#expectedSha256 === undefined ? undefined : createHash('sha256');
    this.#promised = promisedOf(request);
    this.#checksum = checksum;
    this.#awsChunked = awsChunked;
    this.#reader = awsChunked && readerOf(awsChunked, chunkSignatures?.(), (data) => this.#take(data));
  }

  /** Throws InvalidRequest, BadDigest and NotImplemented where the head promises what cannot be. */
  static async begin(authorized: AuthorizedRequest): Promise<PayloadCheck> {
    const promised = promisedOf(authorized.request.request);
    return new PayloadCheck(authorized, promised && (await createChecksum(promised.algorithm)));
  }

  /** Takes bytes as they came; `onData` gets those of the object, as parts of the slice. Throws S3Error. */
  write(slice: Buffer, onData: (data: Buffer) => void): void {
    this.#onData = onData;
    if (this.#reader === undefined) this.#take(slice);
    else this.#reader.write(slice);
  }

  /** All has come. Throws S3Error where it is not what was promised. */
  end(): void {
    this.#trailers = this.#reader?.end() ?? this.#trailers;
    const sha256 = this.#sha256?.digest('hex');
    if (sha256 !== this.#expectedSha256) {
      throw new S3Error('XAmzContentSHA256Mismatch', {
        details: {
          ClientComputedContentSHA256: this.#expectedSha256 ?? '',
          S3ComputedContentSHA256: sha256 ?? '',
        },
      });
    }
    this.#proveChecksum();
  }

  /** The checksum that came with the body; to be asked for behind `end`. */
  get checksumValue(): string {
    const { algorithm, value } = this.#promised ?? {};
    return value ?? (algorithm && this.#trailers.get(checksumHeader(algorithm))) ?? '';
  }

  /** Frames the object again, with its checksum behind it but without signatures; undefined where no checksum comes behind it. */
  writer(write: (bytes: Buffer) => void): AwsChunkedWriter | undefined {
    const { decodedLength, trailer } = this.#awsChunked ?? {};
    if (decodedLength === undefined || trailer === undefined) return undefined;
    return new AwsChunkedWriter(unsignedForm(decodedLength, trailer), write);
  }

  #proveChecksum(): void {
    if (this.#promised === undefined) return;
    const computed = this.#checksum?.digest();
    if (computed === this.checksumValue) return;
    throw new S3Error('BadDigest', {
      reason: `${this.#promised.algorithm} ${this.checksumValue}, came ${computed}`,
    });
  }

  #take(data: Buffer): void {
    this.#sha256?.update(data);
    this.#checksum?.update(data);
    this.#onData(data);
  }
}

/** In other calls such a header may mean an object (CompleteMultipartUpload), and their bodies are proven by their SHA-256. */
function promisedOf(request: S3Request): UploadChecksum | undefined {
  return uploadsData(request.operation) ? uploadChecksum(request) : undefined;
}
