// Where a count of a bucket stands, and what a finished one found.
import type { Marker } from './listing-page.ts';

/** `versions` or, where the store has none, `objects`; then `uploads`. */
export type WalkPhase = 'versions' | 'objects' | 'uploads';

/** After a page: all that was listed up to `marker` is in `bytes`. */
export interface WalkState {
  readonly phase: WalkPhase;
  /** Absent before the first page of the phase. */
  readonly marker?: Marker;
  readonly bytes: bigint;
  /** Versions or objects so far. */
  readonly objects: number;
  /** Pages of listings so far. */
  readonly pages: number;
  /** Milliseconds since 1970, as all moments here. */
  readonly startedAtMs: number;
  /** When its latest page was counted. */
  readonly movedAtMs: number;
}

export interface FinishedWalk {
  readonly bytes: bigint;
  readonly objects: number;
  readonly pages: number;
  readonly uploads: 'counted' | 'not-counted';
  readonly startedAtMs: number;
  readonly endedAtMs: number;
}

/** A count under way, for people. */
export interface WalkProgress {
  readonly bucket: string;
  /** `queued`: others are walked first. `resting`: it goes on when the bucket is asked for. */
  readonly state: 'queued' | 'walking' | 'resting' | 'failed' | 'finished';
  /** The count under way or interrupted; absent where there is none. */
  readonly current?: WalkState;
  /** The last whole count. */
  readonly finished?: FinishedWalk;
  /** What the latest request met, where it did not go well. */
  readonly trouble?: string;
}
