// The catalog: every question and every change that the store has for its database. An interface, so that rooms that use
// it read one page. All of it is synchronous; changes happen only inside `write`, many writers to a transaction.
import type {
  BucketRow,
  BucketUsage,
  BucketVersioning,
  CompletedPart,
  Content,
  DefaultRetention,
  ListedVersion,
  ObjectFacts,
  ObjectLock,
  PartRow,
  StoredContent,
  Tags,
  UploadRow,
  VersionRow,
} from './rows.ts';

export interface Catalog {
  readonly buckets: BucketReads;
  readonly versions: VersionReads;
  readonly uploads: UploadReads;
  readonly files: FileReads;
  /**
   * Runs `change` in the next transaction, together with whoever else waits, and resolves with its result when all of it
   * is on the disk. What `change` throws undoes its own changes only and rejects. Rejects with S3Error `InsufficientStorage`
   * where the disk has no room for the database.
   */
  write<T>(change: (transaction: Transaction) => T): Promise<T>;
}

/** The catalog with its changes: what `write` hands out, valid only during the call. It reads its own changes. */
export interface Transaction {
  readonly buckets: BucketReads & BucketChanges;
  readonly versions: VersionReads & VersionChanges;
  readonly uploads: UploadReads & UploadChanges;
  readonly files: FileReads & FileChanges;
}

export interface BucketReads {
  find(name: string): BucketRow | undefined;
  /** By name. */
  all(): readonly BucketRow[];
  usage(bucketId: number): BucketUsage;
  /** Neither versions, markers nor unfinished uploads. */
  isEmpty(bucketId: number): boolean;
}

export interface BucketChanges {
  insert(bucket: {
    readonly name: string;
    readonly createdMs: number;
    readonly versioning: BucketVersioning;
    readonly objectLock: boolean;
  }): BucketRow;
  remove(bucketId: number): void;
  setVersioning(bucketId: number, versioning: BucketVersioning): void;
  setObjectLock(bucketId: number, defaultRetention: DefaultRetention | undefined): void;
}

/** A place in a listing: behind this key, and behind this version of it where one is named. */
export interface VersionMarker {
  readonly key: string;
  /** `null` or one that this store made; one that is not there gives the place where it would be. */
  readonly versionId: string | undefined;
}

export interface VersionReads {
  /** The newest version or marker of a key. */
  latest(bucketId: number, key: string): VersionRow | undefined;
  /** By version id, `null` included; undefined also for a text that is no version id. */
  byVersionId(bucketId: number, key: string, versionId: string): VersionRow | undefined;
  /**
   * Costs the same however many files it has. Throws InternalError where the catalog does not know the last of its bytes; what
   * is missing before them is found by who reads it.
   */
  content(versionRowId: number): StoredContent;
  /** Of a multipart object, by number; undefined for others. */
  parts(versionRowId: number): readonly CompletedPart[] | undefined;
  /**
   * Keys that have a current object, in order, lazily: stop iterating when the page is full. `from` is included as it is;
   * to leave out a common prefix, call again with `afterPrefix`.
   */
  currentFrom(bucketId: number, from: KeyBound, prefix: string): Iterable<ListedVersion>;
  /** All versions and markers, by key and newest first within a key, lazily. */
  versionsFrom(bucketId: number, from: KeyBound | VersionMarker, prefix: string): Iterable<ListedVersion>;
}

/**
 * Where a listing starts, as UTF-8 bytes. Made by `fromKey`, `afterKey` and `afterPrefix` of `key-bounds.ts`.
 */
export interface KeyBound {
  readonly bytes: Uint8Array;
  /** Whether a key of exactly these bytes belongs to it. */
  readonly inclusive: boolean;
}

/** A new version to be: `null` where the bucket's versioning is not enabled. */
export interface NewVersion extends ObjectFacts {
  readonly bucketId: number;
  readonly key: string;
  readonly modifiedMs: number;
  readonly content: Content;
}

export interface VersionChanges {
  /**
   * Adds a version as the newest of its key. With `isNull` it gets the version id `null` and takes the place of an earlier
   * `null` version, whose files are given up. The caller has checked locks and conditions.
   */
  insert(version: NewVersion, isNull: boolean): VersionRow;
  /** Adds a delete marker likewise. */
  insertMarker(bucketId: number, key: string, modifiedMs: number, isNull: boolean): VersionRow;
  /** Takes a version or marker away; the next newest becomes the current one. Its files are given up. */
  remove(version: VersionRow): void;
  setLock(versionRowId: number, lock: ObjectLock): void;
  setTags(versionRowId: number, tags: Tags): void;
}

export interface UploadReads {
  find(bucketId: number, key: string, uploadId: string): UploadRow | undefined;
  /** By part number, behind `after`. */
  parts(uploadRowId: number, after: number, limit: number): readonly PartRow[];
  /** By key, then by time of initiation (row id), lazily; behind the given place. */
  uploadsFrom(
    bucketId: number,
    from: KeyBound | { readonly key: string; readonly uploadId: string },
    prefix: string,
  ): Iterable<UploadRow>;
}

export interface UploadChanges {
  insert(upload: Omit<UploadRow, 'id'>): UploadRow;
  /** Puts a part in; an earlier one of that number is given up. */
  putPart(uploadRowId: number, part: PartRow): void;
  /** Ends an upload; parts that no version took over are given up. */
  remove(uploadRowId: number): void;
}

/** Body files by id. A file that is given up belongs to nothing any more and waits to be removed from the disk. */
export interface FileReads {
  has(id: number): boolean;
  /** 0 where there never was one. */
  highestId(): number;
  /** Whether any file belongs to a version or a part. */
  anyOwned(): boolean;
  /** By id, behind `after`; from the first unless given. */
  givenUp(limit: number, after?: number): readonly GivenUpFile[];
}

export interface GivenUpFile {
  readonly id: number;
  /** The row of the version that had it: somebody may still read that. */
  readonly versionRowId: number | undefined;
}

export interface FileChanges {
  /** Files that are gone from the disk. */
  forget(ids: readonly number[]): void;
}
