// The capacity of the buckets of one store: what was measured, what passed through the gateway since, and what follows.
import type { Account } from './account.ts';
import { type Capacity, CapacityUnknownError } from './capacity.ts';
import type { WholeFigures } from './figures.ts';
import { isPlausible } from './plausible.ts';
import type { CapacityReport } from './report.ts';
import { Sampler, type SamplerOptions, type SamplerPace } from './sampler.ts';

/** By the name of the bucket; of a bucket that counts alone only its own. */
export type UnitFigures = ReadonlyMap<string, WholeFigures>;

/** What has numbers of its own: a bucket, or all buckets of a rule together. */
export interface CapacityUnit {
  /** Of the bucket, or the pattern of the rule: with `isPool` unique within the store. */
  readonly label: string;
  readonly isPool: boolean;
  measure(signal: AbortSignal): Promise<UnitFigures>;
  /** The numbers as of now: what passed through the gateway counts in. Throws CapacityUnknownError. */
  account(figures: UnitFigures): Account;
}

/** What the ledger knows of the buckets of this store. */
export interface BookLedger {
  /** A measurement is to be believed. */
  measured(bucket: string, figures: WholeFigures): void;
  /** How far the latest measurement was from what was expected; undefined where nothing was. */
  drift(bucket: string): bigint | undefined;
  changedSince(bucket: string, atMs: number): { readonly any: boolean; readonly unknown: boolean };
  bucketDelta(bucket: string): bigint;
  /** Whether the bucket was deleted through the gateway. */
  isGone(bucket: string): boolean;
}

export interface BookOptions {
  readonly backend: string;
  readonly source: string;
  readonly pace: SamplerPace;
  /** See `PlausibilityOptions`. */
  readonly jumpPercent: number;
  readonly ledger: BookLedger;
  unitOf(bucket: string): CapacityUnit;
  /** Told of the numbers after each good measurement, and when something passed through in between. */
  onAccount(unit: CapacityUnit, account: Account): void;
  /** Told of each measurement that is believed, and of each that failed. */
  onMeasured(unit: CapacityUnit): void;
  onFailed(unit: CapacityUnit, error: CapacityUnknownError): void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly random?: SamplerOptions<UnitFigures>['random'];
  readonly deadline?: SamplerOptions<UnitFigures>['deadline'];
}

interface Shown {
  readonly unit: CapacityUnit;
  numbers?: Numbers & { readonly changedAtMs: number };
}

type Numbers = Pick<Account, 'capacityBytes' | 'availableBytes' | 'usedBytes'>;

/** A number that is younger than this when it is told is of a store that counts live. */
const LIVE_LAG_MS = 5_000;
/** A bucket that nobody has asked for in so long is measured no more until somebody does. */
const WARM_MS = 3_600_000;

export class CapacityBook {
  readonly #options: BookOptions;
  readonly #sampler: Sampler<UnitFigures>;
  readonly #shown = new Map<string, Shown>();

  constructor(options: BookOptions) {
    this.#options = options;
    this.#sampler = new Sampler<UnitFigures>({
      source: options.source,
      pace: options.pace,
      now: options.now,
      ...(options.random && { random: options.random }),
      ...(options.deadline && { deadline: options.deadline }),
      measure: async (name, signal) => {
        const unit = this.#unitNamed(name);
        const figures = await unit.measure(signal);
        // Numbers that make no account, as one below zero, are no answer: the last good ones stay.
        unit.account(figures);
        return figures;
      },
      isPlausible: (figures, before) => this.#isPlausible(figures, before),
      takenAtMs,
      isLaterThan,
      isOutdated: (figures) => this.#isOutdated(figures),
      onAccepted: (name, figures) => this.#accept(name, figures),
      onFailed: (name, error) => {
        const shown = this.#shown.get(name);
        // Else it was forgotten meanwhile, and nobody waits for its numbers.
        if (shown !== undefined) options.onFailed(shown.unit, error);
      },
    });
  }

  /** The numbers to tell a client. Rejects with a `CapacityUnknownError`. */
  async of(bucket: string): Promise<Capacity> {
    const name = this.#nameFor(bucket);
    const figures = await this.#sampler.of(name);
    const account = this.#accountOf(name, figures);
    const { capacityBytes, availableBytes, usedBytes } = account;
    return {
      capacityBytes,
      availableBytes,
      usedBytes,
      changedAtMs: this.#changedAtMs(name, account),
      measuredAtMs: this.#sampler.state(name)?.measuredAtMs ?? this.#options.now(),
      source: sourcesOf(account),
    };
  }

  /** Something passed through the gateway: whoever watches the numbers hears of it. Nothing is measured. */
  touched(bucket: string): void {
    this.#tellAccount(this.#nameFor(bucket));
  }

  #tellAccount(name: string): void {
    const figures = this.#sampler.peek(name);
    if (figures === undefined) return;
    try {
      this.#options.onAccount(this.#unitNamed(name), this.#accountOf(name, figures));
    } catch (error) {
      if (!(error instanceof CapacityUnknownError)) throw error;
    }
  }

  /** That bucket was deleted: what was known of it is of no use for one made anew under its name. */
  forget(bucket: string): void {
    const { isPool } = this.#options.unitOf(bucket);
    if (isPool) return;
    const name = this.#nameFor(bucket);
    this.#sampler.forget(name);
    this.#shown.delete(name);
  }

  /**
   * The rules have changed: a bucket that `isStillOf` this book keeps the numbers that were measured for it; all else is
   * measured again when it is asked for.
   */
  reassign(isStillOf: (unit: CapacityUnit) => boolean): void {
    for (const [name, shown] of [...this.#shown]) {
      const unit = isStillOf(shown.unit) ? this.#options.unitOf(shown.unit.label) : undefined;
      if (unit === undefined) {
        this.#sampler.forget(name);
        this.#shown.delete(name);
      } else {
        this.#shown.set(name, { ...shown, unit });
        this.#tellAccount(name);
      }
    }
  }

  /** Measures again what was asked for lately and is due. Never rejects. */
  keepWarm(): Promise<void> {
    return this.#sampler.keepWarm(WARM_MS);
  }

  /** Of all buckets and pools that were asked for, or of the one that this bucket belongs to. */
  reports(bucket?: string): readonly CapacityReport[] {
    const names = bucket === undefined ? this.#sampler.names() : [this.#nameFor(bucket)];
    return names.flatMap((name) => this.#report(name, bucket));
  }

  close(): void {
    this.#sampler.close();
  }

  #report(name: string, bucket: string | undefined): readonly CapacityReport[] {
    const state = this.#sampler.state(name);
    const shown = this.#shown.get(name);
    if (state === undefined || shown === undefined) return [];
    const { unit } = shown;
    const driftBytes = this.#driftOf(state.sample);
    const { account, problem } = this.#tryAccount(name, state.sample);
    const failure = state.failure ?? problem;
    return [
      {
        bucket: bucket ?? unit.label,
        backend: this.#options.backend,
        ...(unit.isPool && { pool: unit.label }),
        ...(account && { account, changedAtMs: this.#changedAtMs(name, account) }),
        ...(state.measuredAtMs === undefined ? {} : { measuredAtMs: state.measuredAtMs }),
        ...(driftBytes === undefined ? {} : { driftBytes }),
        ...(failure && { failure }),
        isServed: state.isServed && account !== undefined,
      },
    ];
  }

  #tryAccount(name: string, figures: UnitFigures | undefined) {
    if (figures === undefined) return {};
    try {
      return { account: this.#accountOf(name, figures) };
    } catch (error) {
      if (!(error instanceof CapacityUnknownError)) throw error;
      return { problem: { message: error.message, sinceMs: this.#options.now() } };
    }
  }

  #driftOf(figures: UnitFigures = new Map()): bigint | undefined {
    const drifts = [...figures.keys()].flatMap((bucket) => this.#options.ledger.drift(bucket) ?? []);
    return drifts.length === 0 ? undefined : drifts.reduce((sum, drift) => sum + drift, 0n);
  }

  #accountOf(name: string, figures: UnitFigures): Account {
    return this.#unitNamed(name).account(figures);
  }

  #accept(name: string, figures: UnitFigures): void {
    const shown = this.#shown.get(name);
    if (shown === undefined) return;
    for (const [bucket, found] of figures) this.#options.ledger.measured(bucket, found);
    this.#options.onMeasured(shown.unit);
    const account = this.#accountOf(name, figures);
    this.#changedAtMs(name, account);
    this.#options.onAccount(shown.unit, account);
  }

  #isPlausible(figures: UnitFigures, before: UnitFigures): boolean {
    const { jumpPercent, ledger } = this.#options;
    for (const [bucket, known] of before) {
      const found = figures.get(bucket);
      if (found === undefined) {
        // A list of buckets that lacks some is a fault of the store unless they were deleted.
        if (jumpPercent > 0 && known.used.bytes > 0n && !ledger.isGone(bucket)) return false;
        continue;
      }
      const delta = ledger.bucketDelta(bucket);
      // Of what was deleted without its size being known a second look tells as well.
      const deletedBytes = delta < 0n ? delta : 0n;
      if (!isPlausible(found, known, { jumpPercent, deletedBytes })) return false;
    }
    return true;
  }

  /** Of a store that counts live, a change through the gateway is a reason to ask again: it knows all that it did. */
  #isOutdated(figures: UnitFigures): boolean {
    for (const [bucket, { used }] of figures) {
      if (used.lagMs > LIVE_LAG_MS) continue;
      if (this.#options.ledger.changedSince(bucket, used.atMs).any) return true;
    }
    return false;
  }

  /** The moment at which these very numbers were first seen. */
  #changedAtMs(name: string, { capacityBytes, availableBytes, usedBytes }: Account): number {
    const shown = this.#shown.get(name);
    const before = shown?.numbers;
    const isSame =
      before !== undefined &&
      before.capacityBytes === capacityBytes &&
      before.availableBytes === availableBytes &&
      before.usedBytes === usedBytes;
    if (isSame) return before.changedAtMs;
    const changedAtMs = this.#options.now();
    if (shown !== undefined) shown.numbers = { capacityBytes, availableBytes, usedBytes, changedAtMs };
    return changedAtMs;
  }

  #nameFor(bucket: string): string {
    const unit = this.#options.unitOf(bucket);
    const name = `${unit.isPool ? 'pool' : 'bucket'} ${unit.label}`;
    if (!this.#shown.has(name)) {
      this.#shown.set(name, { unit });
      this.#dropForgotten();
    }
    return name;
  }

  #unitNamed(name: string): CapacityUnit {
    const shown = this.#shown.get(name);
    if (shown === undefined) throw new CapacityUnknownError(`nothing is known of ${name} any longer`);
    return shown.unit;
  }

  /** The sampler remembers so many names and forgets the oldest; beyond twice that nothing here may outlive them. */
  #dropForgotten(): void {
    if (this.#shown.size <= 20_000) return;
    const known = new Set(this.#sampler.names());
    for (const name of this.#shown.keys()) if (!known.has(name)) this.#shown.delete(name);
  }
}

/** Of the store's space: what a scanner found of a bucket is older by its nature. */
function takenAtMs(figures: UnitFigures): number {
  return Math.min(...[...figures.values()].flatMap(({ total, free }) => [total.atMs, free.atMs]));
}

/** Another look at the store, not the answer of before once more. */
function isLaterThan(figures: UnitFigures, before: UnitFigures): boolean {
  for (const [bucket, { total, used }] of figures) {
    const known = before.get(bucket);
    if (known === undefined || total.atMs > known.total.atMs || used.atMs > known.used.atMs) return true;
  }
  return figures.size < before.size;
}

/** Each source once: `minio`, `filesystem+s3-walk`. */
function sourcesOf({ total, free, used }: Account): string {
  return [...new Set([total.source, free.source, used.source])].join('+');
}
