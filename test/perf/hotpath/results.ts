// What a run measured, as it is written to the JSON file.

/** One proxy in one round. What a case does not measure is absent. */
export interface Sample {
  /** User and system time of its whole process tree for each answered request. */
  readonly cpuMicros?: number;
  readonly requestsPerSecond?: number;
  /** Megabytes (10^6) of bodies, whichever way they went. */
  readonly megabytesPerSecond?: number;
  readonly p50Ms?: number;
  readonly p99Ms?: number;
}

export interface ProxyResult {
  readonly proxy: string;
  /** One a round, in order. */
  readonly samples: readonly Sample[];
  /** Resident memory of the whole process tree at its highest. */
  readonly peakBytes?: number;
  /** For the last column. */
  readonly note?: string;
}

export interface CaseResult {
  readonly name: string;
  readonly title: string;
  /** Which processor cores each part had, such as `proxy 1, client and sink 0`. */
  readonly cores: string;
  readonly proxies: readonly ProxyResult[];
  /** Figures that only this case has, by name: see the case and targets.ts. */
  readonly figures?: Readonly<Record<string, number>>;
}

export interface BenchResult {
  readonly startedAt: string;
  readonly machine: Readonly<Record<string, string>>;
  readonly settings: { readonly rounds: number; readonly seconds: number; readonly minutes: number };
  readonly cases: readonly CaseResult[];
  /** Cases and columns that were left out, a sentence each. */
  readonly leftOut: readonly string[];
}
