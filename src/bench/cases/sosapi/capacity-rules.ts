// What must hold of the three numbers of capacity.xml, as sentences on what does not.

/** The texts that stand in the document; undefined where an element is absent. */
export interface CapacityText {
  readonly capacity: string | undefined;
  readonly available: string | undefined;
  readonly used: string | undefined;
}

/** Bytes. */
export interface CapacityNumbers {
  readonly capacity: bigint;
  readonly available: bigint;
  readonly used: bigint;
}

const MAX_INT64 = 2n ** 63n - 1n;

/** Three integers; a sign is one, since a negative number is judged as a number. */
export function integerFaults(text: CapacityText): readonly string[] {
  const fields = [
    ['Capacity', text.capacity],
    ['Available', text.available],
    ['Used', text.used],
  ] as const;
  return fields.flatMap(([name, value]) => {
    if (value === undefined) return [`CapacityInfo has no ${name}.`];
    if (!/^-?\d+$/.test(value)) return [`${name} is "${value}"; it must be an integer, in bytes.`];
    return BigInt(value) > MAX_INT64
      ? [`${name} is ${value}, more than a signed 64-bit integer can hold.`]
      : [];
  });
}

/** Undefined where `integerFaults` has something to say. */
export function numbersOf(text: CapacityText): CapacityNumbers | undefined {
  const { capacity, available, used } = text;
  if (capacity === undefined || available === undefined || used === undefined) return undefined;
  if (integerFaults(text).length > 0) return undefined;
  return { capacity: BigInt(capacity), available: BigInt(available), used: BigInt(used) };
}

/** Capacity above 0, and Available between 0 and Capacity. */
export function rangeFaults({ capacity, available, used }: CapacityNumbers): readonly string[] {
  const faults: string[] = [];
  if (capacity <= 0n) faults.push(`Capacity is ${capacity}; it must be more than 0.`);
  if (available < 0n) faults.push(`Available is ${available}; it must not be negative.`);
  if (available > capacity) faults.push(`Available is ${available}, more than the Capacity of ${capacity}.`);
  if (used < 0n) faults.push(`Used is ${used}; it must not be negative.`);
  return faults;
}

/** Available 0 while less than half is used: that is how a missing number looks (scality/Zenko#2472). */
export function fullWhenEmptyFaults({ capacity, available, used }: CapacityNumbers): readonly string[] {
  if (available !== 0n || capacity <= 0n || used * 2n >= capacity) return [];
  return [`Available is 0 although only ${used} of ${capacity} bytes are used.`];
}

/** Used and Available must fit into Capacity. */
export function sumFaults({ capacity, available, used }: CapacityNumbers): readonly string[] {
  if (used + available <= capacity) return [];
  return [`Used ${used} and Available ${available} are together more than the Capacity of ${capacity}.`];
}
