// All that passed through the gateway to one store: its buckets, their sum, and what is remembered of objects.
import type { UsedFigure } from '../figures.ts';
import { type Bin, sumOf } from './bin.ts';
import { BucketLedger, type Reconciled, stateFromText } from './bucket-ledger.ts';
import { ChangeLog } from './change-log.ts';
import { KnownSizes, type SavedSize } from './known-sizes.ts';
import { binsOfBucket, type LedgerLimits } from './ledger-limits.ts';
import type { LedgerWriter } from './ledger-writer.ts';
import { boundedMs } from './measurement.ts';
import { type SavedUpload, UnfinishedUploads } from './unfinished-uploads.ts';
import { Unsaved } from './unsaved.ts';
import type { UsageChange } from './usage-change.ts';
import { VersionHash } from './version-hash.ts';
import { type Memory, weighChange } from './weigh-change.ts';

/** A change that was done, and the wall clock when the store answered. */
export interface TimedChange {
  readonly change: UsageChange;
  readonly atMs: number;
}

export interface SavedBackend {
  readonly id: number;
  readonly name: string;
  readonly nextSize: number;
  readonly bins: readonly Bin[];
  readonly sizes: Iterable<SavedSize>;
  readonly uploads: Iterable<SavedUpload>;
  readonly buckets: Iterable<{
    readonly id: number;
    readonly name: string;
    readonly state: string;
    readonly bins: readonly Bin[];
  }>;
}

export interface BackendLedgerOptions {
  readonly limits: LedgerLimits;
  readonly isSaved: boolean;
  /** A number that nothing in this ledger ever had. */
  readonly nextId: () => number;
}

export class BackendLedger {
  readonly id: number;
  readonly name: string;
  readonly #options: BackendLedgerOptions;
  /** The one that changed longest ago comes first. */
  readonly #buckets = new Map<string, BucketLedger>();
  readonly #total: ChangeLog;
  readonly #memory: Memory;
  readonly #sizes: KnownSizes;
  readonly #uploads: UnfinishedUploads;
  readonly #unsaved: Unsaved<BucketLedger>;
  #newest: BucketLedger | undefined;
  #touched = 0;

  constructor(id: number, name: string, options: BackendLedgerOptions, saved?: SavedBackend) {
    this.id = id;
    this.name = name;
    this.#options = options;
    const { limits, isSaved, nextId } = options;
    this.#total = new ChangeLog(id, isSaved, saved?.bins);
    this.#sizes = new KnownSizes(limits.maxSizes, isSaved);
    this.#uploads = new UnfinishedUploads(limits, nextId, isSaved);
    this.#unsaved = new Unsaved(isSaved);
    this.#memory = {
      sizes: this.#sizes,
      uploads: this.#uploads,
      hash: new VersionHash(),
      bucketNamed: (bucket) => this.#buckets.get(bucket),
    };
    if (saved !== undefined) this.#restore(saved);
  }

  /** How much is held. */
  get size(): {
    readonly buckets: number;
    readonly bins: number;
    readonly uploads: number;
    readonly parts: number;
  } {
    let bins = this.#total.bins.length;
    for (const bucket of this.#buckets.values()) bins += bucket.bins;
    return { buckets: this.#buckets.size, bins, ...this.#uploads.size };
  }

  take(changes: readonly TimedChange[], nowMs: number): void {
    const { limits } = this.#options;
    this.#total.turnBack(nowMs);
    let latest: BucketLedger | undefined;
    for (const { change, atMs } of changes) {
      if (change.kind === 'bucket-deleted') {
        this.#emptied(change.bucket, boundedMs(atMs, nowMs));
        latest = undefined;
        continue;
      }
      if (latest?.name !== change.bucket) {
        latest = this.#touch(change.bucket);
        latest.turnBack(nowMs);
      }
      const weight = weighChange(this.#memory, latest, change);
      const doneMs = boundedMs(atMs, nowMs);
      latest.add(doneMs, weight, binsOfBucket(limits, this.#buckets.size));
      this.#total.add(doneMs, weight, limits.maxBins);
    }
  }

  measured(bucket: string, used: UsedFigure, nowMs: number): Reconciled {
    this.#total.turnBack(nowMs);
    const ledger = this.#buckets.get(bucket) ?? this.#touch(bucket);
    this.#unsaved.add(ledger);
    return ledger.measured(used, nowMs);
  }

  bucket(name: string): BucketLedger | undefined {
    return this.#buckets.get(name);
  }

  /**
   * The most that was ever written beyond what was deleted, from then to any moment since: many stores give back long after what
   * was deleted. A bin that reaches over that moment counts as a whole: better too little space offered than too much.
   */
  mostWritten(sinceMs: number): bigint {
    const { bins } = this.#total;
    const first = bins.findLastIndex(({ lastMs }) => lastMs < sinceMs) + 1;
    let bytes = 0n;
    let most = 0n;
    for (let at = first; at < bins.length; at += 1) {
      const bin = bins[at];
      if (bin === undefined) break;
      const { net, high } = sumOf(bin, 'counted');
      const highest = bytes + BigInt(high);
      if (highest > most) most = highest;
      bytes += BigInt(net);
    }
    return most;
  }

  save(writer: LedgerWriter, isWhole: boolean): void {
    writer.backend(this.id, this.name, this.#sizes.next);
    this.#total.save(writer, isWhole);
    this.#sizes.save(writer, this.id, isWhole);
    this.#uploads.save(writer, this.id, isWhole);
    const changed = this.#unsaved.take();
    for (const bucket of isWhole ? this.#buckets.values() : changed) {
      if (this.#buckets.get(bucket.name) === bucket) bucket.save(writer, this.id, isWhole);
      else writer.removeBucket(bucket.id);
    }
  }

  /** Gives the bucket, as the one that changed last. */
  #touch(name: string): BucketLedger {
    const bucket = this.#buckets.get(name) ?? this.#newBucket(name);
    if (bucket !== this.#newest) {
      this.#touched += 1;
      bucket.touched = this.#touched;
      this.#buckets.delete(name);
      this.#buckets.set(name, bucket);
      this.#newest = bucket;
      for (const oldest of this.#buckets.keys()) {
        if (this.#buckets.size <= this.#options.limits.maxBuckets) break;
        this.#forget(oldest);
      }
    }
    this.#unsaved.add(bucket);
    return bucket;
  }

  /** Sizes go by the number of the bucket: a bucket made anew under a name gets a new one, and finds none of the old. */
  #newBucket(name: string): BucketLedger {
    const { limits, isSaved, nextId } = this.#options;
    return new BucketLedger(nextId(), name, limits, isSaved);
  }

  /** A scanner that knows the old bucket for a while must not fill one that is made anew under its name. */
  #emptied(name: string, atMs: number): void {
    const state = this.#buckets.get(name)?.emptiedAt(atMs);
    this.#forget(name);
    if (state === undefined) return;
    const { limits, isSaved, nextId } = this.#options;
    this.#buckets.set(name, new BucketLedger(nextId(), name, limits, isSaved, state));
    this.#touch(name);
  }

  #forget(name: string): void {
    const bucket = this.#buckets.get(name);
    if (bucket === undefined) return;
    this.#buckets.delete(name);
    this.#uploads.forgetBucket(bucket.id);
    this.#unsaved.add(bucket);
    if (bucket === this.#newest) this.#newest = undefined;
  }

  #restore({ nextSize, sizes, uploads, buckets }: SavedBackend): void {
    const { limits, isSaved } = this.#options;
    this.#sizes.restore(sizes, nextSize);
    this.#uploads.restore(uploads);
    const restored = Array.from(
      buckets,
      ({ id, name, state, bins }) => new BucketLedger(id, name, limits, isSaved, stateFromText(state), bins),
    ).sort((one, other) => one.touched - other.touched);
    for (const bucket of restored) this.#buckets.set(bucket.name, bucket);
    this.#newest = restored.at(-1);
    this.#touched = this.#newest?.touched ?? 0;
  }
}
