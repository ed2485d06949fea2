// What the writer frames, the reader takes apart again, and it is as long as was said.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CHECKSUM_ALGORITHMS, createChecksum } from '../../../src/s3/checksum.ts';
import { AwsChunkedReader } from '../../../src/sigv4/aws-chunked-reader.ts';
import { AwsChunkedWriter, chunkedLength, unsignedForm } from '../../../src/sigv4/aws-chunked-writer.ts';

const MIB = 1024 * 1024;

test.each(CHECKSUM_ALGORITHMS)('any slices, with %s behind them', async (algorithm) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(fc.nat(100), fc.constantFrom(MIB - 1, MIB, MIB + 1)), { maxLength: 4 }),
      async (sizes) => {
        const slices = sizes.map((size, index) => Buffer.alloc(size, index + 1));
        const body = Buffer.concat(slices);
        const checksum = await createChecksum(algorithm);
        checksum.update(body);
        const value = checksum.digest();
        const form = unsignedForm(body.length, algorithm);
        const framed: Buffer[] = [];
        const writer = new AwsChunkedWriter(form, (bytes) => framed.push(bytes));
        for (const slice of slices) writer.data(slice);
        writer.end(value);
        const whole = Buffer.concat(framed);
        expect(whole.length).toBe(chunkedLength(form));

        const decoded: Buffer[] = [];
        const reader = new AwsChunkedReader({
          decodedLength: body.length,
          signatures: undefined,
          trailers: [form.trailer],
          onData: (data) => decoded.push(data),
        });
        reader.write(whole);
        expect([...reader.end()]).toEqual([[form.trailer, value]]);
        expect(Buffer.concat(decoded).equals(body)).toBe(true);
      },
    ),
    { numRuns: 20 },
  );
});
