// The numbers of a bucket at one moment, as history keeps them.

export interface HistoryPoint {
  /** Milliseconds since 1970. */
  readonly atMs: number;
  readonly capacityBytes: bigint;
  readonly availableBytes: bigint;
  readonly usedBytes: bigint;
}

export interface HistorySample extends HistoryPoint {
  readonly backend: string;
  readonly bucket: string;
}

/**
 * What cannot be written any more, whoever took it. It grows until it is all of the capacity, and stays what it is when
 * disks are added or a quota is changed.
 */
export function takenBytes({ capacityBytes, availableBytes }: HistoryPoint): bigint {
  return capacityBytes - availableBytes;
}

/** The one in the middle by what is taken; a point that was, not one made up. Undefined of none. */
export function medianPoint(points: readonly HistoryPoint[]): HistoryPoint | undefined {
  const sorted = points.toSorted((a, b) => Number(takenBytes(a) - takenBytes(b)));
  return sorted[(sorted.length - 1) >> 1];
}
