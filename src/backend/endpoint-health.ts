// Whether an endpoint is fit to be chosen, out of what its requests and probes come to. Knows no socket and no timer.
import { StoreTimeoutError } from '../http1/client-connection.ts';
import type { MonotonicClock } from '../http1/deadlines.ts';

export type HealthState = 'healthy' | 'ejected' | 'half-open' | 'slow-start';

export interface EndpointHealthOptions {
  readonly now: MonotonicClock;
  /** How long it takes until it has its whole share again after it came back, in milliseconds. */
  readonly slowStartMs: number;
  /** Whether another endpoint is left: the last one is never ejected. */
  mayEject(): boolean;
  /** `again`: its trial failed, it had not come back in between. */
  onEjected(reason: string, forMs: number, again: boolean): void;
  onRecovered(): void;
}

/** What was wrong: a probe that succeeds proves that an endpoint can be reached, and not that it serves without errors. */
type Cause = 'unreachable' | 'errors';

const FIRST_BACK_OFF_MS = 2_000;
const LONGEST_BACK_OFF_MS = 60_000;
/** Lines that broke or requests that timed out, with no answer in between. */
const MAX_BROKEN = 3;
/** Answers 500, 502 or 504 with none in between that was well. */
const MAX_ERRORS = 5;
/** One probe may get lost on a busy machine. */
const MAX_PROBES_FAILED = 2;
const LEAST_WEIGHT = 0.1;

export class EndpointHealth {
  readonly #options: EndpointHealthOptions;
  #cause: Cause = 'unreachable';
  /** Monotonic; undefined while it is not ejected. */
  #ejectedUntilMs: number | undefined;
  #ejectedAtMs = 0;
  #ejectionsInRow = 0;
  #recoveredAtMs: number | undefined;
  #trials = 0;
  #broken = 0;
  #errors = 0;
  #probesFailed = 0;
  ejections = 0;
  /** Why it was ejected the last time. */
  lastReason: string | undefined;

  readonly #bornMs: number;

  constructor(options: EndpointHealthOptions) {
    this.#options = options;
    this.#bornMs = options.now();
  }

  get state(): HealthState {
    if (this.#ejectedUntilMs !== undefined)
      return this.#isOver(this.#ejectedUntilMs) ? 'half-open' : 'ejected';
    return this.weight < 1 ? 'slow-start' : 'healthy';
  }

  /** Since when it is in this state, monotonic. */
  get sinceMs(): number {
    const until = this.#ejectedUntilMs;
    if (until !== undefined) return this.#isOver(until) ? until : this.#ejectedAtMs;
    const recovered = this.#recoveredAtMs;
    if (recovered === undefined) return this.#bornMs;
    return this.weight < 1 ? recovered : recovered + this.#options.slowStartMs;
  }

  /** Until a trial, in milliseconds; undefined where it waits for none. */
  get trialInMs(): number | undefined {
    return this.#ejectedUntilMs === undefined || this.#isOver(this.#ejectedUntilMs)
      ? undefined
      : this.#ejectedUntilMs - this.#options.now();
  }

  /** As `Candidate.weight`. Half-open it has one only until a trial is under way. */
  get weight(): number {
    if (this.#ejectedUntilMs !== undefined) return this.wantsTrial ? LEAST_WEIGHT : 0;
    if (this.#recoveredAtMs === undefined) return 1;
    const sinceMs = this.#options.now() - this.#recoveredAtMs;
    return Math.min(1, Math.max(LEAST_WEIGHT, sinceMs / this.#options.slowStartMs));
  }

  /** Neither ejected nor on trial. */
  get isFit(): boolean {
    return this.#ejectedUntilMs === undefined;
  }

  get wantsTrial(): boolean {
    return (
      this.#ejectedUntilMs !== undefined &&
      this.#trials === 0 &&
      this.#probesFailed < MAX_PROBES_FAILED &&
      this.#isOver(this.#ejectedUntilMs)
    );
  }

  /** It was left alone on purpose: one that is fit begins with a small share again. */
  restart(): void {
    if (this.isFit) this.#recoveredAtMs = this.#options.now();
  }

  /** A request goes there. Gives whether it is a trial; then `ended` or `abandoned` must follow. */
  begin(): boolean {
    if (this.#ejectedUntilMs === undefined) return false;
    this.#trials++;
    return true;
  }

  /** A trial ended without having proven anything. */
  abandoned(): void {
    this.#trials--;
  }

  connectFailed(reason: string): void {
    this.#eject('unreachable', reason);
  }

  /**
   * A request is over. `status` 0: it had no answer. `broken`: the store broke off or was too slow. 503 is no sign of death:
   * SlowDown is 503 and means that it lives and is busy; nor is 507, which says that the whole store is full.
   */
  ended(status: number, broken: Error | undefined, isTrial: boolean, isFresh: boolean): void {
    if (isTrial) this.#trials--;
    if (broken !== undefined) {
      // A pooled connection may have been closed a moment before: that says nothing of what listens there now.
      const counts = isFresh || broken instanceof StoreTimeoutError;
      if (counts && (++this.#broken >= MAX_BROKEN || isTrial)) this.#eject('unreachable', broken.message);
      return;
    }
    if (status === 500 || status === 502 || status === 504) {
      if (++this.#errors >= MAX_ERRORS || isTrial) this.#eject('errors', `the store answered ${status}`);
      return;
    }
    if (status === 0 || status === 503 || status === 507) return;
    this.#broken = 0;
    this.#errors = 0;
    if (isTrial) this.#recover();
  }

  /** `failure`: what was wrong with the probe, undefined where it was well. */
  probed(failure: string | undefined): void {
    if (failure !== undefined) {
      this.#probesFailed++;
      // One that is ejected already has no trials meanwhile; a longer time would only delay its return.
      const isNews = this.#probesFailed >= MAX_PROBES_FAILED && this.#ejectedUntilMs === undefined;
      if (isNews) this.#eject('unreachable', `health probe: ${failure}`);
      return;
    }
    this.#probesFailed = 0;
    const until = this.#ejectedUntilMs;
    if (until !== undefined && this.#cause === 'unreachable' && this.#isOver(until)) this.#recover();
  }

  #isOver(untilMs: number): boolean {
    return this.#options.now() >= untilMs;
  }

  #eject(cause: Cause, reason: string): void {
    const again = this.#ejectedUntilMs !== undefined;
    if (this.#ejectedUntilMs !== undefined ? !this.#isOver(this.#ejectedUntilMs) : !this.#options.mayEject())
      return;
    const nowMs = this.#options.now();
    const wasWell =
      !again && (this.#recoveredAtMs === undefined || nowMs - this.#recoveredAtMs > LONGEST_BACK_OFF_MS);
    this.#ejectionsInRow = wasWell ? 0 : this.#ejectionsInRow + 1;
    const forMs = Math.min(FIRST_BACK_OFF_MS * 2 ** this.#ejectionsInRow, LONGEST_BACK_OFF_MS);
    this.#ejectedUntilMs = nowMs + forMs;
    this.#ejectedAtMs = nowMs;
    this.#cause = cause;
    this.#recoveredAtMs = undefined;
    this.#broken = 0;
    this.#errors = 0;
    this.ejections++;
    this.lastReason = reason;
    this.#options.onEjected(reason, forMs, again);
  }

  #recover(): void {
    if (this.#ejectedUntilMs === undefined) return;
    this.#ejectedUntilMs = undefined;
    this.#recoveredAtMs = this.#options.now();
    this.#options.onRecovered();
  }
}
