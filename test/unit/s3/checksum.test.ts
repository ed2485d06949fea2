// Checksums: check values that are public, streaming in any slices, and combination against direct computation.
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CHECKSUM_ALGORITHMS,
  type ChecksumAlgorithm,
  canCombine,
  checksumHeader,
  combinedChecksum,
  compositeChecksum,
  createChecksum,
  isChecksum,
} from '../../../src/s3/checksum.ts';

const CRCS = CHECKSUM_ALGORITHMS.filter(canCombine);

async function checksumOf(algorithm: ChecksumAlgorithm, ...slices: Uint8Array[]): Promise<string> {
  const running = await createChecksum(algorithm);
  for (const slice of slices) running.update(slice);
  return running.digest();
}

function base64(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64');
}

/** Cuts bytes at arbitrary places, empty pieces included. */
function pieces(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const borders = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return borders.slice(1).map((end, at) => bytes.subarray(borders[at], end));
}

describe('checksums', () => {
  it.each([
    ['CRC32', 'cbf43926'],
    ['CRC32C', 'e3069283'],
    ['CRC64NVME', 'ae8b14860a799888'],
    ['SHA1', 'f7c3bc1d808e04732adf679965ccc34ca7ae3441'],
    ['SHA256', '15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225'],
  ] as const)('%s of 123456789 is its published check value', async (algorithm, hex) => {
    expect(await checksumOf(algorithm, Buffer.from('123456789'))).toBe(base64(hex));
  });

  it.each([
    ['CRC32', 'AAAAAA=='],
    ['CRC32C', 'AAAAAA=='],
    ['CRC64NVME', 'AAAAAAAAAAA='],
    ['SHA1', '2jmj7l5rSw0yVb/vlWAYkK/YBwk='],
    ['SHA256', '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='],
  ] as const)('%s of nothing', async (algorithm, expected) => {
    expect(await checksumOf(algorithm)).toBe(expected);
    expect(await checksumOf(algorithm, new Uint8Array(0))).toBe(expected);
  });

  it.each(CHECKSUM_ALGORITHMS)('%s is the same however the bytes are cut', async (algorithm) => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 50_000, size: 'max' }),
        fc.array(fc.nat(), { maxLength: 6 }),
        async (bytes, cuts) => {
          expect(await checksumOf(algorithm, ...pieces(bytes, cuts))).toBe(
            await checksumOf(algorithm, bytes),
          );
        },
      ),
      { numRuns: 50 },
    );
  });

  it.each(CHECKSUM_ALGORITHMS)('%s: many at a time do not disturb each other', async (algorithm) => {
    const running = await Promise.all(Array.from({ length: 50 }, () => createChecksum(algorithm)));
    for (const half of ['12345', '6789'])
      for (const [at, one] of running.entries()) one.update(Buffer.from(`${half}${at}`));
    const digests = running.map((one) => one.digest());
    for (const [at, digest] of digests.entries())
      expect(digest).toBe(await checksumOf(algorithm, Buffer.from(`12345${at}6789${at}`)));
  });

  it.each(CHECKSUM_ALGORITHMS)('%s keeps no reference to a slice', async (algorithm) => {
    const slice = Buffer.from('123456789');
    const running = await createChecksum(algorithm);
    running.update(slice);
    slice.fill(0);
    expect(running.digest()).toBe(await checksumOf(algorithm, Buffer.from('123456789')));
  });

  it('has a header for each', () => {
    expect(CHECKSUM_ALGORITHMS.map(checksumHeader)).toEqual([
      'x-amz-checksum-crc32',
      'x-amz-checksum-crc32c',
      'x-amz-checksum-crc64nvme',
      'x-amz-checksum-sha1',
      'x-amz-checksum-sha256',
    ]);
  });
});

describe('isChecksum', () => {
  it.each(CHECKSUM_ALGORITHMS)('takes what %s gives', async (algorithm) => {
    expect(isChecksum(algorithm, await checksumOf(algorithm, Buffer.from('x')))).toBe(true);
  });

  it.each([
    ['too short', 'AAAA'],
    ['too long', 'AAAAAAAA'],
    ['without padding', 'y/Q5Jg'],
    ['in the URL alphabet', 'y_Q5Jg=='],
    ['with white space', 'y/Q5 Jg=='],
    ['with bits left over', 'y/Q5Jh=='],
    ['composite', 'y/Q5Jg==-2'],
    ['hexadecimal', 'cbf43926'],
    ['empty', ''],
  ])('refuses a CRC32 that is %s', (_what, text) => {
    expect(isChecksum('CRC32', text)).toBe(false);
  });
});

describe('compositeChecksum', () => {
  it('is the checksum of the raw checksums, with the number of parts', async () => {
    const parts = [Buffer.from('first'), Buffer.from('second'), Buffer.from('')];
    const raw = parts.map((part) => createHash('sha256').update(part).digest());
    const expected = createHash('sha256').update(Buffer.concat(raw)).digest('base64');
    const checksums = raw.map((one) => one.toString('base64'));
    expect(await compositeChecksum('SHA256', checksums)).toBe(`${expected}-3`);
  });

  it('of one part is not that part', async () => {
    expect(await compositeChecksum('CRC32', ['y/Q5Jg=='])).toMatch(/^[A-Za-z0-9+/]{6}==-1$/);
    expect(await compositeChecksum('CRC32', ['y/Q5Jg=='])).not.toBe('y/Q5Jg==-1');
  });
});

describe('combinedChecksum', () => {
  it.each(CRCS)('%s of parts is that of the whole, with any cuts', async (algorithm) => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 20_000, size: 'max' }),
        fc.array(fc.nat(), { maxLength: 8 }),
        async (bytes, cuts) => {
          const parts = await Promise.all(
            pieces(bytes, cuts).map(async (piece) => ({
              checksum: await checksumOf(algorithm, piece),
              size: piece.length,
            })),
          );
          expect(combinedChecksum(algorithm, parts)).toBe(await checksumOf(algorithm, bytes));
        },
      ),
    );
  });

  it.each(CRCS)('%s: sizes beyond 32 bits', async (algorithm) => {
    // Twice the same shift is the shift by the sum, so a size that nobody wants to hash can be checked against its halves.
    const nothing = (await checksumOf(algorithm, new Uint8Array(0))) as string;
    const start = { checksum: await checksumOf(algorithm, Buffer.from('start')), size: 5 };
    const half = 4_294_967_296 + 12_345;
    const zero = (size: number) => ({ checksum: nothing, size });
    expect(combinedChecksum(algorithm, [start, zero(2 * half)])).toBe(
      combinedChecksum(algorithm, [start, zero(half), zero(half)]),
    );
  });

  it('of no parts is that of nothing', () => {
    expect(combinedChecksum('CRC64NVME', [])).toBe('AAAAAAAAAAA=');
  });

  it('depends on the order of the parts', async () => {
    const a = { checksum: await checksumOf('CRC32C', Buffer.from('a')), size: 1 };
    const b = { checksum: await checksumOf('CRC32C', Buffer.from('b')), size: 1 };
    expect(combinedChecksum('CRC32C', [a, b])).not.toBe(combinedChecksum('CRC32C', [b, a]));
  });

  it.each(['SHA1', 'SHA256'] as const)('refuses %s', (algorithm) => {
    expect(() => combinedChecksum(algorithm, [])).toThrow(RangeError);
  });
});
