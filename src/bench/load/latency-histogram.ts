// Latencies in a fixed amount of memory: buckets that grow with the value, as HdrHistogram has them.
import type { Latency } from './load-result.ts';

/** For each power of two: a bucket is at most 1/64 of its value wide. */
const SUB_BUCKETS = 64;
const SUB_BITS = 6;
/** Microseconds; what takes longer (19 hours) counts as this long. */
const MAX_US = 2 ** 36 - 1;
const BUCKETS = (36 - SUB_BITS + 1) * SUB_BUCKETS;

/** Buckets that are not empty, each with its count; for a state that is kept. */
export interface HistogramState {
  readonly counts: readonly (readonly [bucket: number, count: number])[];
  readonly maxMs: number;
}

export class LatencyHistogram {
  readonly #counts = new Float64Array(BUCKETS);
  #total = 0;
  #maxMs = 0;

  get total(): number {
    return this.#total;
  }

  add(ms: number): void {
    const bucket = bucketOf(ms);
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#total++;
    this.#maxMs = Math.max(this.#maxMs, ms);
  }

  clear(): void {
    this.#counts.fill(0);
    this.#total = 0;
    this.#maxMs = 0;
  }

  /** The value that so many percent are not above; 0 where there is none. */
  percentileMs(percent: number): number {
    const wanted = Math.max(1, Math.ceil((this.#total * percent) / 100));
    let seen = 0;
    for (const [bucket, count] of this.#counts.entries()) {
      seen += count;
      if (seen >= wanted) return Math.min(upperMs(bucket), this.#maxMs);
    }
    return this.#maxMs;
  }

  /** Undefined where it is empty. */
  summary(): Latency | undefined {
    if (this.#total === 0) return undefined;
    return {
      calls: this.#total,
      p50Ms: rounded(this.percentileMs(50)),
      p95Ms: rounded(this.percentileMs(95)),
      p99Ms: rounded(this.percentileMs(99)),
      maxMs: rounded(this.#maxMs),
    };
  }

  state(): HistogramState {
    const counts = [...this.#counts.entries()].filter(([, count]) => count > 0);
    return { counts, maxMs: this.#maxMs };
  }

  static from({ counts, maxMs }: HistogramState): LatencyHistogram {
    const histogram = new LatencyHistogram();
    for (const [bucket, count] of counts) {
      if (bucket < 0 || bucket >= BUCKETS) continue;
      histogram.#counts[bucket] = count;
      histogram.#total += count;
    }
    histogram.#maxMs = maxMs;
    return histogram;
  }
}

function bucketOf(ms: number): number {
  const us = Math.min(MAX_US, Math.max(0, Math.floor(ms * 1000)));
  if (us < SUB_BUCKETS) return us;
  const shift = Math.floor(Math.log2(us)) - SUB_BITS;
  return (shift + 1) * SUB_BUCKETS + (Math.floor(us / 2 ** shift) - SUB_BUCKETS);
}

/** The upper edge of a bucket. */
function upperMs(bucket: number): number {
  if (bucket < SUB_BUCKETS) return (bucket + 1) / 1000;
  const shift = Math.floor(bucket / SUB_BUCKETS) - 1;
  const within = (bucket % SUB_BUCKETS) + SUB_BUCKETS;
  return ((within + 1) * 2 ** shift) / 1000;
}

/** To microseconds. */
function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
