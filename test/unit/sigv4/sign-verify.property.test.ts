// What our signer signs our verifier accepts, and nothing that differs from it by a bit.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { S3_ERRORS } from '../../../src/s3/error.ts';
import { splitTarget } from '../../../src/s3/target.ts';
import { canonicalPath, canonicalRawQuery } from '../../../src/sigv4/canonical-request.ts';
import { createSigner } from '../../../src/sigv4/sign.ts';
import {
  ACCESS_KEY,
  HOST,
  NOW,
  type Pair,
  REGION,
  refusalOf,
  requestOf,
  SECRET,
  verifierOf,
} from './request-fixture.ts';

const signer = createSigner({ accessKeyId: ACCESS_KEY, secret: SECRET, region: REGION });
const verifier = verifierOf();

interface Message {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly Pair[];
}

const percentEscape = fc.tuple(fc.integer({ min: 0, max: 255 }), fc.boolean()).map(([byte, upper]) => {
  const hex = byte.toString(16).padStart(2, '0');
  return `%${upper ? hex.toUpperCase() : hex}`;
});
const pieceOf = (plain: string) =>
  fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...plain) }, percentEscape);
const path = fc
  .array(pieceOf("abcXYZ019-._~/!*'():;@,+$=&\xc3\xa0"), { maxLength: 25 })
  .map((pieces) => `/bucket/${pieces.join('')}`);
const query = fc.array(pieceOf('abcXYZ019-._~/!*+;:=&'), { maxLength: 25 }).map((pieces) => pieces.join(''));
const meta = fc
  .array(fc.constantFrom(...'abc019  \t"\xc3\xa0,;='), { maxLength: 20 })
  .map((letters) => letters.join('').replace(/^[ \t]+|[ \t]+$/g, ''));

const message: fc.Arbitrary<Message> = fc
  .record({
    method: fc.constantFrom('GET', 'PUT', 'DELETE'),
    path,
    query,
    metas: fc.array(meta, { maxLength: 3 }),
  })
  .map(({ method, path: rawPath, query: rawQuery, metas }) => {
    const headers: Pair[] = [['host', HOST], ...metas.map((value) => ['x-amz-meta-a', value] as const)];
    const input = { method, rawPath, rawQuery, headers, payloadHash: 'UNSIGNED-PAYLOAD' };
    const signed = signer.sign(input, NOW);
    return {
      method,
      target: rawQuery === '' ? rawPath : `${rawPath}?${rawQuery}`,
      headers: [
        ...headers,
        ['authorization', signed.authorization],
        ['x-amz-date', signed.amzDate],
        ['x-amz-content-sha256', signed.contentSha256],
      ],
    };
  });

function flip(text: string, at: number, bit: number): string {
  const index = at % text.length;
  const flipped = String.fromCharCode(text.charCodeAt(index) ^ (1 << bit));
  return text.slice(0, index) + flipped + text.slice(index + 1);
}

/** What the target means; undefined if it means nothing. */
function canonicalTarget(target: string): string | undefined {
  if (/%(?![0-9a-f]{2})/i.test(target)) return undefined;
  const { rawPath, rawQuery } = splitTarget(target);
  return `${canonicalPath(rawPath)}?${canonicalRawQuery(rawQuery)}`;
}

function expectRefusal(changed: Message): void {
  const error = refusalOf(() => verifier.verify(requestOf(changed), NOW));
  expect([400, 403, 501]).toContain(error.status);
  expect(error.status).toBe(S3_ERRORS[error.code].status);
}

const place = fc.nat({ max: 10_000 });
const bit = fc.integer({ min: 0, max: 7 });

describe('a request that our signer signed', () => {
  it('verifies', () => {
    fc.assert(
      fc.property(message, (sent) => {
        expect(verifier.verify(requestOf(sent), NOW).accessKeyId).toBe(ACCESS_KEY);
      }),
      { numRuns: 500 },
    );
  });

  it('is refused after a change of one bit in its path or query, unless that only spells the same key otherwise', () => {
    fc.assert(
      fc.property(message, place, bit, (sent, at, which) => {
        // The first byte is a slash in any request that reaches the verifier.
        const target = `/${flip(sent.target.slice(1), at, which)}`;
        fc.pre(canonicalTarget(target) !== canonicalTarget(sent.target));
        expectRefusal({ ...sent, target });
      }),
      { numRuns: 1000 },
    );
  });

  it('is refused after a change of one bit in a header', () => {
    fc.assert(
      fc.property(message, place, place, bit, (sent, header, at, which) => {
        const chosen = header % sent.headers.length;
        const [name, value] = sent.headers[chosen] ?? ['', ''];
        fc.pre(value !== '');
        const changed = flip(value, at, which);
        // White space in an Authorization header and in a value counts only as being there.
        const spaces = (text: string) => text.replace(/[ \t]+/g, ' ');
        fc.pre(spaces(changed) !== spaces(value));
        expectRefusal({ ...sent, headers: sent.headers.with(chosen, [name, changed]) });
      }),
      { numRuns: 1000 },
    );
  });

  it('is refused after a change of one bit in its method', () => {
    fc.assert(
      fc.property(message, place, bit, (sent, at, which) => {
        expectRefusal({ ...sent, method: flip(sent.method, at, which) });
      }),
    );
  });

  it('is refused without one of its headers', () => {
    fc.assert(
      fc.property(message, place, (sent, header) => {
        expectRefusal({ ...sent, headers: sent.headers.toSpliced(header % sent.headers.length, 1) });
      }),
    );
  });
});
