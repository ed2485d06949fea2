// What of capacity people are told about: in the log, and where configured at a webhook.

export interface BucketNumbers {
  readonly backend: string;
  readonly bucket: string;
  /** The bucket pattern whose buckets count as one with this one; absent where it counts alone. */
  readonly pool?: string;
  readonly capacityBytes: bigint;
  readonly availableBytes: bigint;
  readonly usedBytes: bigint;
  /** Absent where it is not filling, or where there is too little history to say. */
  readonly daysUntilFull?: number;
}

export type CapacityEvent = BucketNumbers &
  (
    | {
        /** So much is taken as the threshold says; or less again, by the hysteresis. */
        readonly event: 'threshold-crossed' | 'threshold-cleared';
        readonly thresholdPercent: number;
      }
    /** New data is refused from now on; or let in again. */
    | { readonly event: 'guard-closed' | 'guard-opened' }
    /** Measurements go on finding other numbers than what passed through the gateway explains. */
    | { readonly event: 'drift-stays'; readonly driftBytes: bigint; readonly likelyCause?: string }
  );

/** Hundredths of a percent of the capacity that cannot be written any more, whoever took it; rounded down. */
export function takenBasisPoints({ capacityBytes, availableBytes }: BucketNumbers): number {
  if (capacityBytes <= 0n) return 0;
  return Number(((capacityBytes - availableBytes) * 10_000n) / capacityBytes);
}
