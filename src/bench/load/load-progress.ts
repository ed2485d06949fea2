// How far a load run is, as data and as one line of text.
import type { LoadPhaseId } from './load-result.ts';

export interface LoadProgress {
  readonly phase: LoadPhaseId | 'cleanup';
  readonly title: string;
  /** Objects. */
  readonly done: number;
  readonly total: number;
  /** Of the last stretch of time that was measured. */
  readonly objectsPerSecond: number;
  readonly mibPerSecond: number;
  /** Of the phase so far; absent where no call has ended. */
  readonly p99Ms?: number;
  /** Attempts of this phase that did not succeed, slow-downs too. */
  readonly errors: number;
  /** For the phase, at its rate so far; absent where nobody can tell. */
  readonly leftMs?: number;
  /** It waits for locks to run out, so much longer. */
  readonly waitLeftMs?: number;
}

/** `Full backup 812/2048, 210 objects/s, 105.2 MiB/s, p99 48 ms, 0 errors, 6 s left` */
export function loadProgressText(progress: LoadProgress): string {
  const { title, done, total, waitLeftMs, leftMs, p99Ms, errors } = progress;
  const head = `${title} ${done}/${Math.max(done, total)}`;
  if (waitLeftMs !== undefined) return `${head}, waiting ${duration(waitLeftMs)} for locks to run out`;
  return [
    head,
    `${Math.round(progress.objectsPerSecond)} objects/s`,
    `${progress.mibPerSecond.toFixed(1)} MiB/s`,
    ...(p99Ms === undefined ? [] : [`p99 ${Math.round(p99Ms)} ms`]),
    `${errors} ${errors === 1 ? 'error' : 'errors'}`,
    ...(leftMs === undefined ? [] : [`${duration(leftMs)} left`]),
  ].join(', ');
}

/** `8 s`, `3 min 20 s`, `2 h 5 min` */
export function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
