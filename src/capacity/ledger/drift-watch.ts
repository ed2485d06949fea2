// A drift that stays: when measurement after measurement finds more, or less, than passed through the gateway.

export type DriftCause =
  | 'writes past the gateway'
  | 'deletions past the gateway or lifecycle'
  | 'changes of unknown size';

/** Drifts of several measurements in a row, all to the same side. */
export interface DriftRun {
  readonly measurements: number;
  /** Of all of them together. */
  readonly bytes: bigint;
  readonly hasUnknown: boolean;
}

export interface DriftState {
  readonly run: DriftRun;
  /** Measurements in a row that found no drift to speak of. */
  readonly calm: number;
  /** It was told, and did not end yet. */
  readonly isTold: boolean;
}

export interface DriftFound {
  readonly driftBytes: bigint;
  /** Beyond what is to be spoken of. */
  readonly isLarge: boolean;
  readonly explainedByUnknown: boolean;
}

const NO_RUN: DriftRun = { measurements: 0, bytes: 0n, hasUnknown: false };

export const NO_DRIFT: DriftState = { run: NO_RUN, calm: 0, isTold: false };

/** So many measurements make a drift one that stays, and end it. */
export const DRIFT_MEASUREMENTS = 3;

export function afterMeasurement(state: DriftState, found: DriftFound): DriftState {
  if (!found.isLarge) {
    const calm = Math.min(state.calm + 1, DRIFT_MEASUREMENTS);
    return { run: NO_RUN, calm, isTold: state.isTold && calm < DRIFT_MEASUREMENTS };
  }
  const goesOn = state.run.bytes > 0n === found.driftBytes > 0n;
  const { measurements, bytes, hasUnknown } = goesOn ? state.run : NO_RUN;
  const run = {
    measurements: measurements + 1,
    bytes: bytes + found.driftBytes,
    hasUnknown: hasUnknown || found.explainedByUnknown,
  };
  return { run, calm: 0, isTold: state.isTold };
}

export function isToBeTold({ run, isTold }: DriftState): boolean {
  return !isTold && run.measurements >= DRIFT_MEASUREMENTS;
}

export function causeOf({ bytes, hasUnknown }: DriftRun): DriftCause {
  if (hasUnknown) return 'changes of unknown size';
  return bytes > 0n ? 'writes past the gateway' : 'deletions past the gateway or lifecycle';
}
