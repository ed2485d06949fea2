// What the database keeps, as values. Times are milliseconds since 1970; keys are text, compared by their UTF-8 bytes.
import type { ChecksumAlgorithm } from '../../s3/checksum.ts';

export type BucketVersioning = 'off' | 'enabled' | 'suspended';
export type RetentionMode = 'GOVERNANCE' | 'COMPLIANCE';

/** What a bucket gives new objects that bring no retention of their own. */
export interface DefaultRetention {
  readonly mode: RetentionMode;
  readonly period: { readonly days: number } | { readonly years: number };
}

export interface BucketRow {
  readonly id: number;
  readonly name: string;
  readonly createdMs: number;
  readonly versioning: BucketVersioning;
  readonly objectLock: boolean;
  readonly defaultRetention: DefaultRetention | undefined;
}

/** What a bucket holds: every version and every part of an unfinished upload. Live sums, kept in each transaction. */
export interface BucketUsage {
  readonly usedBytes: bigint;
  /** Versions and delete markers. */
  readonly versions: number;
}

/** The lock of one version. */
export interface ObjectLock {
  readonly retention: { readonly mode: RetentionMode; readonly untilMs: number } | undefined;
  readonly legalHold: boolean;
}

/** A checksum that was asked for, as S3 keeps it: base64, for composites with `-N` behind it. */
export interface StoredChecksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly type: 'FULL_OBJECT' | 'COMPOSITE';
  readonly value: string;
}

/** A part of a completed multipart upload, for `partNumber` reads and GetObjectAttributes. */
export interface CompletedPart {
  readonly number: number;
  readonly size: number;
  readonly checksum: string | undefined;
}

/** A name and value that come back on reads as they were given: Content-Type and its kin, and `x-amz-meta-*`; lower-case names. */
export type StoredHeaders = readonly (readonly [name: string, value: string])[];
export type Tags = readonly (readonly [key: string, value: string])[];

/** One file with body bytes, immutable. */
export interface BodyFile {
  readonly id: number;
  readonly size: number;
  /** CRC-32 of each block of `BLOCK_BYTES`, 4 bytes each, big-endian. */
  readonly blockChecksums: Uint8Array;
}

/** A file of a version, and the place in the object where its bytes begin. */
export interface PlacedFile extends BodyFile {
  readonly start: number;
}

/** A body in the database. */
export interface InlineContent {
  readonly kind: 'inline';
  readonly data: Uint8Array;
  readonly crc32: number;
}

/** Bytes for a version: for the database when small, else one or more files in order. */
export type Content = InlineContent | { readonly kind: 'files'; readonly files: readonly BodyFile[] };

/** The bytes that a version has. There may be 10,000 files, so a reader asks for each one when it comes to it. */
export type StoredContent =
  | InlineContent
  | {
      readonly kind: 'version';
      readonly versionRowId: number;
      readonly size: number;
      /**
       * The file with the byte at `place`; undefined where the catalog does not know it for sure. Also after the version
       * was removed, as long as the reaper leaves its files alone.
       */
      fileAt(place: number): PlacedFile | undefined;
    };

/** What a writer says of an object. */
export interface ObjectFacts {
  readonly size: number;
  /** Without quotes: MD5 in hex, or `MD5-of-MD5s-N` for multipart. */
  readonly etag: string;
  readonly headers: StoredHeaders;
  readonly tags: Tags;
  readonly lock: ObjectLock;
  readonly checksum: StoredChecksum | undefined;
  /** Present for multipart objects. */
  readonly parts: readonly CompletedPart[] | undefined;
}

/**
 * One version or delete marker. A marker has size 0, an empty etag and nothing else. The parts, of which there may be many, are
 * read by `VersionReads.parts`.
 */
export interface VersionRow extends Omit<ObjectFacts, 'parts'> {
  readonly id: number;
  readonly bucketId: number;
  readonly key: string;
  /** As clients see it: `null` for one written without versioning. */
  readonly versionId: string;
  readonly isMarker: boolean;
  readonly isLatest: boolean;
  readonly modifiedMs: number;
}

/** What a listing shows of a version. */
export interface ListedVersion {
  readonly key: string;
  readonly versionId: string;
  readonly isMarker: boolean;
  readonly isLatest: boolean;
  readonly size: number;
  readonly etag: string;
  readonly modifiedMs: number;
  readonly checksum: StoredChecksum | undefined;
}

export interface UploadRow {
  readonly id: number;
  readonly bucketId: number;
  readonly key: string;
  readonly uploadId: string;
  readonly initiatedMs: number;
  readonly headers: StoredHeaders;
  readonly tags: Tags;
  readonly lock: ObjectLock;
  readonly checksum:
    | { readonly algorithm: ChecksumAlgorithm; readonly type: StoredChecksum['type'] }
    | undefined;
}

export interface PartRow {
  readonly number: number;
  readonly size: number;
  readonly etag: string;
  readonly modifiedMs: number;
  readonly checksum: string | undefined;
  readonly file: BodyFile;
}
