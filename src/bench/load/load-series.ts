// Samples over time in a bounded number: where there are too many, two become one and the next take twice as long.
import type { LoadPhaseId, LoadSample } from './load-result.ts';
import type { PhaseFigures } from './phase-figures.ts';

const MAX_SAMPLES = 600;
const FIRST_EVERY_MS = 1000;

export interface SeriesState {
  readonly everyMs: number;
  readonly samples: readonly LoadSample[];
}

export class LoadSeries {
  #everyMs: number;
  #samples: readonly LoadSample[];
  #sinceMs: number;

  /** `nowMs`: since the run began, as everywhere here. */
  constructor(nowMs: number, state: SeriesState = { everyMs: FIRST_EVERY_MS, samples: [] }) {
    this.#everyMs = state.everyMs;
    this.#samples = state.samples;
    this.#sinceMs = nowMs;
  }

  /** What was before is of no phase. */
  begin(nowMs: number): void {
    this.#sinceMs = nowMs;
  }

  isDue(nowMs: number): boolean {
    return nowMs - this.#sinceMs >= this.#everyMs;
  }

  /** Takes what has happened since the last one. */
  take(nowMs: number, phase: LoadPhaseId, { recent }: PhaseFigures): void {
    const spanMs = nowMs - this.#sinceMs;
    this.#sinceMs = nowMs;
    if (spanMs <= 0) return;
    const { latency, objects, bytes, errors } = recent;
    const answered = latency.total > 0;
    const sample: LoadSample = {
      tMs: Math.round(nowMs),
      phase,
      objectsPerSecond: perSecond(objects, spanMs),
      mibPerSecond: perSecond(bytes / 2 ** 20, spanMs),
      ...(answered ? { p50Ms: latency.percentileMs(50), p99Ms: latency.percentileMs(99) } : {}),
      errors,
    };
    latency.clear();
    Object.assign(recent, { objects: 0, bytes: 0, errors: 0 });
    this.#samples = [...this.#samples, sample];
    if (this.#samples.length <= MAX_SAMPLES) return;
    this.#samples = halved(this.#samples);
    this.#everyMs *= 2;
  }

  last(): LoadSample | undefined {
    return this.#samples.at(-1);
  }

  state(): SeriesState {
    return { everyMs: this.#everyMs, samples: this.#samples };
  }
}

export function perSecond(count: number, ms: number): number {
  return ms <= 0 ? 0 : Math.round((count * 100_000) / ms) / 100;
}

/** Neighbours of one phase become one sample: rates are averaged, of latencies the worse is kept, errors add up. */
function halved(samples: readonly LoadSample[]): readonly LoadSample[] {
  const merged: LoadSample[] = [];
  for (let i = 0; i < samples.length; i++) {
    const a = samples[i];
    const b = samples[i + 1];
    if (a === undefined) break;
    if (b === undefined || a.phase !== b.phase) {
      merged.push(a);
      continue;
    }
    merged.push(together(a, b));
    i++;
  }
  return merged;
}

function together(a: LoadSample, b: LoadSample): LoadSample {
  const p50 = Math.max(a.p50Ms ?? 0, b.p50Ms ?? 0);
  const p99 = Math.max(a.p99Ms ?? 0, b.p99Ms ?? 0);
  return {
    tMs: b.tMs,
    phase: b.phase,
    objectsPerSecond: (a.objectsPerSecond + b.objectsPerSecond) / 2,
    mibPerSecond: (a.mibPerSecond + b.mibPerSecond) / 2,
    ...(p99 > 0 ? { p50Ms: p50, p99Ms: p99 } : {}),
    errors: a.errors + b.errors,
  };
}
