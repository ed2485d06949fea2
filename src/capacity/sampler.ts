// Freshness: measures what is asked for, one measurement at a time, keeps the last good one while it is young enough, and
// leaves a store that fails alone for longer and longer. Never a number that no store said.
import { CapacityUnknownError } from './capacity.ts';
import { untilAborted } from './until-aborted.ts';

export interface SamplerOptions<Sample> {
  /** Where the samples come from, for people. */
  readonly source: string;
  /** Rejects with a sentence. Called once at a time for each name. */
  measure(name: string, signal: AbortSignal): Promise<Sample>;
  /** Whether a new sample may take the place of the last good one at once, or another one must confirm it. */
  isPlausible(sample: Sample, before: Sample, name: string): boolean;
  /** The moment that a sample is of: from then on it grows old. */
  takenAtMs(sample: Sample): number;
  /** Whether it is another look at the store, and not the same answer again: only such a one confirms. */
  isLaterThan(sample: Sample, before: Sample): boolean;
  /** Whether something is known to have happened since, so that it is worth asking again before the time. */
  isOutdated(sample: Sample, name: string): boolean;
  /** Told of each sample that is served from now on. */
  onAccepted(name: string, sample: Sample): void;
  onFailed(name: string, error: CapacityUnknownError): void;
  readonly pace: SamplerPace;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** From 0 to less than 1: `Math.random` unless given. */
  readonly random?: () => number;
  /** A signal that aborts after so many milliseconds: `AbortSignal.timeout` unless given. */
  readonly deadline?: (ms: number) => AbortSignal;
}

export interface SamplerPace {
  /** A sample younger than this (give or take a tenth, so that stores are not asked in step) is given without asking. */
  readonly refreshMs: number;
  /** A sample older than this is never given. */
  readonly maxAgeMs: number;
  /** How long one measurement may take, and so how long a caller may wait for it. */
  readonly deadlineMs: number;
  /** After the first failure the store is left alone this long, then twice as long each time, at most `refreshMs` or a minute. */
  readonly retryMs: number;
  /** A sample that is outdated is asked for again, but not more often than this. */
  readonly soonestMs: number;
}

/** What is known of one name. */
export interface SampleState<Sample> {
  readonly sample: Sample | undefined;
  /** The moment that the sample is of, milliseconds since 1970. */
  readonly measuredAtMs: number | undefined;
  readonly failure: { readonly message: string; readonly sinceMs: number } | undefined;
  /** Why a newer sample is not given yet: it waits for another one that says the same. */
  readonly awaitsConfirmation: boolean;
  readonly isServed: boolean;
}

interface Entry<Sample> {
  sample?: Sample;
  measuredAtMs?: number;
  /** When the store last gave a sample. */
  checkedAtMs?: number;
  /** From when on the store may be asked again. */
  dueAtMs?: number;
  suspect?: Sample;
  failure?: { readonly message: string; readonly sinceMs: number; readonly count: number };
  flight?: Promise<void>;
  askedAtMs: number;
}

const MAX_NAMES = 10_000;
const LONGEST_BACK_OFF_MS = 60_000;

export class Sampler<Sample> {
  readonly #options: SamplerOptions<Sample>;
  readonly #random: () => number;
  readonly #deadline: (ms: number) => AbortSignal;
  readonly #entries = new Map<string, Entry<Sample>>();
  readonly #closing = new AbortController();

  constructor(options: SamplerOptions<Sample>) {
    this.#options = options;
    this.#random = options.random ?? Math.random;
    this.#deadline = options.deadline ?? ((ms) => AbortSignal.timeout(ms));
  }

  /** The sample to go by now: measures first where it is time to. Rejects with a `CapacityUnknownError`. */
  async of(name: string): Promise<Sample> {
    const entry = this.#entryOf(name);
    entry.askedAtMs = this.#options.now();
    await this.#refresh(name, entry);
    const { sample } = entry;
    if (sample !== undefined && this.#isYoung(entry)) return sample;
    throw new CapacityUnknownError(this.#whyUnknown(name, entry), {
      retryAfterSeconds: Math.max(1, Math.ceil(this.#untilDueMs(entry) / 1000)),
    });
  }

  /** The last good sample, however old, without asking. */
  peek(name: string): Sample | undefined {
    return this.#entries.get(name)?.sample;
  }

  /** Measures, where it is time to, what was asked for within the last so many milliseconds. Never rejects. */
  async keepWarm(withinMs: number): Promise<void> {
    const { now } = this.#options;
    const warm = [...this.#entries].filter(([, { askedAtMs }]) => Math.abs(now() - askedAtMs) < withinMs);
    for (const [name, entry] of warm) {
      if (this.#closing.signal.aborted) return;
      await this.#refresh(name, entry);
    }
  }

  names(): readonly string[] {
    return [...this.#entries.keys()];
  }

  state(name: string): SampleState<Sample> | undefined {
    const entry = this.#entries.get(name);
    if (entry === undefined) return undefined;
    const { sample, measuredAtMs, failure, suspect } = entry;
    return {
      sample,
      measuredAtMs,
      failure: failure && { message: failure.message, sinceMs: failure.sinceMs },
      awaitsConfirmation: suspect !== undefined,
      isServed: this.#isYoung(entry),
    };
  }

  /** Nobody need know of it any longer. */
  forget(name: string): void {
    this.#entries.delete(name);
  }

  /** Ends measurements under way; from then on nothing is measured. */
  close(): void {
    this.#closing.abort();
  }

  #entryOf(name: string): Entry<Sample> {
    const entry = this.#entries.get(name) ?? { askedAtMs: 0 };
    this.#entries.delete(name);
    this.#entries.set(name, entry);
    if (this.#entries.size > MAX_NAMES) {
      const [oldest = name] = this.#entries.keys();
      this.#entries.delete(oldest);
    }
    return entry;
  }

  async #refresh(name: string, entry: Entry<Sample>): Promise<void> {
    if (this.#closing.signal.aborted) return;
    if (entry.flight === undefined && this.#isDue(name, entry)) {
      // `finally` runs after the assignment, even when a measurement fails before its first await.
      entry.flight = this.#measure(name, entry).finally(() => delete entry.flight);
    }
    await entry.flight;
  }

  #isDue(name: string, entry: Entry<Sample>): boolean {
    if (this.#untilDueMs(entry) <= 0) return true;
    const { sample, checkedAtMs, failure } = entry;
    if (sample === undefined || checkedAtMs === undefined || failure !== undefined) return false;
    const { now, pace, isOutdated } = this.#options;
    return now() - checkedAtMs >= pace.soonestMs && isOutdated(sample, name);
  }

  /** 0 where it may be measured now; also where the moment is further away than any pace says: the clock was set back. */
  #untilDueMs({ dueAtMs }: Entry<Sample>): number {
    if (dueAtMs === undefined) return 0;
    const { now, pace } = this.#options;
    const untilMs = dueAtMs - now();
    return untilMs > 2 * Math.max(pace.refreshMs, LONGEST_BACK_OFF_MS) ? 0 : Math.max(0, untilMs);
  }

  async #measure(name: string, entry: Entry<Sample>): Promise<void> {
    const { measure, source, pace } = this.#options;
    const ending = new AbortController();
    const signal = AbortSignal.any([this.#closing.signal, ending.signal, this.#deadline(pace.deadlineMs)]);
    try {
      const what = `asked ${source} for the capacity of ${name}`;
      const sample = await untilAborted(measure(name, signal), signal, what);
      if (!this.#closing.signal.aborted) this.#take(name, entry, sample);
    } catch (error) {
      if (!this.#closing.signal.aborted) this.#fail(name, entry, asUnknown(error));
    } finally {
      // What the measurement left under way has nobody left to answer.
      ending.abort();
    }
  }

  #take(name: string, entry: Entry<Sample>, sample: Sample): void {
    const { now, isPlausible, isLaterThan, takenAtMs, onAccepted, pace } = this.#options;
    const { sample: before, suspect } = entry;
    delete entry.failure;
    entry.checkedAtMs = now();
    const isConfirmed =
      suspect !== undefined && isLaterThan(sample, suspect) && isPlausible(sample, suspect, name);
    if (before !== undefined && !isConfirmed && !isPlausible(sample, before, name)) {
      if (suspect === undefined || isLaterThan(sample, suspect)) entry.suspect = sample;
      entry.dueAtMs = now() + pace.retryMs;
      return;
    }
    delete entry.suspect;
    entry.sample = sample;
    entry.measuredAtMs = Math.min(now(), takenAtMs(sample));
    entry.dueAtMs = now() + this.#jittered(pace.refreshMs);
    onAccepted(name, sample);
  }

  #fail(name: string, entry: Entry<Sample>, error: CapacityUnknownError): void {
    const { now, onFailed, pace } = this.#options;
    const { sinceMs = now(), count = 0 } = entry.failure ?? {};
    entry.failure = { message: error.message, sinceMs, count: count + 1 };
    const longestMs = Math.max(pace.retryMs, Math.min(pace.refreshMs, LONGEST_BACK_OFF_MS));
    entry.dueAtMs = now() + Math.min(longestMs, this.#jittered(pace.retryMs * 2 ** Math.min(count, 16)));
    onFailed(name, error);
  }

  #jittered(ms: number): number {
    return ms * (0.9 + 0.2 * this.#random());
  }

  /** A moment in the future, after the clock was set back, is as good as now. */
  #isYoung({ measuredAtMs }: Entry<Sample>): boolean {
    const { now, pace } = this.#options;
    return measuredAtMs !== undefined && now() - measuredAtMs < pace.maxAgeMs;
  }

  #whyUnknown(name: string, { measuredAtMs, failure, suspect }: Entry<Sample>): string {
    const { source, pace } = this.#options;
    if (this.#closing.signal.aborted) return `capacity of ${name}: the gateway is shutting down`;
    const known =
      measuredAtMs === undefined
        ? 'never known'
        : `last known at ${iso(measuredAtMs)}, more than ${pace.maxAgeMs / 1000} s ago`;
    const held = suspect === undefined ? '' : '; a newer one that differs much is not confirmed yet';
    const why = failure ? `; failing since ${iso(failure.sinceMs)}: ${failure.message}` : '';
    return `capacity of ${name} from ${source}: ${known}${held}${why}`;
  }
}

function asUnknown(error: unknown): CapacityUnknownError {
  if (error instanceof CapacityUnknownError) return error;
  return new CapacityUnknownError(`the measurement broke: ${String(error)}`, { cause: error });
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
