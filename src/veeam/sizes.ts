// The one place that converts the sizes of VBR, which speaks GB and TB with fractions. Veeam ONE speaks bytes.

/** A GB of VBR is taken as 2^30 bytes until a real server shows otherwise; no document says which it is (2026-11). */
export const BYTES_PER_GB = 2n ** 30n;
export const BYTES_PER_TB = 2n ** 40n;

/**
 * Whole bytes, rounded to the nearest: a power of two only moves the exponent, so nothing else is lost. RangeError for
 * what is no size.
 */
export function bytesOfGB(gigabytes: number): bigint {
  const bytes = Math.round(gigabytes * Number(BYTES_PER_GB));
  if (!Number.isFinite(bytes) || bytes < 0) throw new RangeError(`${gigabytes} is no number of GB`);
  return BigInt(bytes);
}

/** The nearest double: above 8 PiB the last bytes are lost. */
export function gbOfBytes(bytes: bigint): number {
  return Number(bytes) / Number(BYTES_PER_GB);
}
