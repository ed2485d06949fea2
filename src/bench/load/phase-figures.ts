// What one phase has done so far: counts, errors by what came back, latencies. Its memory does not grow.
import { type HistogramState, LatencyHistogram } from './latency-histogram.ts';

export interface FiguresState {
  readonly objects: number;
  readonly bytes: number;
  readonly failed: number;
  readonly slowDowns: number;
  readonly retries: number;
  readonly errors: Readonly<Record<string, number>>;
  readonly latency: HistogramState;
}

/** A store that makes up codes must not fill the memory. */
const MAX_CODES = 50;
const OTHER = 'other';

export class PhaseFigures {
  readonly latency: LatencyHistogram;
  /** Since the last sample. */
  readonly recent = { latency: new LatencyHistogram(), objects: 0, bytes: 0, errors: 0 };
  readonly #errors: Map<string, number>;
  #objects: number;
  #bytes: number;
  #failed: number;
  #slowDowns: number;
  #retries: number;

  constructor(state?: FiguresState) {
    this.latency = state === undefined ? new LatencyHistogram() : LatencyHistogram.from(state.latency);
    this.#errors = new Map(Object.entries(state?.errors ?? {}));
    this.#objects = state?.objects ?? 0;
    this.#bytes = state?.bytes ?? 0;
    this.#failed = state?.failed ?? 0;
    this.#slowDowns = state?.slowDowns ?? 0;
    this.#retries = state?.retries ?? 0;
  }

  get objects(): number {
    return this.#objects;
  }

  get failed(): number {
    return this.#failed;
  }

  get errors(): number {
    return [...this.#errors.values()].reduce((sum, count) => sum + count, 0);
  }

  /** A call that succeeded. */
  answered(ms: number): void {
    this.latency.add(ms);
    this.recent.latency.add(ms);
  }

  done(objects: number, bytes: number): void {
    this.#objects += objects;
    this.#bytes += bytes;
    this.recent.objects += objects;
    this.recent.bytes += bytes;
  }

  /** An attempt that did not succeed, by what came back; `times` where one answer told of several objects. */
  error(what: string, isSlowDown = false, times = 1): void {
    const name = this.#errors.has(what) || this.#errors.size < MAX_CODES ? what : OTHER;
    this.#errors.set(name, (this.#errors.get(name) ?? 0) + times);
    this.recent.errors += times;
    if (isSlowDown) this.#slowDowns += times;
  }

  retried(): void {
    this.#retries++;
  }

  /** Objects that were given up. */
  gaveUp(objects: number): void {
    this.#failed += objects;
  }

  state(): FiguresState {
    return {
      objects: this.#objects,
      bytes: this.#bytes,
      failed: this.#failed,
      slowDowns: this.#slowDowns,
      retries: this.#retries,
      errors: Object.fromEntries(this.#errors),
      latency: this.latency.state(),
    };
  }
}
