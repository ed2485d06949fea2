// The reader of aws-chunked bodies: right bodies come out whole however they are cut, changed ones are refused or mean the same.
import { deepStrictEqual, ok } from 'node:assert';
import fc from 'fast-check';
import { S3Error } from '../../../src/s3/error.ts';
import { AwsChunkedReader } from '../../../src/sigv4/aws-chunked-reader.ts';
import { ChunkSignatures } from '../../../src/sigv4/chunk-signatures.ts';
import { credentialScope } from '../../../src/sigv4/credential-scope.ts';
import { HmacKey } from '../../../src/sigv4/hmac-key.ts';
import { SigningKey } from '../../../src/sigv4/signing-key.ts';
import { type ByteChange, byteChange, changed, cutAt } from '../byte-changes.ts';
import { fuzzTarget, type Tally } from '../fuzz-target.ts';
import {
  AMZ_DATE,
  type BodyToFrame,
  type FramedRun,
  frameBody,
  REGION,
  SEED,
  SIGNING_KEY,
} from './frame-body.ts';

interface ChunkCase {
  readonly body: BodyToFrame;
  readonly cuts: readonly number[];
  /** Taken in turn, one for each byte of the framed body. */
  readonly changes: readonly ByteChange[];
  readonly floodAt: number;
}

interface Decoded {
  readonly data: string;
  /** Undefined where the body was refused. */
  readonly trailers: ReadonlyMap<string, string> | undefined;
}

// Cutting in two at each byte costs the square of the length.
const MAX_LENGTH_CUT_EVERYWHERE = 600;
const MAX_DATA_CHANGES = 100;
const LONGEST_LINE = 1024;
const FLOOD = 'a'.repeat(LONGEST_LINE + 1);

const data = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .array(fc.constantFrom(...'abc019 \0\xff', '\r\n', '0\r\n\r\n', '1\r\nX\r\n'), {
        minLength: 1,
        maxLength: 8,
      })
      .map((all) => all.join('')),
  },
  {
    weight: 3,
    arbitrary: fc
      .array(fc.constantFrom(...'abc019 \0\xff\n'), { minLength: 1, maxLength: 20 })
      .map((all) => all.join('')),
  },
  { weight: 1, arbitrary: fc.integer({ min: 250, max: 5000 }).map((length) => 'x'.repeat(length)) },
);
const trailer = fc.tuple(
  fc.constantFrom('x-amz-checksum-crc32', 'x-amz-checksum-crc32c', 'x-amz-checksum-sha256', 'x-amz-meta-t'),
  fc.constantFrom('AAAAAA==', 'wdBDMA==', 'a:b', ''),
);
const body: fc.Arbitrary<BodyToFrame> = fc.record({
  chunks: fc.array(data, { maxLength: 4 }),
  signed: fc.boolean(),
  trailers: fc.option(fc.uniqueArray(trailer, { maxLength: 3, selector: ([name]) => name }), {
    nil: undefined,
    freq: 2,
  }),
  upperCaseSizes: fc.boolean(),
});

function check({ body: toFrame, cuts, changes, floodAt }: ChunkCase, tally: Tally): void {
  const runs = frameBody(toFrame);
  const wire = runs.map(({ bytes }) => bytes).join('');
  const whole: Decoded = {
    data: toFrame.chunks.join(''),
    trailers: trailersOf(decode([wire], toFrame)),
  };
  deepStrictEqual(
    Object.fromEntries(ownTrailers(whole, toFrame)),
    Object.fromEntries(toFrame.trailers ?? []),
  );
  checkCuts(wire, cuts, toFrame, whole);
  tally.add(toFrame.signed ? 'signed' : 'unsigned');

  const kinds = runs.flatMap(({ kind, bytes }) => Array<FramedRun['kind']>(bytes.length).fill(kind));
  // Data that looks like framing can be taken for it where a size is changed and nothing is signed.
  const isTelling = toFrame.signed || !whole.data.includes('\r');
  // All of the framing, and of long data enough.
  const stride = 1 + Math.floor(whole.data.length / MAX_DATA_CHANGES);
  for (const [at, kind] of kinds.entries()) {
    if (kind === 'data' && at % stride !== 0) continue;
    const change = changes[at % changes.length];
    if (change === undefined) continue;
    const other = changed(wire, { ...change, at });
    const decoded = decode(cutAt(other, cuts), toFrame);
    tally.add(decoded.trailers === undefined ? 'changed and refused' : 'changed and decoded');
    if (decoded.trailers === undefined || other === wire) continue;
    ok(decoded.data.length === whole.data.length, `a body of another length after a change at ${at}`);
    if (toFrame.signed || (kind === 'frame' && isTelling && touchesOnly(kinds, change, at))) {
      deepStrictEqual(
        decoded,
        { ...whole, trailers: decoded.trailers },
        `changed at ${at}: ${JSON.stringify(other)}`,
      );
      deepStrictEqual(ownTrailers(decoded, toFrame), ownTrailers(whole, toFrame), `changed at ${at}`);
    }
  }
  for (const behind of ['\r\n', '\0', wire]) {
    ok(decode(cutAt(wire + behind, cuts), toFrame).trailers === undefined, 'bytes behind the end were taken');
  }
  const flooded = changed(wire, { kind: 'insert', at: floodAt, byte: FLOOD });
  ok(decode([...flooded], toFrame).trailers === undefined, 'a line without an end was taken');
}

function checkCuts(wire: string, cuts: readonly number[], toFrame: BodyToFrame, whole: Decoded): void {
  deepStrictEqual(decode([wire], toFrame), whole, 'in one piece');
  deepStrictEqual(decode(cutAt(wire, cuts), toFrame), whole, 'cut at random places');
  if (wire.length > MAX_LENGTH_CUT_EVERYWHERE) return;
  deepStrictEqual(decode([...wire], toFrame), whole, 'byte by byte');
  for (let at = 1; at < wire.length; at++) {
    deepStrictEqual(decode([wire.slice(0, at), wire.slice(at)], toFrame), whole, `cut in two at ${at}`);
    ok(decode([wire.slice(0, at)], toFrame).trailers === undefined, `cut off at ${at} and taken for whole`);
  }
}

function decode(pieces: readonly string[], { chunks, signed, trailers }: BodyToFrame): Decoded {
  const decodedLength = chunks.join('').length;
  let decoded = '';
  const context = {
    signingKey: new SigningKey(new HmacKey(SIGNING_KEY), credentialScope(AMZ_DATE.slice(0, 8), REGION)),
    amzDate: AMZ_DATE,
  };
  const reader = new AwsChunkedReader({
    decodedLength,
    signatures: signed ? new ChunkSignatures(context, SEED) : undefined,
    trailers: trailers?.map(([name]) => name),
    onData(slice) {
      decoded += slice.toString('latin1');
      ok(decoded.length <= decodedLength, 'more than was announced');
    },
  });
  try {
    for (const piece of pieces) reader.write(Buffer.from(piece, 'latin1'));
    return { data: decoded, trailers: reader.end() };
  } catch (error) {
    if (error instanceof S3Error) return { data: decoded, trailers: undefined };
    throw error;
  }
}

/** Without the one that signs the others. */
function ownTrailers(decoded: Decoded, { signed }: BodyToFrame): readonly (readonly [string, string])[] {
  return [...(decoded.trailers ?? [])].filter(([name]) => !signed || name !== 'x-amz-trailer-signature');
}

function trailersOf({ trailers }: Decoded): ReadonlyMap<string, string> {
  if (trailers === undefined) throw new Error('a right body was refused');
  return trailers;
}

/** Deleting and repeating reach beyond the byte that they begin at. */
function touchesOnly(kinds: readonly FramedRun['kind'][], change: ByteChange, at: number): boolean {
  if (change.kind !== 'delete' && change.kind !== 'repeat') return true;
  return kinds.slice(at, at + change.length).every((kind) => kind === 'frame');
}

export const chunkReaderTarget = fuzzTarget<ChunkCase>({
  name: 'chunk-reader',
  arbitrary: fc.record({
    body,
    cuts: fc.array(fc.nat({ max: 6000 }), { maxLength: 4 }),
    changes: fc.array(byteChange('\r\n;:=0159aAfF \0x\x80'), { minLength: 5, maxLength: 11 }),
    floodAt: fc.nat({ max: 6000 }),
  }),
  suiteRuns: 40,
  atLeast: { signed: 10, unsigned: 10, 'changed and refused': 2000 },
  open: () => ({ check }),
});
