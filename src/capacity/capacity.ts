// How full a bucket is, as a store said it. Bytes are bigint: 2^53 bytes is only 8 PiB.

/** What one measurement found. Invariant: `0 <= availableBytes <= capacityBytes`, `usedBytes >= 0`, `capacityBytes > 0`. */
export interface Capacity {
  readonly capacityBytes: bigint;
  readonly availableBytes: bigint;
  /** What the bucket holds, noncurrent versions and unfinished uploads included where the store counts them. */
  readonly usedBytes: bigint;
  /** The moment that these very numbers were first seen, milliseconds since 1970: moves when they move and not otherwise. */
  readonly changedAtMs: number;
  /** The moment of the latest measurement that confirmed them, milliseconds since 1970. */
  readonly measuredAtMs: number;
  /** Where they come from, for people: `ceph-rgw`, `minio`, `static`. */
  readonly source: string;
}

/** The capacity of one bucket, or a `CapacityUnknownError`: never an invented number. */
export type CapacityOf = (bucket: string) => Promise<Capacity>;

/** No number that is fresh enough is known; `message` says why, for the log. */
export class CapacityUnknownError extends Error {
  override readonly name = 'CapacityUnknownError';
  /** When the store is asked again; absent where it is asked by every caller. */
  readonly retryAfterSeconds: number | undefined;

  constructor(message: string, options: ErrorOptions & { readonly retryAfterSeconds?: number } = {}) {
    super(message, options);
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}
