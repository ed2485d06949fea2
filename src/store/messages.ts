// What the gateway's process and the store's process say to each other, over the channel between parent and child
// (structured clones, so that bigint and RegExp cross).

/** The first message: everything the store is started with. */
export interface StoreStart {
  readonly kind: 'start';
  readonly dataDirectory: string;
  /** Whether a store may be made where there is none: false from when it served once, then it is gone and must come back. */
  readonly mayBeNew: boolean;
  /** A socket in the file system, or an address (port 0: any free one). */
  readonly listen: { readonly path: string } | { readonly host: string; readonly port: number };
  readonly region: string;
  /** The one key that the store accepts. */
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Free space that uploads must leave. */
  readonly reserveBytes: bigint;
  /** Buckets that are made, with object lock, where they do not exist. */
  readonly createBuckets: readonly string[];
  /** The first rule whose pattern matches a bucket's name decides; without `bytes` that bucket has no quota. */
  readonly quotas: readonly { readonly pattern: RegExp; readonly bytes: bigint | undefined }[];
  readonly maxConnections: number;
}

export type ToStore =
  | StoreStart
  | { readonly kind: 'capacity'; readonly id: number; readonly bucket: string }
  /** In place of those before. */
  | { readonly kind: 'quotas'; readonly quotas: StoreStart['quotas'] }
  /** Finish what is under way within that time, then exit with code 0. */
  | { readonly kind: 'stop'; readonly deadlineMs: number };

/** The room of the file system and of one bucket, as they are now. */
export interface StoreCapacity {
  /** The whole file system. */
  readonly totalBytes: bigint;
  /** What uploads may still take: free space less the reserve, never below 0. */
  readonly availableBytes: bigint;
  /** What the bucket holds: all versions and the parts of unfinished uploads. */
  readonly bucketBytes: bigint;
  /** The moment that `bucketBytes` is of, milliseconds since 1970. */
  readonly countedAtMs: number;
}

export type FromStore =
  /** It listens; `port` where it was given an address. */
  | { readonly kind: 'ready'; readonly port: number | undefined }
  /** It cannot start: one sentence that says what was wrong and what to do. The process ends with code 2. */
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'capacity'; readonly id: number; readonly capacity: StoreCapacity }
  | { readonly kind: 'capacity-unknown'; readonly id: number; readonly message: string }
  | {
      readonly kind: 'log';
      readonly level: 'debug' | 'info' | 'warn' | 'error';
      readonly message: string;
      readonly fields: Readonly<Record<string, unknown>>;
    };
