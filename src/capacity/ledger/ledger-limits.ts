// What the ledger may hold, and the numbers by which it judges.

export interface LedgerLimits {
  /** Buckets of a backend; beyond it the one that changed longest ago is forgotten. */
  readonly maxBuckets: number;
  /** Bins of a bucket, and of the sum of a backend. */
  readonly maxBins: number;
  /** Bins of all buckets of a backend: with many buckets each has fewer, but at least 16. */
  readonly maxBinsOfBackend: number;
  /** Sizes of objects remembered of a backend, at 26 bytes each. */
  readonly maxSizes: number;
  readonly maxUploads: number;
  /** Parts of all unfinished uploads of a backend. */
  readonly maxParts: number;
  /** A measurement may show what happened so long after its time: clocks differ, and asking takes a while. */
  readonly slackMs: number;
  /** A drift is large beyond this, and beyond a thousandth of what is used. */
  readonly driftBytes: bigint;
  /** What changed waits so long at most before it is written to the file. */
  readonly flushMs: number;
  /** After a failure to write the file is left alone this long. */
  readonly retryMs: number;
}

export const LEDGER_LIMITS: LedgerLimits = {
  maxBuckets: 10_000,
  maxBins: 1_024,
  maxBinsOfBackend: 131_072,
  maxSizes: 200_000,
  maxUploads: 10_000,
  maxParts: 500_000,
  slackMs: 2_000,
  driftBytes: 16n * 1024n * 1024n,
  flushMs: 1_000,
  retryMs: 60_000,
};

/** A bucket has at least so many bins, however many buckets there are. */
const FEWEST_BINS = 16;

export function binsOfBucket({ maxBins, maxBinsOfBackend }: LedgerLimits, buckets: number): number {
  return Math.max(Math.min(FEWEST_BINS, maxBins), Math.min(maxBins, Math.floor(maxBinsOfBackend / buckets)));
}
