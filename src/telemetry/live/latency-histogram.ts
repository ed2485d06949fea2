// How long things took, in a histogram whose buckets grow with the value: a few hundred bytes, and sums over processes are exact.

/** Buckets to each doubling: a bucket is at most 1/32 as wide as its values, so that its middle is at most 1/64 off. */
const STEPS = 32;
const STEP_BITS = 5;
/** `Math.clz32` counts in 32 bits, and from here on is asked for a 1024th. */
const LARGE = 2 ** 31;
const LARGE_BITS = 10;
/** 2^41 microseconds are 25 days; what is longer is in the last bucket. */
const LONGEST = 2 ** 41 - 1;

/** Which relative error a percentile has at most; below 32 microseconds it is at most half a microsecond off. */
export const PERCENTILE_ERROR = 1 / (2 * STEPS);

/** Bucket and count in turn, only of buckets that are not empty. */
export type HistogramSnapshot = Uint32Array;

export class LatencyHistogram {
  /** By doubling; made when the first value falls into it. */
  readonly #octaves: (Uint32Array | undefined)[] = [];
  #count = 0;
  #maxMs = 0;

  get count(): number {
    return this.#count;
  }

  /** Exact. */
  get maxMs(): number {
    return this.#maxMs;
  }

  record(ms: number): void {
    const bucket = bucketOf(ms);
    this.#addTo(bucket, 1);
    if (ms > this.#maxMs) this.#maxMs = ms;
  }

  /** What another one counted. */
  add(snapshot: HistogramSnapshot, maxMs: number): void {
    for (let at = 0; at + 1 < snapshot.length; at += 2) {
      this.#addTo(snapshot[at] ?? 0, snapshot[at + 1] ?? 0);
    }
    if (maxMs > this.#maxMs) this.#maxMs = maxMs;
  }

  /**
   * In milliseconds: the value that `share` of all do not exceed (nearest rank), off by at most PERCENTILE_ERROR; undefined
   * where nothing was recorded. `share` is above 0, at most 1.
   */
  percentile(share: number): number | undefined {
    let left = Math.max(1, Math.ceil(share * this.#count));
    for (const [octave, steps] of this.#octaves.entries()) {
      if (steps === undefined) continue;
      for (const [step, count] of steps.entries()) {
        left -= count;
        if (left <= 0) return Math.min(middleOf(octave, step) / 1000, this.#maxMs);
      }
    }
    return undefined;
  }

  snapshot(): HistogramSnapshot {
    const found: number[] = [];
    for (const [octave, steps] of this.#octaves.entries()) {
      for (const [step, count] of steps?.entries() ?? []) {
        if (count > 0) found.push(octave * STEPS + step, count);
      }
    }
    return Uint32Array.from(found);
  }

  #addTo(bucket: number, count: number): void {
    const octave = bucket >>> STEP_BITS;
    const steps = this.#octaves[octave] ?? this.#firstIn(octave);
    const step = bucket & (STEPS - 1);
    steps[step] = (steps[step] ?? 0) + count;
    this.#count += count;
  }

  #firstIn(octave: number): Uint32Array {
    while (this.#octaves.length < octave) this.#octaves.push(undefined);
    const steps = new Uint32Array(STEPS);
    this.#octaves[octave] = steps;
    return steps;
  }
}

function bucketOf(ms: number): number {
  const us = Math.min(Math.max(0, Math.floor(ms * 1000)), LONGEST);
  if (us < LARGE) return smallBucketOf(us);
  return smallBucketOf(Math.floor(us / 2 ** LARGE_BITS)) + LARGE_BITS * STEPS;
}

/** Below 32 each value has a bucket of its own; above, its leading six bits are the bucket. */
function smallBucketOf(us: number): number {
  if (us < STEPS) return us;
  const shift = 31 - Math.clz32(us) - STEP_BITS;
  return (shift + 1) * STEPS + ((us >>> shift) - STEPS);
}

function middleOf(octave: number, step: number): number {
  return octave === 0 ? step + 0.5 : (STEPS + step + 0.5) * 2 ** (octave - 1);
}
