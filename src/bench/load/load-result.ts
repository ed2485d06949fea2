// What a load run measured, as it stands in report.json under `load`. Plain JSON: numbers, texts and lists.
import type { CaseStatus, Severity } from '../bench-case.ts';
import type { Leftover } from '../runtime/leftover.ts';
import type { LoadSettings } from './load-settings.ts';

export const LOAD_PHASES = ['full', 'increments', 'restore', 'extension', 'sweep', 'delete'] as const;
/** In this order. */
export type LoadPhaseId = (typeof LOAD_PHASES)[number];

export interface LoadResult {
  /** All that the run wrote stood below it. */
  readonly prefix: string;
  readonly settings: LoadSettings;
  /** Connections that were really used at a time: fewer than asked for where the blocks in memory would be too many. */
  readonly width: number;
  /** Milliseconds of work, of all parts of a run that was resumed. */
  readonly tookMs: number;
  /** The run was told to end before its time. */
  readonly interrupted: boolean;
  /** What an interrupted run wrote is still there, to be resumed. */
  readonly kept: boolean;
  /** How often it was begun: 1, and 1 for each time that it was resumed. */
  readonly parts: number;
  /** All six, in order. */
  readonly phases: readonly LoadPhase[];
  /** The earliest first, at most 600. */
  readonly series: readonly LoadSample[];
  /** The earliest first, at most 600; empty where the store has no capacity.xml. */
  readonly capacity: readonly CapacitySample[];
  readonly verdicts: readonly LoadVerdict[];
  /** What could not be deleted. */
  readonly leftovers: readonly Leftover[];
}

export interface LoadPhase {
  readonly id: LoadPhaseId;
  /** For people: `Full backup`. */
  readonly title: string;
  readonly status: 'done' | 'cut-short' | 'not-run';
  /** Why it was cut short or not run. */
  readonly reason?: string;
  /** Milliseconds since the run began, where it ran. */
  readonly startMs?: number;
  /** Without the time that was waited for locks. */
  readonly tookMs: number;
  /** For locks to run out. */
  readonly waitedMs: number;
  /** Objects that it was to write, read, extend or delete. For `delete`, those that were there. */
  readonly planned: number;
  /** Objects that it did. */
  readonly objects: number;
  /** Of these objects. */
  readonly bytes: number;
  readonly objectsPerSecond: number;
  /** Binary: 2^20 bytes. */
  readonly mibPerSecond: number;
  /** Of calls that succeeded, each attempt by itself; a multi-delete is one call. Absent where there was none. */
  readonly latency?: Latency;
  /** Answers that told the client to slow down: 503, 429, or the code SlowDown. Retried. */
  readonly slowDowns: number;
  /** Attempts beyond the first, for whatever reason. */
  readonly retries: number;
  /** Objects that it gave up. */
  readonly failed: number;
  /** Attempts that did not succeed, slow-downs too, by what came back: `503 SlowDown`, `no answer`. */
  readonly errors: Readonly<Record<string, number>>;
}

/** Milliseconds; each but the highest at most 1.6 % above what was measured. */
export interface Latency {
  readonly calls: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** What happened in one stretch of time. */
export interface LoadSample {
  /** Its end, in milliseconds since the run began. */
  readonly tMs: number;
  readonly phase: LoadPhaseId;
  readonly objectsPerSecond: number;
  readonly mibPerSecond: number;
  /** Absent where no call ended well. */
  readonly p50Ms?: number;
  readonly p99Ms?: number;
  /** Attempts that did not succeed. */
  readonly errors: number;
}

/** What capacity.xml said, beside the truth. Bytes; above 2^53 the last digits are rounded. */
export interface CapacitySample {
  /** Milliseconds since the run began. */
  readonly tMs: number;
  readonly capacity: number;
  readonly available: number;
  readonly used: number;
  /** What the run had in the bucket at that moment, as far as the store had confirmed it. */
  readonly truth: number;
}

export interface LoadVerdict {
  /** Stable: `load-delete-rate`. */
  readonly id: string;
  readonly severity: Severity;
  readonly status: CaseStatus;
  readonly message: string;
}
