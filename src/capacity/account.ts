// The arithmetic from what a store said to what Veeam is told, with every step kept so that it can be shown.
import { CapacityUnknownError } from './capacity.ts';
import type { Figure, UsedFigure, WholeFigures } from './figures.ts';

/** What the operator wants of a bucket. */
export interface CapacityPolicy {
  /** A limit of the gateway's own. */
  readonly quota?: { readonly name: string; readonly limitBytes: bigint };
  /** Space of the store that is never offered. */
  readonly reserveBytes: bigint;
}

/** What passed through the gateway since the store said its numbers. Below zero where more was deleted than written. */
export interface LedgerDelta {
  /** Of the bucket, since `used` was measured. */
  readonly bucketBytes: bigint;
  /** The most that all buckets of that store grew by since `free` was measured, never below zero. */
  readonly storeBytes: bigint;
}

export const NOTHING_PASSED: LedgerDelta = { bucketBytes: 0n, storeBytes: 0n };

/** One thing that bounds what is available. */
export interface Bound {
  /** `free space of the store`, `capacity`, `bucket quota`. */
  readonly name: string;
  readonly bytes: bigint;
}

/**
 * How the three numbers of a bucket came about. Invariants: `0 <= availableBytes <= capacityBytes`, `usedBytes >= 0`,
 * `capacityBytes > 0`, and `usedBytes + availableBytes <= capacityBytes` unless more is used than the capacity.
 */
export interface Account {
  readonly capacityBytes: bigint;
  readonly availableBytes: bigint;
  readonly usedBytes: bigint;
  readonly total: Figure;
  readonly free: Figure;
  readonly used: UsedFigure;
  readonly delta: LedgerDelta;
  readonly reserveBytes: bigint;
  /** What each quota leaves, those of the store and the gateway's own. */
  readonly quotas: readonly {
    readonly name: string;
    readonly limitBytes: bigint;
    readonly usedBytes: bigint;
  }[];
  /** What the capacity is: the size of the store less the reserve, or the smallest quota. */
  readonly capacityBound: string;
  /** Which bound made Available what it is. */
  readonly availableBound: string;
}

/** Throws CapacityUnknownError where the numbers make no sense, as a store smaller than the reserve. */
export function accountOf(figures: WholeFigures, policy: CapacityPolicy, delta: LedgerDelta): Account {
  const { total, free, used } = figures;
  for (const [name, { bytes, source }] of Object.entries({ total, free, used })) {
    if (bytes < 0n) throw new CapacityUnknownError(`${name} from ${source} is ${bytes}: not an answer`);
  }
  const { reserveBytes } = policy;
  const usedBytes = used.isFixed ? used.bytes : atLeastZero(used.bytes + delta.bucketBytes);
  // No more can have gone from an owner's or a pool's sum than this bucket held.
  const changedBytes = usedBytes - used.bytes;
  const quotas = [
    ...figures.quotas.map(({ name, limitBytes, usedBytes: counted }) => {
      if (counted === undefined) return { name, limitBytes, usedBytes };
      if (counted < 0n) throw new CapacityUnknownError(`${name} counts ${counted} bytes: not an answer`);
      return { name, limitBytes, usedBytes: atLeastZero(counted + changedBytes) };
    }),
    ...(policy.quota === undefined ? [] : [{ ...policy.quota, usedBytes }]),
  ];
  const capacity = tightest([
    { name: 'size of the store', bytes: total.bytes - reserveBytes },
    ...quotas.map(({ name, limitBytes }) => ({ name, bytes: limitBytes })),
  ]);
  // Consumers divide by the capacity (sexigraf#429), and 0 reads as a full store (Zenko#2472).
  if (capacity.bytes <= 0n) {
    const why = capacity.name === 'size of the store' ? ` less a reserve of ${reserveBytes}` : '';
    throw new CapacityUnknownError(
      `a capacity of ${capacity.bytes} bytes is not an answer: ${capacity.name}${why}`,
    );
  }
  const takenBytes = free.isFixed ? 0n : atLeastZero(delta.storeBytes);
  const available = tightest([
    { name: 'free space of the store', bytes: free.bytes - takenBytes - reserveBytes },
    { name: 'capacity', bytes: capacity.bytes - usedBytes },
    ...quotas.map((quota) => ({ name: quota.name, bytes: quota.limitBytes - quota.usedBytes })),
  ]);
  return {
    capacityBytes: capacity.bytes,
    availableBytes: atLeastZero(available.bytes),
    usedBytes,
    total,
    free,
    used,
    delta,
    reserveBytes,
    quotas,
    capacityBound: capacity.name,
    availableBound: available.name,
  };
}

/** The smallest; of equal ones the first. */
function tightest([first, ...rest]: readonly [Bound, ...Bound[]]): Bound {
  let found = first;
  for (const bound of rest) if (bound.bytes < found.bytes) found = bound;
  return found;
}

function atLeastZero(bytes: bigint): bigint {
  return bytes > 0n ? bytes : 0n;
}
