// Percent-encoding and the canonical query against loops over bytes.
import { deepStrictEqual, match, strictEqual } from 'node:assert';
import fc from 'fast-check';
import { S3Error } from '../../../src/s3/error.ts';
import { percentDecode } from '../../../src/s3/percent-encoding.ts';
import { splitTarget } from '../../../src/s3/target.ts';
import { canonicalRawQuery } from '../../../src/sigv4/canonical-request.ts';
import { encodeUri, encodeUriPath } from '../../../src/sigv4/uri-encoding.ts';
import { fuzzTarget } from '../fuzz-target.ts';
import { decodedBytes } from './percent-bytes.ts';

interface TextCase {
  /** One character a byte (latin1). */
  readonly text: string;
  readonly query: string;
}

const byteOrEscape = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(..."aZ0-._~/+ %&=;:@!*'()") },
  { weight: 1, arbitrary: fc.constantFrom('%25', '%2525', '%41', '%c3%A9') },
  { weight: 1, arbitrary: fc.nat({ max: 255 }).map((code) => String.fromCharCode(code)) },
);
const PIECES = [
  'a',
  'b',
  'a-b',
  'A',
  '~',
  '=',
  '==',
  '&',
  '&&',
  '+',
  ';',
  ',',
  '%26',
  '%2526',
  '%25',
  '%3d',
  '%3D',
  '%7e',
  '%2B',
  '%20',
  '%00',
  '%ff',
  '!',
  "'",
  '(',
  '*',
  '?',
  '/',
  '%',
];

export const percentEncodingTarget = fuzzTarget<TextCase>({
  name: 'percent-encoding',
  arbitrary: fc.record({
    text: fc.array(byteOrEscape, { maxLength: 30 }).map((all) => all.join('')),
    query: fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }).map((all) => all.join('')),
  }),
  suiteRuns: 4000,
  atLeast: { 'texts decoded': 500, 'queries canonical': 1000 },
  open: () => ({
    check({ text, query }, tally) {
      strictEqual(decodedBytes(encodeUri(text)), text);
      match(encodeUri(text), /^(?:[A-Za-z0-9\-._~]|%[0-9A-F]{2})*$/);
      strictEqual(encodeUriPath(text), text.split('/').map(encodeUri).join('/'));
      const decoded = decodedBytes(text);
      strictEqual(
        orRefused(() => percentDecode(text)),
        decoded,
      );
      if (decoded !== undefined) tally.add('texts decoded');

      const canonical = orRefused(() => canonicalRawQuery(query));
      strictEqual(canonical === undefined, decodedBytes(query) === undefined);
      if (canonical === undefined) return;
      tally.add('queries canonical');
      strictEqual(canonicalRawQuery(canonical), canonical);
      deepStrictEqual(sortedPairs(canonical), sortedPairs(query));
      deepStrictEqual(canonical === '' ? [] : canonical.split('&').map(named), sortedPairs(query));
    },
  }),
});

function orRefused(read: () => string): string | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof S3Error) return undefined;
    throw error;
  }
}

/** Name and value, each spelt canonically. */
function named(piece: string): readonly [string, string] {
  const equals = piece.indexOf('=');
  const raw = equals === -1 ? [piece, ''] : [piece.slice(0, equals), piece.slice(equals + 1)];
  const [name = '', value = ''] = raw.map((part) => spelt(decodedBytes(part) ?? ''));
  return [name, value];
}

function spelt(bytes: string): string {
  return [...Buffer.from(bytes, 'latin1')]
    .map((code) => {
      const character = String.fromCharCode(code);
      return /[\w.~-]/.test(character) ? character : `%${code.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
}

function sortedPairs(query: string): readonly (readonly [string, string])[] {
  strictEqual(splitTarget(`/?${query}`).rawQuery, query);
  return query
    .split('&')
    .filter((piece) => piece !== '')
    .map(named)
    .sort(
      ([a, x], [b, y]) =>
        Buffer.compare(Buffer.from(a), Buffer.from(b)) || Buffer.compare(Buffer.from(x), Buffer.from(y)),
    );
}
