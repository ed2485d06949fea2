// The changes of a bucket or of a whole store in the order of their time, in bins that grow coarser as they age.
import { addToBin, type Bin, cutOffBin, joinBins, newBin, type SumName, sumOf, type Weight } from './bin.ts';
import type { LedgerWriter } from './ledger-writer.ts';
import { Unsaved } from './unsaved.ts';

/** A place in a log: before the bin `index`, and behind the first so many bytes of it where it cuts that one. */
export interface LogPosition {
  readonly index: number;
  readonly insideBytes: number;
}

/** Changes this close together are one bin from the start. */
const BIN_MS = 100;
/** A bin may become as wide as this part of its age: some 700 bins reach from now to a year ago. */
const FINEST_PART_OF_AGE = 64;

/** Spans never touch, each is within the time that was, and `firstMs` of the bins rises. */
export class ChangeLog {
  readonly id: number;
  readonly #unsaved: Unsaved<number>;
  #bins: Bin[];
  #sealedMs: number;

  constructor(id: number, isSaved: boolean, bins: readonly Bin[] = [], sealedMs = Number.NEGATIVE_INFINITY) {
    this.id = id;
    this.#unsaved = new Unsaved(isSaved);
    this.#bins = [...bins];
    this.#sealedMs = sealedMs;
  }

  get bins(): readonly Bin[] {
    return this.#bins;
  }

  /** Changes before and after this moment stand in different bins. */
  get sealedMs(): number {
    return this.#sealedMs;
  }

  /** `atMs` may be before that of changes that came earlier: each worker tells of its own a moment later. */
  add(atMs: number, weight: Weight, maxBins: number): void {
    const at = this.#lastBefore(atMs);
    const bin = this.#bins[at];
    if (bin !== undefined && this.#belongs(bin, atMs)) {
      addToBin(bin, atMs, weight);
      this.#unsaved.add(bin.firstMs);
      return;
    }
    this.#bins.splice(at + 1, 0, newBin(atMs, weight));
    this.#unsaved.add(atMs);
    if (this.#bins.length > maxBins) this.#coarsen(maxBins);
  }

  seal(atMs: number): void {
    this.#sealedMs = atMs;
  }

  /** Drops what is before the position. */
  dropBefore({ index, insideBytes }: LogPosition, name: SumName): void {
    for (const bin of this.#bins.splice(0, index)) this.#unsaved.add(bin.firstMs);
    const [first] = this.#bins;
    if (first === undefined || insideBytes === 0) return;
    cutOffBin(first, name, insideBytes);
    this.#unsaved.add(first.firstMs);
  }

  /** The clock was set back: what seems to lie in the future happened before now, nobody knows when. */
  turnBack(nowMs: number): void {
    const last = this.#bins.at(-1);
    if (last === undefined || last.lastMs <= nowMs) return;
    const kept: Bin[] = [];
    for (const bin of this.#bins) {
      this.#unsaved.add(bin.firstMs);
      bin.firstMs = Math.min(bin.firstMs, nowMs);
      bin.lastMs = Math.min(bin.lastMs, nowMs);
      const before = kept.at(-1);
      // Two bins of one moment: where the sums do not fit into one, the later is taken as of unknown size.
      if (before === undefined || before.lastMs < bin.firstMs) kept.push(bin);
      else if (!joinBins(before, bin)) before.isUnknown = true;
    }
    this.#bins = kept;
    for (const bin of kept) this.#unsaved.add(bin.firstMs);
  }

  save(writer: LedgerWriter, isWhole: boolean): void {
    const changed = this.#unsaved.take();
    if (isWhole) {
      for (const bin of this.#bins) writer.bin(this.id, bin);
      return;
    }
    for (const firstMs of changed) {
      const bin = this.#bins[this.#lastBefore(firstMs)];
      if (bin?.firstMs === firstMs) writer.bin(this.id, bin);
      else writer.removeBin(this.id, firstMs);
    }
  }

  /** The last bin that began at that moment or before it; -1 where there is none. */
  #lastBefore(atMs: number): number {
    let low = 0;
    let high = this.#bins.length;
    // Most changes are newer than all before.
    if ((this.#bins[high - 1]?.firstMs ?? Number.POSITIVE_INFINITY) <= atMs) return high - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#bins[middle]?.firstMs ?? 0) <= atMs) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  #belongs({ firstMs, lastMs }: Bin, atMs: number): boolean {
    if (atMs <= lastMs) return true;
    return atMs - firstMs < BIN_MS && !this.#isSealedBetween(firstMs, atMs);
  }

  #isSealedBetween(firstMs: number, nextMs: number): boolean {
    return firstMs <= this.#sealedMs && this.#sealedMs < nextMs;
  }

  #coarsen(maxBins: number): void {
    const enough = Math.floor(maxBins * 0.75);
    for (let part = FINEST_PART_OF_AGE; part >= 1 / 1024; part /= 2) {
      this.#joinWhere(part);
      if (this.#bins.length <= enough) return;
    }
    this.#joinWhere(0);
  }

  /** Joins neighbours that together are no wider than that part of their age. */
  #joinWhere(partOfAge: number): void {
    const lastMs = this.#bins.at(-1)?.lastMs ?? 0;
    const kept: Bin[] = [];
    for (const bin of this.#bins) {
      const before = kept.at(-1);
      const isJoined =
        before !== undefined &&
        (bin.lastMs - before.firstMs) * partOfAge <= lastMs - bin.lastMs &&
        !this.#isSealedBetween(before.firstMs, bin.firstMs) &&
        joinBins(before, bin);
      if (!isJoined) {
        kept.push(bin);
        continue;
      }
      this.#unsaved.add(bin.firstMs);
      this.#unsaved.add(before.firstMs);
    }
    this.#bins = kept;
  }
}

/** The bytes of all that is behind the position. */
export function bytesAfter(bins: readonly Bin[], { index, insideBytes }: LogPosition, name: SumName): bigint {
  let bytes = BigInt(-insideBytes);
  for (let at = index; at < bins.length; at += 1) {
    const bin = bins[at];
    if (bin !== undefined) bytes += BigInt(sumOf(bin, name).net);
  }
  return bytes;
}
