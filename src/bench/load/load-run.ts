// A load run under way: its plan, what it has written so far, and the figures of the phase it is in.
import { setTimeout as sleep } from 'node:timers/promises';
import type { S3Call } from '../bench-context.ts';
import type { Ask } from '../runtime/delete-version.ts';
import { BlockKeys } from './block-keys.ts';
import { type Block, BlockPlan, type Written } from './block-plan.ts';
import { type LoadSettings, widthOf } from './load-settings.ts';
import type { LoadState } from './load-state.ts';
import { PhaseFigures } from './phase-figures.ts';
import { type Outcome, patientAsk, retriedCall } from './retried-call.ts';
import type { JobsUnderWay } from './run-jobs.ts';

/** What calls go through: the run's own until it is interrupted, then the cleanup's. */
export interface Line {
  readonly ask: Ask;
  /** Nothing is begun after it. Calls under way may have a moment more. */
  readonly signal: AbortSignal;
}

export interface LoadRunSetting extends Line {
  readonly settings: LoadSettings;
  /** Ends with `/`. */
  readonly prefix: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly state: LoadState | undefined;
}

/** The phase cannot go on; the message says why. */
export class PhaseGivenUp extends Error {
  override readonly name = 'PhaseGivenUp';
}

/** Objects that a phase may give up before it is itself given up. */
const MAX_FAILED = 100;
const MAX_WRONG_KEPT = 20;
/** The store's clock and this machine's need not agree. */
const AFTER_LOCK_MS = 1500;

export class LoadRun implements Written {
  readonly settings: LoadSettings;
  readonly plan: BlockPlan;
  readonly keys: BlockKeys;
  readonly prefix: string;
  readonly width: number;
  readonly now: () => number;
  /** The bytes and versions in the bucket, as far as the store confirmed them. */
  readonly held = { bytes: 0, objects: 0 };
  readonly #writtenTo: number[];
  readonly #failedBlocks: Set<string>;
  readonly #wrong: string[];
  #wrongReads: number;
  #line: Line;
  #figures = new PhaseFigures();
  #writing: { readonly point: number; readonly underWay: JobsUnderWay } | undefined;
  #jobs: JobsUnderWay | undefined;
  #waitedMs = 0;
  #waitingUntilMs: number | undefined;
  #writeLocksEndMs: number;
  #locksEndMs: number;
  #isOver: () => boolean = () => false;
  #mayBeThere: boolean;

  constructor({ settings, prefix, now, state, ask, signal }: LoadRunSetting) {
    this.settings = settings;
    this.plan = new BlockPlan(settings);
    this.keys = new BlockKeys(prefix, settings.seed, settings.machines, settings.increments + 1);
    this.prefix = prefix;
    this.width = widthOf(settings);
    this.now = now;
    this.#line = { ask, signal };
    this.#writtenTo = [...(state?.writtenTo ?? [])];
    this.#failedBlocks = new Set(state?.failedBlocks ?? []);
    this.#wrong = [...(state?.wrong ?? [])];
    this.#wrongReads = state?.wrongReads ?? 0;
    this.#writeLocksEndMs = state?.writeLocksEndMs ?? 0;
    this.#locksEndMs = state?.locksEndMs ?? 0;
    this.#mayBeThere = state !== undefined;
  }

  get figures(): PhaseFigures {
    return this.#figures;
  }

  get signal(): AbortSignal {
    return this.#line.signal;
  }

  /** Patient, for listings: not among the latencies. */
  get ask(): Ask {
    return patientAsk({ ...this.#line, figures: this.#figures });
  }

  /** Patient, and without a trace in the figures: for what is no part of the load. */
  get askAside(): Ask {
    return patientAsk({ ...this.#line, figures: new PhaseFigures() });
  }

  /** As it is, without another attempt and without a trace in the figures. */
  get askOnce(): Ask {
    return this.#line.ask;
  }

  /** A call that the phase is measured by. */
  call(makeCall: () => S3Call): Promise<Outcome> {
    return retriedCall(makeCall, { ...this.#line, figures: this.#figures, isMeasured: true });
  }

  // Phases

  beginPhase(figures: PhaseFigures, isOver: () => boolean): void {
    this.#figures = figures;
    this.#isOver = isOver;
    this.#waitedMs = 0;
    this.#jobs = undefined;
  }

  /** From here on nothing is cut short, and calls go through another line. */
  beginCleanup(line: Line): void {
    this.#line = line;
    this.beginPhase(new PhaseFigures(), () => false);
  }

  /** Whether no more is to be begun: the phase has had its time, or the run was told to end. */
  isOver(): boolean {
    return this.signal.aborted || this.#isOver();
  }

  /** Counts objects that were given up. Throws PhaseGivenUp where there are too many. */
  giveUp(objects: number, what: string): void {
    this.#figures.gaveUp(objects);
    if (this.#figures.failed <= MAX_FAILED) return;
    throw new PhaseGivenUp(`more than ${MAX_FAILED} objects failed, the last with ${what}`);
  }

  /** Where a phase that counts its jobs is. */
  trackJobs(underWay: JobsUnderWay): void {
    this.#jobs = underWay;
  }

  get jobsDoneTo(): number {
    return this.#jobs?.doneTo ?? 0;
  }

  // Writing

  get writtenTo(): readonly number[] {
    const written = [...this.#writtenTo];
    if (this.#writing !== undefined) written[this.#writing.point] = this.#writing.underWay.doneTo;
    return written;
  }

  /** The latest restore point of which anything is written; -1 where there is none. */
  get lastPoint(): number {
    return this.writtenTo.findLastIndex((places) => places > 0);
  }

  /** The oldest restore point that outlives the sweep. */
  get oldestKept(): number {
    return Math.max(0, this.lastPoint - this.settings.keptPoints + 1);
  }

  isFailed = ({ machine, number, point }: Block): boolean =>
    this.#failedBlocks.size > 0 && this.#failedBlocks.has(`${machine}/${number}/${point}`);

  writeFailed({ machine, number, point }: Block): void {
    this.#failedBlocks.add(`${machine}/${number}/${point}`);
  }

  beginPoint(point: number, underWay: JobsUnderWay): void {
    this.#writing = { point, underWay };
  }

  /** Keeps how far the restore point came: to its end, where `isAll`. */
  endPoint(places: number, isAll: boolean): void {
    if (this.#writing === undefined) return;
    const { point, underWay } = this.#writing;
    this.#writtenTo[point] = isAll ? places : underWay.doneTo;
    this.#writing = undefined;
  }

  /** Whether the first blocks may be there already: once, after the run was ended and begun again. */
  takeMayBeThere(): boolean {
    const mayBe = this.#mayBeThere;
    this.#mayBeThere = false;
    return mayBe;
  }

  // Locks

  /** For what is written or extended now. Undefined where blocks are not locked. */
  lockEnd(isWrite: boolean): number | undefined {
    if (!this.settings.immutability) return undefined;
    const endMs = this.now() + this.settings.lockSeconds * 1000;
    if (isWrite) this.#writeLocksEndMs = Math.max(this.#writeLocksEndMs, endMs);
    this.#locksEndMs = Math.max(this.#locksEndMs, endMs);
    return endMs;
  }

  get locks(): { readonly writeLocksEndMs: number; readonly locksEndMs: number } {
    return { writeLocksEndMs: this.#writeLocksEndMs, locksEndMs: this.#locksEndMs };
  }

  /** Until a moment is surely past for the store too. Rejects where the signal ends it. */
  async waitUntil(endMs: number): Promise<void> {
    const waitMs = endMs === 0 ? 0 : endMs + AFTER_LOCK_MS - this.now();
    if (waitMs > 0) await this.pause(waitMs);
  }

  /** Time that does not count as the phase's. Rejects where the signal ends it. */
  async pause(ms: number): Promise<void> {
    const started = performance.now();
    this.#waitingUntilMs = this.now() + ms;
    try {
      await sleep(ms, undefined, { signal: this.signal });
    } finally {
      this.#waitingUntilMs = undefined;
      this.#waitedMs += performance.now() - started;
    }
  }

  get waitedMs(): number {
    return this.#waitedMs;
  }

  /** Milliseconds until the wait under way ends. */
  get waitLeftMs(): number | undefined {
    return this.#waitingUntilMs === undefined ? undefined : Math.max(0, this.#waitingUntilMs - this.now());
  }

  // Reading

  wrongRead(key: string, why: string): void {
    this.#wrongReads++;
    if (this.#wrong.length < MAX_WRONG_KEPT) this.#wrong.push(`${key}: ${why}`);
  }

  get wrongReads(): { readonly wrongReads: number; readonly wrong: readonly string[] } {
    return { wrongReads: this.#wrongReads, wrong: [...this.#wrong] };
  }

  get failedBlocks(): readonly string[] {
    return [...this.#failedBlocks];
  }
}
