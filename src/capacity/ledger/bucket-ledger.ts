// One bucket: what happened since the measurement before the latest, and which of it the latest shows.
import type { UsedFigure } from '../figures.ts';
import type { Bin, Weight } from './bin.ts';
import { bytesAfter, ChangeLog } from './change-log.ts';
import { afterMeasurement, type DriftRun, type DriftState, isToBeTold, NO_DRIFT } from './drift-watch.ts';
import { type Cut, cutAt, findCut } from './find-cut.ts';
import type { LedgerLimits } from './ledger-limits.ts';
import type { LedgerWriter } from './ledger-writer.ts';
import { asMeasurement, doubtOf, isSameMeasurement, type Measurement, turnedBack } from './measurement.ts';
import type { VersionedBucket } from './weigh-change.ts';

export interface Reconciled {
  /** What is to be added to the figure. */
  readonly deltaBytes: bigint;
  /** What was found beyond what was expected; 0n where nothing was, and with any kind but `later`. */
  readonly driftBytes: bigint;
  /** A change of unknown size may be what the drift is. */
  readonly explainedByUnknown: boolean;
  /**
   * `first`: there was nothing to compare with, or it counted other things. `later`: compared with the one before.
   * `same`: the answer of before once more. `older`: of before the latest; what is known stays. `fixed`: it never moves.
   */
  readonly kind: 'first' | 'later' | 'same' | 'older' | 'fixed';
}

/** All of a bucket but its bins, as JSON takes it once `bytes` are texts. */
export interface BucketState {
  readonly hasVersions: boolean;
  /** The order in which buckets changed. */
  readonly touched: number;
  readonly changedMs?: number;
  readonly unknownMs?: number;
  readonly sealedMs?: number;
  /** All changes of before are in `base`: one that is told of so late is no news. */
  readonly cutMs?: number;
  /** What the bucket held at the beginning of its log. */
  readonly base?: Pick<Measurement, 'bytes' | 'source' | 'uploads'>;
  readonly latest?: Measurement;
  /** The bytes of the figure that came last, which may be an older one than `latest`. */
  readonly given?: { readonly bytes: bigint };
  readonly drift: DriftState;
}

/** What the ledger says of the latest measurement, with all that it has heard of by now. */
interface Verdict {
  readonly cut: Cut;
  readonly deltaBytes: bigint;
  readonly explainedByUnknown: boolean;
}

export class BucketLedger implements VersionedBucket {
  readonly id: number;
  readonly name: string;
  hasVersions: boolean;
  touched: number;
  readonly #limits: LedgerLimits;
  readonly #log: ChangeLog;
  #state: BucketState;
  #changedMs: number;
  #unknownMs: number;
  #verdict: Verdict | undefined;

  constructor(
    id: number,
    name: string,
    limits: LedgerLimits,
    isSaved: boolean,
    state: BucketState = { hasVersions: false, touched: 0, drift: NO_DRIFT },
    bins: readonly Bin[] = [],
  ) {
    this.id = id;
    this.name = name;
    this.#limits = limits;
    this.#log = new ChangeLog(id, isSaved, bins, state.sealedMs);
    this.#state = state;
    this.hasVersions = state.hasVersions;
    this.touched = state.touched;
    this.#changedMs = state.changedMs ?? Number.NEGATIVE_INFINITY;
    this.#unknownMs = state.unknownMs ?? Number.NEGATIVE_INFINITY;
  }

  /** How many bins it holds. */
  get bins(): number {
    return this.#log.bins.length;
  }

  add(atMs: number, weight: Weight, maxBins: number): void {
    if (atMs > this.#changedMs) this.#changedMs = atMs;
    if (weight.isUnknown && atMs > this.#unknownMs) this.#unknownMs = atMs;
    const { cutMs } = this.#state;
    if (cutMs !== undefined && atMs <= cutMs) return;
    this.#log.add(atMs, weight, maxBins);
    this.#verdict = undefined;
  }

  measured(used: UsedFigure, nowMs: number): Reconciled {
    this.turnBack(nowMs);
    if (used.isFixed) return this.#fixed(nowMs);
    const found = asMeasurement(used, nowMs);
    const { latest } = this.#state;
    this.#state = { ...this.#state, given: { bytes: used.bytes } };
    if (latest !== undefined) {
      const kind = found.atMs < latest.atMs ? 'older' : isSameMeasurement(found, latest) ? 'same' : undefined;
      if (kind !== undefined) {
        return { deltaBytes: this.delta(), driftBytes: 0n, explainedByUnknown: false, kind };
      }
      this.#settle(latest);
    }
    return this.#compare(found);
  }

  /** The bytes to add to the figure that came last. */
  delta(): bigint {
    const { latest, given } = this.#state;
    if (latest === undefined) return 0n;
    return latest.bytes + this.#judge(latest).deltaBytes - (given ?? latest).bytes;
  }

  /** The state of a bucket of the same name that held nothing at that moment; undefined where nothing was ever measured. */
  emptiedAt(atMs: number): BucketState | undefined {
    const { latest } = this.#state;
    if (latest === undefined) return undefined;
    const { source, uploads } = latest;
    const empty = { bytes: 0n, source, uploads, atMs, lagMs: 0, toldMs: atMs };
    return { hasVersions: false, touched: 0, drift: NO_DRIFT, latest: empty };
  }

  /** What the latest measurement found beyond what was expected; undefined where there was nothing to compare with. */
  drift(): bigint | undefined {
    const { base, latest } = this.#state;
    return base && latest && this.#judge(latest).cut.driftBytes;
  }

  changedSince(sinceMs: number): { readonly any: boolean; readonly unknown: boolean } {
    return { any: this.#changedMs >= sinceMs, unknown: this.#unknownMs >= sinceMs };
  }

  /**
   * Gives the drift that has stayed so long that somebody is to be told, once for each such time. Asked after each
   * measurement.
   */
  driftToTell(): DriftRun | undefined {
    const { latest, drift } = this.#state;
    if (latest === undefined) return undefined;
    const tentative = this.#withVerdict(drift, latest);
    if (!isToBeTold(tentative)) return undefined;
    this.#state = { ...this.#state, drift: { ...drift, isTold: true } };
    return tentative.run;
  }

  /**
   * Nothing that is known lies in the future, wherever the clock was before. What the latest measurement shows is
   * settled by the old clock; by the new one it was just before all that it does not show.
   */
  turnBack(nowMs: number): void {
    const { latest, cutMs } = this.#state;
    if (Math.max(this.#changedMs, latest?.toldMs ?? nowMs, cutMs ?? nowMs) <= nowMs) return;
    if (latest !== undefined) this.#settle(latest);
    const beforeMs = nowMs - 1;
    this.#log.turnBack(nowMs);
    this.#log.seal(Math.min(this.#log.sealedMs, beforeMs));
    this.#changedMs = Math.min(this.#changedMs, nowMs);
    this.#unknownMs = Math.min(this.#unknownMs, nowMs);
    this.#verdict = undefined;
    this.#state = {
      ...this.#state,
      ...(this.#state.cutMs !== undefined && { cutMs: Math.min(this.#state.cutMs, beforeMs) }),
      ...(latest && { latest: turnedBack(latest, beforeMs) }),
    };
  }

  save(writer: LedgerWriter, backendId: number, isWhole: boolean): void {
    writer.bucket(this.id, backendId, this.name, toText(this.#stateToSave()));
    this.#log.save(writer, isWhole);
  }

  #stateToSave(): BucketState {
    return {
      ...this.#state,
      hasVersions: this.hasVersions,
      touched: this.touched,
      ...finite('changedMs', this.#changedMs),
      ...finite('unknownMs', this.#unknownMs),
      ...finite('sealedMs', this.#log.sealedMs),
    };
  }

  /** The operator's word needs no ledger, and nothing can be compared with it later. */
  #fixed(nowMs: number): Reconciled {
    this.#log.dropBefore({ index: this.#log.bins.length, insideBytes: 0 }, 'counted');
    this.#verdict = undefined;
    this.#state = { hasVersions: this.hasVersions, touched: this.touched, drift: NO_DRIFT, cutMs: nowMs };
    return { deltaBytes: 0n, driftBytes: 0n, explainedByUnknown: false, kind: 'fixed' };
  }

  /** The latest measurement becomes what the next is compared with: by now all is known of the time before it. */
  #settle(latest: Measurement): void {
    const { cut } = this.#judge(latest);
    const { base, cutMs = Number.NEGATIVE_INFINITY, drift } = this.#state;
    const { bins } = this.#log;
    const lastShownMs = bins[cut.index - 1]?.lastMs ?? cutMs;
    const insideMs = cut.insideBytes === 0 ? cutMs : (bins[cut.index]?.firstMs ?? cutMs);
    const surelyMs = base === undefined ? latest.atMs : latest.atMs - latest.lagMs - 1;
    this.#state = {
      ...this.#state,
      base: { bytes: latest.bytes, source: latest.source, uploads: latest.uploads },
      cutMs: Math.max(cutMs, lastShownMs, insideMs, surelyMs),
      drift: this.#withVerdict(drift, latest),
    };
    this.#log.dropBefore(cut, latest.uploads);
  }

  #compare(found: Measurement): Reconciled {
    const { base, ...rest } = this.#state;
    const isComparable = base?.uploads === found.uploads;
    this.#state = { ...rest, ...(isComparable && { base }), latest: found };
    this.#log.seal(found.toldMs);
    this.#verdict = undefined;
    const { cut, deltaBytes, explainedByUnknown } = this.#judge(found);
    const { driftBytes } = cut;
    return { deltaBytes, driftBytes, explainedByUnknown, kind: isComparable ? 'later' : 'first' };
  }

  #judge(latest: Measurement): Verdict {
    this.#verdict ??= this.#newVerdict(latest);
    return this.#verdict;
  }

  #newVerdict(latest: Measurement): Verdict {
    const { base } = this.#state;
    const { bins } = this.#log;
    const doubt = doubtOf(latest, this.#limits.slackMs);
    const cut =
      base === undefined
        ? cutAt(bins, latest.atMs)
        : findCut(bins, latest.uploads, latest.bytes - base.bytes, doubt);
    return {
      cut,
      deltaBytes: bytesAfter(bins, cut, latest.uploads),
      // Not only what stands before the cut: a change that is taken as of no bytes does not move it.
      explainedByUnknown:
        cut.driftBytes !== 0n && bins.some((bin) => bin.isUnknown && bin.firstMs <= doubt.untilMs),
    };
  }

  #withVerdict(drift: DriftState, latest: Measurement): DriftState {
    const { base } = this.#state;
    // Two sources may count differently: that is no drift.
    if (base === undefined || base.source !== latest.source) return drift;
    const { cut, explainedByUnknown } = this.#judge(latest);
    const { driftBytes } = cut;
    const size = driftBytes < 0n ? -driftBytes : driftBytes;
    const isLarge = size > this.#limits.driftBytes && size > latest.bytes / 1_000n;
    return afterMeasurement(drift, { driftBytes, isLarge, explainedByUnknown });
  }
}

/** Throws where the text is not what `save` wrote. */
export function stateFromText(text: string): BucketState {
  return JSON.parse(text, (key, value) => (key === 'bytes' ? BigInt(value) : value));
}

function toText(state: BucketState): string {
  return JSON.stringify(state, (_key, value) => (typeof value === 'bigint' ? String(value) : value));
}

function finite(name: 'changedMs' | 'unknownMs' | 'sealedMs', atMs: number): Partial<BucketState> {
  return Number.isFinite(atMs) ? { [name]: atMs } : {};
}
