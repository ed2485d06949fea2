// Latencies and entities of the last five minutes, in slices of half a minute that all processes cut at the same moments.
import type { RequestEvent } from '../../gateway/events.ts';
import { BusyEntities, type EntityCounts } from './busy-entities.ts';
import { type HistogramSnapshot, LatencyHistogram } from './latency-histogram.ts';
import { isError } from './traffic-ring.ts';

export const SLICE_MS = 30_000;
/** With the one that is not over yet. */
export const SLICES_SHOWN = 10;

export interface OperationSlice {
  readonly operation: string;
  readonly errors: number;
  /** All requests are in it. */
  readonly duration: HistogramSnapshot;
  readonly maxMs: number;
  readonly firstByte: HistogramSnapshot;
  readonly firstByteMaxMs: number;
}

export interface LiveSlice {
  /** Slices since 1970. */
  readonly slice: number;
  readonly operations: readonly OperationSlice[];
  readonly entities: readonly EntityCounts[];
}

/** What a key belongs to; undefined where its layout is not known. */
export type EntityOf = (key: string) => string | undefined;

interface OperationCounts {
  errors: number;
  readonly duration: LatencyHistogram;
  readonly firstByte: LatencyHistogram;
}

interface Slice {
  readonly slice: number;
  /** Operation names come from a closed set. */
  readonly operations: Map<string, OperationCounts>;
  readonly entities: BusyEntities;
}

export class LiveSlices {
  readonly #entityOf: EntityOf;
  /** At most SLICES_SHOWN, oldest first. */
  readonly #kept: Slice[] = [];

  constructor(entityOf: EntityOf) {
    this.#entityOf = entityOf;
  }

  /** `nowMs`: milliseconds since 1970. */
  count(event: RequestEvent, nowMs: number): void {
    const { operations, entities } = this.#at(Math.floor(nowMs / SLICE_MS));
    const counts = operations.get(event.operation) ?? firstOf(event.operation, operations);
    if (isError(event)) counts.errors++;
    counts.duration.record(event.durationMs);
    if (event.timeToFirstByteMs !== undefined) counts.firstByte.record(event.timeToFirstByteMs);
    // What was refused may name entities that were never there.
    if (event.outcome === 'refused' || event.bucket === '') return;
    const entity = this.#entityOf(event.key) ?? '';
    entities.count(event.bucket, entity, event.requestBytes, event.responseBytes);
  }

  /** Those that were not over at `sinceMs`. */
  snapshot(nowMs: number, sinceMs: number): readonly LiveSlice[] {
    const last = Math.floor(nowMs / SLICE_MS);
    const first = Math.floor(sinceMs / SLICE_MS);
    return this.#kept
      .filter(({ slice }) => isShown(slice, last) && slice >= first)
      .map(({ slice, operations, entities }) => ({
        slice,
        operations: [...operations].map(([operation, { errors, duration, firstByte }]) => ({
          operation,
          errors,
          duration: duration.snapshot(),
          maxMs: duration.maxMs,
          firstByte: firstByte.snapshot(),
          firstByteMaxMs: firstByte.maxMs,
        })),
        entities: entities.snapshot(),
      }));
  }

  #at(slice: number): Slice {
    const latest = this.#kept.at(-1);
    if (latest?.slice === slice) return latest;
    // A clock that was set back counts on where it was.
    const known = this.#kept.find((each) => each.slice === slice);
    if (known !== undefined) return known;
    const fresh = { slice, operations: new Map(), entities: new BusyEntities() };
    this.#kept.push(fresh);
    if (this.#kept.length > SLICES_SHOWN) this.#kept.shift();
    return fresh;
  }
}

export function isShown(slice: number, last: number): boolean {
  return slice > last - SLICES_SHOWN && slice <= last;
}

function firstOf(operation: string, operations: Map<string, OperationCounts>): OperationCounts {
  const counts = { errors: 0, duration: new LatencyHistogram(), firstByte: new LatencyHistogram() };
  operations.set(operation, counts);
  return counts;
}
