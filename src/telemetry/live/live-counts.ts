// What this process does right now, counted as events come: sums, histograms and tables of a fixed size.
import type { EventSink } from '../../gateway/events.ts';
import { type EntityOf, type LiveSlice, LiveSlices } from './live-slices.ts';
import { RecentRefusals, type RefusalRecord } from './recent-refusals.ts';
import { TrafficRing, type TrafficStep } from './traffic-ring.ts';

/** All that one process counted, as data that can be sent. What is in it says which time it is of, so that old ones add up too. */
export interface LiveCountsSnapshot {
  /** When that was, milliseconds since 1970. */
  readonly atMs: number;
  /** Open client connections. */
  readonly connections: number;
  readonly traffic: readonly TrafficStep[];
  readonly slices: readonly LiveSlice[];
  readonly refusals: readonly RefusalRecord[];
}

export interface LiveCounts {
  readonly onEvent: EventSink;
  /** With `sinceMs`, the moment of an earlier one: without what was over by then and is in that one. */
  snapshot(sinceMs?: number): LiveCountsSnapshot;
}

export interface LiveCountsOptions {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly entityOf: EntityOf;
}

export function createLiveCounts({ now, entityOf }: LiveCountsOptions): LiveCounts {
  const traffic = new TrafficRing();
  const slices = new LiveSlices(entityOf);
  const refusals = new RecentRefusals();
  let connections = 0;
  return {
    onEvent(event) {
      if (event.kind === 'request') {
        const nowMs = now();
        traffic.count(event, nowMs);
        slices.count(event, nowMs);
        refusals.count(event);
      } else if (event.kind === 'connection') {
        connections += event.change === 'opened' ? 1 : -1;
      }
    },
    snapshot(sinceMs = 0) {
      const nowMs = now();
      // Where the clock was set back, what was over goes on.
      const fromMs = sinceMs > nowMs ? 0 : sinceMs;
      return {
        atMs: nowMs,
        connections,
        traffic: traffic.snapshot(nowMs, fromMs),
        slices: slices.snapshot(nowMs, fromMs),
        refusals: refusals.snapshot(),
      };
    },
  };
}
