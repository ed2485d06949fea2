// The writer of unsigned chunks: as long as it says beforehand, and read back the same by a loop that knows only the format.
import { deepStrictEqual, ok, strictEqual } from 'node:assert';
import fc from 'fast-check';
import { CHECKSUM_ALGORITHMS, type ChecksumAlgorithm } from '../../../src/s3/checksum.ts';
import { AwsChunkedWriter, chunkedLength, unsignedForm } from '../../../src/sigv4/aws-chunked-writer.ts';
import { fuzzTarget } from '../fuzz-target.ts';

interface WriterCase {
  readonly length: number;
  readonly algorithm: ChecksumAlgorithm;
  /** Sizes of the slices that the body comes in, taken in turn. */
  readonly slices: readonly number[];
}

const MIB = 1024 * 1024;

const length = fc.oneof(
  fc.nat({ max: 300 }),
  fc
    .tuple(fc.constantFrom(1, 2, 3), fc.integer({ min: -20, max: 0 }))
    .map(([chunks, offset]) => chunks * MIB + offset),
  fc.integer({ min: 0, max: 3 * MIB }),
);

/** 251 is prime, so a byte differs from the one a chunk away. */
function someBytes(count: number): Buffer {
  const bytes = Buffer.alloc(count);
  for (let at = 0; at < count; at++) bytes[at] = at % 251;
  return bytes;
}

/** The data and the trailer's line. */
function readBack(framed: Buffer): { readonly data: Buffer; readonly trailer: string } {
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = framed.indexOf('\r\n', at);
    const size = framed.toString('latin1', at, lineEnd);
    ok(/^[0-9a-f]+$/.test(size), `a size of "${size}"`);
    const bytes = Number.parseInt(size, 16);
    const start = lineEnd + 2;
    if (bytes === 0) {
      const trailer = framed.toString('latin1', start);
      ok(trailer.endsWith('\r\n\r\n'), 'the trailer has no end');
      return { data: Buffer.concat(chunks), trailer: trailer.slice(0, -4) };
    }
    chunks.push(framed.subarray(start, start + bytes));
    at = start + bytes + 2;
    strictEqual(framed.toString('latin1', at - 2, at), '\r\n');
  }
}

export const chunkWriterTarget = fuzzTarget<WriterCase>({
  name: 'chunk-writer',
  arbitrary: fc.record({
    length,
    algorithm: fc.constantFrom(...CHECKSUM_ALGORITHMS),
    slices: fc.array(fc.oneof(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 2 * MIB })), {
      minLength: 1,
      maxLength: 5,
    }),
  }),
  suiteRuns: 60,
  atLeast: { 'in one chunk': 15, 'in several': 5 },
  open() {
    const source = someBytes(3 * MIB);
    return {
      check({ length: bytes, algorithm, slices }, tally) {
        const form = unsignedForm(bytes, algorithm);
        const framed: Buffer[] = [];
        const writer = new AwsChunkedWriter(form, (slice) => framed.push(Buffer.from(slice)));
        const body = source.subarray(0, bytes);
        // Tiny slices of a large body only cost time.
        const least = Math.ceil(bytes / 2000);
        for (let at = 0, index = 0; at < bytes; index++) {
          const size = Math.max(least, slices[index % slices.length] ?? 1);
          writer.data(body.subarray(at, at + size));
          at += size;
        }
        const value = 'c'.repeat(form.trailerLength);
        writer.end(value);
        tally.add(bytes <= MIB ? 'in one chunk' : 'in several');
        const whole = Buffer.concat(framed);
        strictEqual(whole.length, chunkedLength(form), 'not as long as it said');
        const { data, trailer } = readBack(whole);
        ok(data.equals(body), 'other data');
        deepStrictEqual(trailer, `${form.trailer}:${value}`);
      },
    };
  },
});
