// What each phase of a load run tells of itself, and how one ends.
import type { LoadPhaseId } from './load-result.ts';
import type { LoadRun } from './load-run.ts';

export interface PhaseEnd {
  readonly status: 'done' | 'cut-short' | 'not-run';
  readonly reason?: string;
  /** Where the figures may have counted something twice, since the run was resumed. */
  readonly counted?: { readonly objects: number; readonly bytes: number };
}

export interface Phase {
  readonly id: LoadPhaseId;
  /** For people. */
  readonly title: string;
  /** Of the time that the run has: the phase must be over when so much of it is, from 0 to 1. Absent: it is never cut. */
  readonly endsAt?: number;
  /** Objects that it is to write, read, extend or delete. */
  planned(run: LoadRun): number;
  /** `from`: the job to go on with. Rejects with PhaseGivenUp, or where the signal ends it. */
  perform(run: LoadRun, from: number): Promise<PhaseEnd>;
}

export const TIME_IS_UP = 'the time that it may take was over';
