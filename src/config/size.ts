// Sizes as people write them: a number and its unit, `10TiB`, `1.5GB`, `512B`. Always whole bytes, as bigint.

const BYTES_PER_UNIT: Readonly<Record<string, bigint>> = {
  B: 1n,
  KiB: 2n ** 10n,
  MiB: 2n ** 20n,
  GiB: 2n ** 30n,
  TiB: 2n ** 40n,
  PiB: 2n ** 50n,
  KB: 10n ** 3n,
  MB: 10n ** 6n,
  GB: 10n ** 9n,
  TB: 10n ** 12n,
  PB: 10n ** 15n,
};

export const SIZE_PATTERN = '^[0-9]{1,18}(\\.[0-9]{1,18})? ?(B|KiB|MiB|GiB|TiB|PiB|KB|MB|GB|TB|PB)$';

const SIZE = /^(\d{1,18})(?:\.(\d{1,18}))? ?([KMGTP]?i?B)$/;

/** The bytes of a size; undefined without a unit, with an unknown one, or when the bytes are not whole. */
export function parseSize(text: string): bigint | undefined {
  const [, whole = '', fraction = '', unit = ''] = SIZE.exec(text) ?? [];
  const bytesPerUnit = BYTES_PER_UNIT[unit];
  if (bytesPerUnit === undefined) return undefined;
  const scale = 10n ** BigInt(fraction.length);
  const scaledBytes = BigInt(whole + fraction) * bytesPerUnit;
  return scaledBytes % scale === 0n ? scaledBytes / scale : undefined;
}
