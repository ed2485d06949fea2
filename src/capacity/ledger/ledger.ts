// The ledger: what passed through the gateway between two measurements, so that Used is right at any moment.
import type { UsedFigure } from '../figures.ts';
import { BackendLedger, type SavedBackend, type TimedChange } from './backend-ledger.ts';
import type { Reconciled } from './bucket-ledger.ts';
import { causeOf, type DriftCause } from './drift-watch.ts';
import { LedgerFile } from './ledger-file.ts';
import { LEDGER_LIMITS, type LedgerLimits } from './ledger-limits.ts';

/** Throws for nothing that it is given: numbers that make no sense are bounded, or count as unknown. */
export interface Ledger {
  /** Changes that a data plane of the gateway saw done, in the order they were answered, each with the wall clock of its answer. */
  take(backend: string, changes: readonly TimedChange[]): void;
  /**
   * How far whoever tells of changes has got, by his name: written to the file in one step with what was taken until then. Of the
   * names the last 64 by the alphabet are kept.
   */
  mark(name: string, value: number): void;
  /** Those of the file at first. */
  marks(): ReadonlyMap<string, number>;
  /** A new measurement of the bucket: finds which changes it shows already, and the drift. */
  measured(backend: string, bucket: string, used: UsedFigure): Reconciled;
  /**
   * Bytes to add to the figure that was measured last: what happened since what it shows. 0n where none was measured
   * yet. A change that comes late with a time before the measurement moves it as well.
   */
  bucketDelta(backend: string, bucket: string): bigint;
  /**
   * The most that was written to all buckets of the store beyond what was deleted, from that moment to any since, parts of
   * unfinished uploads included. Never below zero.
   */
  storeWritten(backend: string, sinceMs: number): bigint;
  /** Whether anything happened to the bucket at that moment or after it, and whether a change of unknown size did. */
  changedSince(
    backend: string,
    bucket: string,
    sinceMs: number,
  ): { readonly any: boolean; readonly unknown: boolean };
  /** What the latest measurement found beyond what was expected, with all that is known by now; undefined where nothing was. */
  bucketDrift(backend: string, bucket: string): bigint | undefined;
  /** Writes the latest to disk and ends the timer. What comes afterwards counts in memory only. */
  close(): void;
}

/** A drift that stays. */
export interface Drift {
  readonly backend: string;
  readonly bucket: string;
  readonly cause: DriftCause;
  /** Found by the latest `measurements` together beyond what passed through the gateway; below zero where less was. */
  readonly driftBytes: bigint;
  readonly measurements: number;
  /** As measured last. */
  readonly usedBytes: bigint;
}

export interface LedgerOptions {
  /** Its file; undefined for a ledger that ends with the process. */
  readonly path: string | undefined;
  /** Wall clock, milliseconds since 1970. */
  readonly now: () => number;
  /** Told in one sentence that the file could not be used, and what became of it. */
  onSetAside(message: string): void;
  /** Told once for each time that a drift comes and stays. Must not throw. */
  onDrift?(drift: Drift): void;
  /** Told in one sentence, once, that the file cannot be written any longer; it is tried again, as a whole. */
  onUnsaved?(message: string): void;
  readonly limits?: Partial<LedgerLimits>;
}

const MAX_MARKS = 64;

/** Throws with a sentence where the file can neither be opened nor replaced. */
export function createLedger(options: LedgerOptions): Ledger {
  return new GatewayLedger(options);
}

class GatewayLedger implements Ledger {
  readonly #options: LedgerOptions;
  readonly #limits: LedgerLimits;
  readonly #file: LedgerFile | undefined;
  readonly #backends: Map<string, BackendLedger>;
  readonly #marks = new Map<string, number>();
  #hasNewMarks = false;
  #nextId = 1;
  #timer: NodeJS.Timeout | undefined;
  /** The file is behind in ways that nobody wrote down. */
  #mustRewrite = false;
  #isClosed = false;

  constructor(options: LedgerOptions) {
    const { path, onSetAside, limits } = options;
    this.#options = options;
    this.#limits = { ...LEDGER_LIMITS, ...limits };
    this.#file = path === undefined ? undefined : new LedgerFile({ path, onSetAside });
    this.#backends =
      this.#file?.load((saved) => {
        this.#nextId = saved.nextId;
        for (const [name, value] of saved.marks) this.#marks.set(name, value);
        return new Map(saved.backends.map((backend) => [backend.name, this.#backendFrom(backend)]));
      }) ?? new Map();
  }

  take(backend: string, changes: readonly TimedChange[]): void {
    if (changes.length === 0) return;
    this.#backend(backend).take(changes, this.#options.now());
    this.#saveSoon(this.#limits.flushMs);
  }

  mark(name: string, value: number): void {
    this.#marks.set(name, value);
    this.#hasNewMarks = true;
    if (this.#marks.size > MAX_MARKS) {
      const [first = name] = [...this.#marks.keys()].sort();
      this.#marks.delete(first);
    }
    this.#saveSoon(this.#limits.flushMs);
  }

  marks(): ReadonlyMap<string, number> {
    return this.#marks;
  }

  measured(backend: string, bucket: string, used: UsedFigure): Reconciled {
    const known = this.#backend(backend);
    const reconciled = known.measured(bucket, used, this.#options.now());
    this.#saveSoon(this.#limits.flushMs);
    const run = known.bucket(bucket)?.driftToTell();
    if (run !== undefined) {
      const { measurements, bytes: driftBytes } = run;
      const cause = causeOf(run);
      this.#options.onDrift?.({ backend, bucket, cause, driftBytes, measurements, usedBytes: used.bytes });
    }
    return reconciled;
  }

  bucketDelta(backend: string, bucket: string): bigint {
    return this.#backends.get(backend)?.bucket(bucket)?.delta() ?? 0n;
  }

  storeWritten(backend: string, sinceMs: number): bigint {
    return this.#backends.get(backend)?.mostWritten(sinceMs) ?? 0n;
  }

  changedSince(backend: string, bucket: string, sinceMs: number) {
    const known = this.#backends.get(backend)?.bucket(bucket);
    return known?.changedSince(sinceMs) ?? { any: false, unknown: false };
  }

  bucketDrift(backend: string, bucket: string): bigint | undefined {
    return this.#backends.get(backend)?.bucket(bucket)?.drift();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const hasUnsaved = this.#timer !== undefined;
    clearTimeout(this.#timer);
    if (hasUnsaved) this.#save();
    this.#file?.close();
  }

  #backend(name: string): BackendLedger {
    let backend = this.#backends.get(name);
    if (backend === undefined) {
      backend = new BackendLedger(this.#takeId(), name, this.#backendOptions());
      this.#backends.set(name, backend);
    }
    return backend;
  }

  #backendFrom(saved: SavedBackend): BackendLedger {
    return new BackendLedger(saved.id, saved.name, this.#backendOptions(), saved);
  }

  #backendOptions() {
    return { limits: this.#limits, isSaved: this.#options.path !== undefined, nextId: () => this.#takeId() };
  }

  #takeId(): number {
    const id = this.#nextId;
    this.#nextId += 1;
    return id;
  }

  #saveSoon(inMs: number): void {
    if (this.#file === undefined || this.#isClosed) return;
    this.#timer ??= setTimeout(() => this.#save(), inMs).unref();
  }

  #save(): void {
    this.#timer = undefined;
    try {
      this.#file?.write(this.#nextId, this.#mustRewrite, (writer) => {
        for (const backend of this.#backends.values()) backend.save(writer, this.#mustRewrite);
        if (this.#hasNewMarks || this.#mustRewrite) writer.marks(this.#marks);
      });
      this.#hasNewMarks = false;
      this.#mustRewrite = false;
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    if (!this.#mustRewrite) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#options.onUnsaved?.(
        `${this.#options.path} cannot be written (${reason}): what passed is in memory only`,
      );
    }
    this.#mustRewrite = true;
    this.#saveSoon(this.#limits.retryMs);
  }
}
