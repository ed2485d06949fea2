// The checksums that S3 knows besides MD5 (Amazon S3 User Guide, "Checking object integrity"): computed as bytes stream by,
// and put together out of the checksums of parts.
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { createCRC32, createCRC64, type IHasher } from 'hash-wasm';

export const CHECKSUM_ALGORITHMS = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const;
export type ChecksumAlgorithm = (typeof CHECKSUM_ALGORITHMS)[number];

interface AlgorithmEntry {
  readonly header: string;
  /** Length of the raw checksum. */
  readonly bytes: number;
  /** The generator polynomial in reversed bit order, for those that can be combined. */
  readonly polynomial: bigint | undefined;
}

const ALGORITHMS: Readonly<Record<ChecksumAlgorithm, AlgorithmEntry>> = {
  CRC32: { header: 'x-amz-checksum-crc32', bytes: 4, polynomial: 0xedb88320n },
  CRC32C: { header: 'x-amz-checksum-crc32c', bytes: 4, polynomial: 0x82f63b78n },
  CRC64NVME: { header: 'x-amz-checksum-crc64nvme', bytes: 8, polynomial: 0x9a6c9329ac4bc9b5n },
  SHA1: { header: 'x-amz-checksum-sha1', bytes: 20, polynomial: undefined },
  SHA256: { header: 'x-amz-checksum-sha256', bytes: 32, polynomial: undefined },
};

/** The header that carries such a checksum, in lower case: `x-amz-checksum-crc32` … */
export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return ALGORITHMS[algorithm].header;
}

/** The algorithm of a header name in lower case; undefined where it is no checksum's. */
export function checksumAlgorithmOf(header: string): ChecksumAlgorithm | undefined {
  return CHECKSUM_ALGORITHMS.find((algorithm) => ALGORITHMS[algorithm].header === header);
}

/** How many characters of base64 such a checksum has. */
export function checksumLength(algorithm: ChecksumAlgorithm): number {
  return 4 * Math.ceil(ALGORITHMS[algorithm].bytes / 3);
}

/** Whether a text is the base64 of as many bytes as the algorithm gives, in the one way that base64 writes them. */
export function isChecksum(algorithm: ChecksumAlgorithm, text: string): boolean {
  const raw = Buffer.from(text, 'base64');
  return raw.length === ALGORITHMS[algorithm].bytes && raw.toString('base64') === text;
}

/** A checksum on its way: slices may be reused by their owner as soon as `update` returns. */
export interface RunningChecksum {
  update(slice: Uint8Array): void;
  /** Base64 of the big-endian bytes. To be called once, at the end. */
  digest(): string;
}

/** Begins a checksum; each is independent of all others. */
export async function createChecksum(algorithm: ChecksumAlgorithm): Promise<RunningChecksum> {
  switch (algorithm) {
    case 'CRC32':
      return runningCrc32();
    case 'CRC32C':
      return runningWasm(await createCRC32(0x82f63b78));
    case 'CRC64NVME':
      return runningWasm(await createCRC64('9a6c9329ac4bc9b5'));
    case 'SHA1':
      return runningHash('sha1');
    case 'SHA256':
      return runningHash('sha256');
  }
}

function runningCrc32(): RunningChecksum {
  let crc = 0;
  return {
    update(slice) {
      crc = crc32(slice, crc);
    },
    digest() {
      const raw = Buffer.alloc(4);
      raw.writeUInt32BE(crc);
      return raw.toString('base64');
    },
  };
}

function runningWasm(hasher: IHasher): RunningChecksum {
  hasher.init();
  return {
    update(slice) {
      hasher.update(slice);
    },
    digest() {
      return Buffer.from(hasher.digest('binary')).toString('base64');
    },
  };
}

function runningHash(name: 'sha1' | 'sha256'): RunningChecksum {
  const hash = createHash(name);
  return {
    update(slice) {
      hash.update(slice);
    },
    digest() {
      return hash.digest('base64');
    },
  };
}

/**
 * The COMPOSITE checksum of a multipart object: the checksum of the parts' raw checksums one behind another, with `-` and
 * the number of parts behind it.
 */
export async function compositeChecksum(
  algorithm: ChecksumAlgorithm,
  parts: readonly string[],
): Promise<string> {
  const running = await createChecksum(algorithm);
  for (const part of parts) running.update(Buffer.from(part, 'base64'));
  return `${running.digest()}-${parts.length}`;
}

/** Whether the checksum of a whole can be had from those of its parts: so with CRCs, and not with SHA. */
export function canCombine(algorithm: ChecksumAlgorithm): boolean {
  return ALGORITHMS[algorithm].polynomial !== undefined;
}

/**
 * The FULL_OBJECT checksum of a multipart object: that of all its bytes, out of the checksums (base64) and sizes of its
 * parts. Throws RangeError for SHA1 and SHA256, which cannot be combined.
 */
export function combinedChecksum(
  algorithm: ChecksumAlgorithm,
  parts: readonly { readonly checksum: string; readonly size: number }[],
): string {
  const { polynomial, bytes } = ALGORITHMS[algorithm];
  if (polynomial === undefined) throw new RangeError(`${algorithm} cannot be combined`);
  const field = crcField(polynomial, bytes * 8);
  // Nearly all parts of an upload have the same size.
  const shifts = new Map<number, bigint>();
  let whole = 0n;
  for (const { checksum, size } of parts) {
    let shift = shifts.get(size);
    if (shift === undefined) {
      shift = field.power(size * 8);
      shifts.set(size, shift);
    }
    whole = field.multiply(shift, whole) ^ BigInt(`0x${Buffer.from(checksum, 'base64').toString('hex')}`);
  }
  return Buffer.from(whole.toString(16).padStart(bytes * 2, '0'), 'hex').toString('base64');
}

/** Polynomials over GF(2) modulo a CRC's generator, in its reversed bit order: the highest bit is x^0. */
interface CrcField {
  multiply(a: bigint, b: bigint): bigint;
  /** x^exponent. */
  power(exponent: number): bigint;
}

/**
 * A CRC is a remainder, so appending n bytes multiplies it by x^8n and adds the CRC of what is appended; the presets and
 * inversions at both ends cancel out (zlib's crc32_combine does the same).
 */
function crcField(polynomial: bigint, width: number): CrcField {
  const one = 1n << BigInt(width - 1);
  const multiply = (a: bigint, b: bigint): bigint => {
    let product = 0n;
    let shifted = b;
    for (let bit = one; bit > 0n; bit >>= 1n) {
      if ((a & bit) !== 0n) product ^= shifted;
      shifted = (shifted & 1n) === 1n ? (shifted >> 1n) ^ polynomial : shifted >> 1n;
    }
    return product;
  };
  return {
    multiply,
    power(exponent) {
      let result = one;
      let square = one >> 1n;
      for (let left = exponent; left > 0; left = Math.floor(left / 2)) {
        if (left % 2 === 1) result = multiply(result, square);
        square = multiply(square, square);
      }
      return result;
    },
  };
}
