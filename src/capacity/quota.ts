// Quotas applied to what a store measured. A quota beats the cluster, but nobody is promised more than the cluster has.
import { CapacityUnknownError } from './capacity.ts';

/** The three numbers of a bucket. */
export interface Room {
  readonly capacityBytes: bigint;
  readonly availableBytes: bigint;
  readonly usedBytes: bigint;
}

/** A limit and what counts against it: the bucket's own bytes, or all bytes of its owner or its pool. */
export interface Quota {
  readonly limitBytes: bigint;
  readonly usedBytes: bigint;
}

/**
 * The room that is left under every quota. Gives `0 <= available <= capacity` and, unless the bucket is over its quota,
 * `used + available <= capacity`; a capacity of zero or less is not an answer.
 */
export function applyQuotas(measured: Room, quotas: readonly Quota[]): Room {
  const { usedBytes } = measured;
  const capacityBytes = least([measured.capacityBytes, ...quotas.map((quota) => quota.limitBytes)]);
  // Consumers divide by the capacity (sexigraf#429), and 0 reads as a full store (Zenko#2472).
  if (capacityBytes <= 0n)
    throw new CapacityUnknownError(`a capacity of ${capacityBytes} bytes is not an answer`);
  if (usedBytes < 0n) throw new CapacityUnknownError(`a usage of ${usedBytes} bytes is not an answer`);
  const room = least([
    measured.availableBytes,
    capacityBytes - usedBytes,
    ...quotas.map((quota) => quota.limitBytes - quota.usedBytes),
  ]);
  return { capacityBytes, availableBytes: room > 0n ? room : 0n, usedBytes };
}

/** The smallest of the values. */
export function least([first, ...rest]: readonly [bigint, ...bigint[]]): bigint {
  let smallest = first;
  for (const value of rest) if (value < smallest) smallest = value;
  return smallest;
}
