// Says once when a bucket or a pool of buckets gets as full as a threshold, and once when it is emptier again.
import { type BucketNumbers, type CapacityEvent, takenBasisPoints } from './capacity-event.ts';

export const DEFAULT_THRESHOLDS: readonly number[] = [80, 90, 95];
/** A bucket that goes up and down around a threshold is told of once. */
const HYSTERESIS_BASIS_POINTS = 200;
/** Only those over a threshold are remembered; beyond so many the one that crossed longest ago is forgotten. */
const MAX_SUBJECTS = 10_000;

export interface ThresholdsOptions {
  /** Percent of the capacity that is taken. Of several that are crossed at once only the highest is told. */
  readonly percents: readonly number[];
  /** Must not throw. */
  onEvent(event: CapacityEvent): void;
}

/** Takes the numbers of a bucket as often as there are new ones. What was told does not outlive the process. */
export function createThresholds({ percents, onEvent }: ThresholdsOptions): (numbers: BucketNumbers) => void {
  const thresholds = percents.map((percent) => Math.round(percent * 100)).sort((a, b) => a - b);
  /** The highest threshold that is crossed, by bucket or pool. */
  const crossed = new Map<string, number>();

  const highest = (taken: number): number => thresholds.findLast((threshold) => threshold <= taken) ?? 0;

  return (numbers) => {
    const { backend, bucket, pool } = numbers;
    const subject = JSON.stringify(pool === undefined ? [backend, bucket] : [backend, 'pool', pool]);
    const taken = takenBasisPoints(numbers);
    const before = crossed.get(subject) ?? 0;
    const reached = highest(taken);
    if (reached > before) {
      crossed.delete(subject);
      crossed.set(subject, reached);
      if (crossed.size > MAX_SUBJECTS) {
        const [oldest = subject] = crossed.keys();
        crossed.delete(oldest);
      }
      onEvent({ ...numbers, event: 'threshold-crossed', thresholdPercent: reached / 100 });
      return;
    }
    const still = Math.min(before, highest(taken + HYSTERESIS_BASIS_POINTS));
    if (still === before) return;
    if (still === 0) crossed.delete(subject);
    else crossed.set(subject, still);
    const cleared = thresholds.find((threshold) => threshold > still) ?? before;
    onEvent({ ...numbers, event: 'threshold-cleared', thresholdPercent: cleared / 100 });
  };
}
