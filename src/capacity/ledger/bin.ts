// What happened in a short span of time, added up: the grain of the ledger.

/**
 * The bytes that a run of changes added, and the lowest and highest that their running sum ever was: `low <= 0 <= high`
 * and `low <= net <= high`. All are safe integers.
 */
export interface Sum {
  net: number;
  low: number;
  high: number;
}

/** With the parts of unfinished uploads in it (`counted`), or only once an upload is completed. */
export type SumName = 'counted' | 'not-counted';

/** What one change adds. */
export interface Weight {
  readonly counted: number;
  readonly notCounted: number;
  /** Something of it has a size that nobody knows: what is known is in the sums. */
  readonly isUnknown: boolean;
}

/** The spans of the bins of a log do not touch, so `firstMs` names one. */
export interface Bin {
  firstMs: number;
  lastMs: number;
  changes: number;
  isUnknown: boolean;
  readonly counted: Sum;
  readonly notCounted: Sum;
}

export function sumOf(bin: Bin, name: SumName): Sum {
  return name === 'counted' ? bin.counted : bin.notCounted;
}

export function newBin(atMs: number, { counted, notCounted, isUnknown }: Weight): Bin {
  return {
    firstMs: atMs,
    lastMs: atMs,
    changes: 1,
    isUnknown,
    counted: firstSum(counted),
    notCounted: firstSum(notCounted),
  };
}

/** A bin that would hold more than can be counted exactly, 8 PiB, takes what else comes as of unknown size. */
export function addToBin(bin: Bin, atMs: number, { counted, notCounted, isUnknown }: Weight): void {
  const add = atMs > bin.lastMs ? append : insert;
  if (atMs > bin.lastMs) bin.lastMs = atMs;
  bin.changes += 1;
  if (isUnknown) bin.isUnknown = true;
  if (!add(bin.counted, counted)) bin.isUnknown = true;
  if (!add(bin.notCounted, notCounted)) bin.isUnknown = true;
}

/** Adds the bin that follows. False, and nothing done, where the sums would be too large to be exact. */
export function joinBins(bin: Bin, next: Bin): boolean {
  if (!fits(bin.counted, next.counted) || !fits(bin.notCounted, next.notCounted)) return false;
  join(bin.counted, next.counted);
  join(bin.notCounted, next.notCounted);
  bin.lastMs = next.lastMs;
  bin.changes += next.changes;
  if (next.isUnknown) bin.isUnknown = true;
  return true;
}

/**
 * Takes away a first part of so many bytes. Which changes made them up is not known, so the rest may have had any
 * running sum that the whole had.
 */
export function cutOffBin(bin: Bin, name: SumName, bytes: number): void {
  for (const sum of [bin.counted, bin.notCounted]) {
    // Without uploads both sums are the same. With them, the other one is cut as far as it goes.
    const gone = sum === sumOf(bin, name) ? bytes : Math.min(Math.max(bytes, sum.low), sum.high);
    sum.net -= gone;
    sum.low = Math.min(0, sum.low - gone);
    sum.high = Math.max(0, sum.high - gone);
  }
}

function firstSum(bytes: number): Sum {
  return { net: bytes, low: Math.min(0, bytes), high: Math.max(0, bytes) };
}

function append(sum: Sum, bytes: number): boolean {
  const net = sum.net + bytes;
  if (!Number.isSafeInteger(net)) return false;
  sum.net = net;
  if (net < sum.low) sum.low = net;
  else if (net > sum.high) sum.high = net;
  return true;
}

/** Somewhere among those that are there: each running sum may have been with it or without. */
function insert(sum: Sum, bytes: number): boolean {
  const [net, low, high] = [sum.net + bytes, sum.low + Math.min(0, bytes), sum.high + Math.max(0, bytes)];
  if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high)) return false;
  sum.net = net;
  sum.low = low;
  sum.high = high;
  return true;
}

function fits(sum: Sum, next: Sum): boolean {
  return Number.isSafeInteger(sum.net + next.low) && Number.isSafeInteger(sum.net + next.high);
}

function join(sum: Sum, next: Sum): void {
  sum.low = Math.min(sum.low, sum.net + next.low);
  sum.high = Math.max(sum.high, sum.net + next.high);
  sum.net += next.net;
}
