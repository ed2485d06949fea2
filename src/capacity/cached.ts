// A provider's numbers, kept for a while: one measurement at a time per bucket, the last good value while it is young
// enough, and an error after that. Never a number that no store said.
import { type Capacity, type CapacityOf, CapacityUnknownError } from './capacity.ts';
import type { CapacityProvider, CapacitySample } from './provider.ts';
import { applyQuotas } from './quota.ts';
import { untilAborted } from './until-aborted.ts';

export interface CachedCapacityOptions {
  readonly provider: CapacityProvider;
  /** A value younger than this is served without asking the store. */
  readonly refreshMs: number;
  /** A value older than this is never served. */
  readonly maxAgeMs: number;
  /** How long one measurement may take, and so how long an answer may wait for it. */
  readonly deadlineMs: number;
  readonly now: () => number;
  /** A quota of the gateway's own for the bucket, on top of the store's. */
  readonly quotaOf?: (bucket: string) => bigint | undefined;
  /** Told after each measurement what it gave, the gateway's quota applied. Must not throw. */
  readonly onMeasured?: (bucket: string, result: CapacitySample | CapacityUnknownError) => void;
  /** After a failure the store is left alone this long: `refreshMs`, but at most 5 s, unless given. */
  readonly retryMs?: number;
  /** Buckets remembered; beyond it the one asked for longest ago is forgotten. 10,000 unless given. */
  readonly maxBuckets?: number;
  /** A signal that aborts after so many milliseconds: `AbortSignal.timeout` unless given. */
  readonly deadline?: (ms: number) => AbortSignal;
}

/** What is remembered of one bucket, for the admin view. */
export interface CachedCapacityEntry {
  readonly bucket: string;
  /** The last good value, however old. */
  readonly capacity?: Capacity;
  /** The age of that value. */
  readonly ageMs?: number;
  /** Why the latest measurement failed; absent when it did not. */
  readonly lastError?: string;
  /** The first failure since the last good value, milliseconds since 1970. */
  readonly failingSinceMs?: number;
}

export interface CachedCapacity {
  readonly of: CapacityOf;
  /** Ends measurements under way; from then on `of` rejects. */
  close(): void;
  snapshot(): readonly CachedCapacityEntry[];
}

interface Entry {
  capacity?: Capacity;
  checkedAtMs?: number;
  failure?: { readonly message: string; readonly sinceMs: number; readonly latestMs: number };
  flight?: Promise<void> | undefined;
}

/** Wraps a provider for serving; callers of the same bucket share one measurement. */
export function cachedCapacity(options: CachedCapacityOptions): CachedCapacity {
  const { provider, refreshMs, maxAgeMs, deadlineMs, now, quotaOf, onMeasured } = options;
  const { retryMs = Math.min(refreshMs, 5_000), maxBuckets = 10_000 } = options;
  const { deadline = (ms) => AbortSignal.timeout(ms) } = options;
  const entries = new Map<string, Entry>();
  const flights = new Set<AbortController>();
  let closed = false;

  async function of(bucket: string): Promise<Capacity> {
    if (closed) throw new CapacityUnknownError(`capacity of bucket ${bucket}: the gateway is shutting down`);
    const entry = entryOf(bucket);
    const settled = happened(entry.checkedAtMs, refreshMs) || happened(entry.failure?.latestMs, retryMs);
    // `finally` runs after the assignment, even when a measurement fails before its first await.
    if (!settled) entry.flight ??= measure(bucket, entry).finally(() => delete entry.flight);
    await entry.flight;
    if (entry.capacity && now() - entry.capacity.measuredAtMs < maxAgeMs) return entry.capacity;
    throw new CapacityUnknownError(whyUnknown(bucket, entry));
  }

  function entryOf(bucket: string): Entry {
    const entry = entries.get(bucket) ?? {};
    entries.delete(bucket);
    entries.set(bucket, entry);
    for (const oldest of entries.keys()) {
      if (entries.size <= maxBuckets) break;
      entries.delete(oldest);
    }
    return entry;
  }

  async function measure(bucket: string, entry: Entry): Promise<void> {
    const controller = new AbortController();
    flights.add(controller);
    let result: CapacitySample | CapacityUnknownError;
    try {
      const signal = AbortSignal.any([controller.signal, deadline(deadlineMs)]);
      const what = `asked ${provider.source} for the capacity of bucket ${bucket}`;
      const sample = await untilAborted(provider.measure(bucket, signal), signal, what);
      const limitBytes = quotaOf?.(bucket);
      const quotas = limitBytes === undefined ? [] : [{ limitBytes, usedBytes: sample.usedBytes }];
      result = { ...applyQuotas(sample, quotas), sampledAtMs: sample.sampledAtMs };
      keep(entry, result);
    } catch (error) {
      result = asUnknown(error);
      const sinceMs = entry.failure?.sinceMs ?? now();
      entry.failure = { message: result.message, sinceMs, latestMs: now() };
    } finally {
      flights.delete(controller);
    }
    onMeasured?.(bucket, result);
  }

  function keep(entry: Entry, sample: CapacitySample): void {
    const { sampledAtMs: measuredAtMs, ...room } = sample;
    const before = entry.capacity;
    // Not the sample's own time: two samples may share one cluster-wide call, and a change must still show as later.
    const changedAtMs = before && sameRoom(before, sample) ? before.changedAtMs : now();
    entry.capacity = { ...room, changedAtMs, measuredAtMs, source: provider.source };
    entry.checkedAtMs = now();
    delete entry.failure;
  }

  /** Whether it was within the last `ms`; a moment in the future, after the clock was set back, was not. */
  function happened(atMs: number | undefined, ms: number): boolean {
    return atMs !== undefined && now() >= atMs && now() - atMs < ms;
  }

  function whyUnknown(bucket: string, { capacity, failure }: Entry): string {
    const known = capacity
      ? `last known at ${iso(capacity.measuredAtMs)}, more than ${maxAgeMs / 1000} s ago`
      : 'never known';
    const why = failure ? `; failing since ${iso(failure.sinceMs)}: ${failure.message}` : '';
    return `capacity of bucket ${bucket} from ${provider.source}: ${known}${why}`;
  }

  return {
    of,
    close() {
      closed = true;
      for (const flight of flights) flight.abort();
    },
    snapshot: () => [...entries].map(([bucket, entry]) => shown(bucket, entry, now())),
  };
}

function shown(bucket: string, { capacity, failure }: Entry, nowMs: number): CachedCapacityEntry {
  return {
    bucket,
    ...(capacity && { capacity, ageMs: Math.max(0, nowMs - capacity.measuredAtMs) }),
    ...(failure && { lastError: failure.message, failingSinceMs: failure.sinceMs }),
  };
}

function sameRoom(a: Capacity, b: CapacitySample): boolean {
  return (
    a.capacityBytes === b.capacityBytes &&
    a.availableBytes === b.availableBytes &&
    a.usedBytes === b.usedBytes
  );
}

function asUnknown(error: unknown): CapacityUnknownError {
  if (error instanceof CapacityUnknownError) return error;
  return new CapacityUnknownError(`the measurement broke: ${String(error)}`, { cause: error });
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
