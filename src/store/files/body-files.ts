// The bodies on the disk, as the rest of the store uses them.
import type { Exchange } from '../../http1/exchange.ts';
import type { AwsChunked } from '../../s3/aws-chunked.ts';
import type { ChecksumAlgorithm } from '../../s3/checksum.ts';
import type { UploadChecksum } from '../../s3/promised-checksum.ts';
import type { Content, StoredContent } from '../database/rows.ts';
import type { BodyReader } from './body-reader.ts';

/** Bytes under one CRC-32: what is read at a time, and the least that is read to check anything. */
export const BLOCK_BYTES = 128 * 1024;

/** 5 GiB: of one upload, one part and one copy (Amazon S3 User Guide, "Uploading objects"). */
export const MAX_UPLOAD_BYTES = 5 * 1024 ** 3;

/** What the head promised of a body. What does not hold fails the upload, and nothing stays. */
export interface BodyExpectations {
  /** Of the object: Content-Length, or what is announced of an aws-chunked body. */
  readonly length: number;
  /** Where the body comes in unsigned chunks. */
  readonly awsChunked: AwsChunked | undefined;
  /** 64 lower-case hex digits, or `UNSIGNED-PAYLOAD`. */
  readonly payloadHash: string;
  /** Content-MD5, decoded to 32 lower-case hex digits. */
  readonly md5: string | undefined;
  readonly checksum: UploadChecksum | undefined;
  /** Algorithms to compute besides, without an expected value. */
  readonly compute: readonly ChecksumAlgorithm[];
}

/** A body that is whole, proven and on the disk, but that nothing refers to yet. */
export interface ReceivedBody {
  readonly size: number;
  /** 32 lower-case hex digits. */
  readonly md5: string;
  /** Base64, of each algorithm that was expected or asked for. */
  readonly checksums: Readonly<Partial<Record<ChecksumAlgorithm, string>>>;
  readonly content: Content;
  /** Takes it away again: for a commit that failed. Never rejects. */
  discard(): Promise<void>;
}

export interface BodyFiles {
  /**
   * Checks that there is room, lets the client send, and streams the body: hashed on the way, synced, renamed.
   * With `inline` a small body stays in memory for the database; parts of uploads are always files.
   * Rejects with S3Error: `InsufficientStorage`, `EntityTooLarge`, `IncompleteBody`, `BadDigest`, `XAmzContentSHA256Mismatch`;
   * nothing is left then.
   */
  receive(
    exchange: Exchange,
    expectations: BodyExpectations,
    options: { readonly inline: boolean },
  ): Promise<ReceivedBody>;
  /** The same out of content that is already there: `first` to `last`, both included; an empty object has last = -1. */
  copy(
    content: Content | StoredContent,
    range: { readonly first: number; readonly last: number },
    compute: readonly ChecksumAlgorithm[],
    options: { readonly inline: boolean },
  ): Promise<ReceivedBody>;
  /**
   * Opens content for reading from `first` to `last`, both included, and checks the first block.
   * Rejects with S3Error `InternalError` (reason: the damage) where that is wrong; the damage is logged.
   * To be called at once when the content of a version was asked for: from then on its files stay.
   */
  open(
    content: Content | StoredContent,
    range: { readonly first: number; readonly last: number },
  ): Promise<BodyReader>;
}
