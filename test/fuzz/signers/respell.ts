// The same request spelt otherwise: parameters in another order, characters raw or escaped. It must still verify.
import fc from 'fast-check';
import type { WireRequest } from './signing-job.ts';

export interface Spelling {
  /** Where the parameters are cut and put together the other way round. */
  readonly rotate: number;
  /** Taken in turn, one for each character. */
  readonly pattern: readonly ('as it is' | 'raw' | 'lower' | 'escaped')[];
}

export const spelling: fc.Arbitrary<Spelling> = fc.record({
  rotate: fc.nat({ max: 5 }),
  pattern: fc.oneof(
    { weight: 1, arbitrary: fc.constant(['as it is' as const]) },
    {
      weight: 2,
      arbitrary: fc.array(fc.constantFrom('as it is', 'raw', 'lower', 'escaped'), {
        minLength: 1,
        maxLength: 7,
      }),
    },
  ),
});

const UNRESERVED = /^[A-Za-z0-9._~-]$/;
// What would mean something else raw, or cannot stand in a request line.
const NEVER_RAW_IN_PATH = /[^!-~]|[/?#%]/;
const NEVER_RAW_IN_QUERY = /[^!-~]|[#%&=]/;

export function respelt(request: WireRequest, { rotate, pattern }: Spelling): WireRequest {
  const [path = '', query] = splitOnce(request.target, '?');
  const bucketEnd = path.indexOf('/', 1);
  const signedKey = path.slice(bucketEnd);
  // Most signers sign an encoded slash as it stands, so only that very spelling is signed.
  const key = /%2f/i.test(signedKey) ? signedKey : respellText(signedKey, pattern, NEVER_RAW_IN_PATH);
  if (query === undefined) return { ...request, target: path.slice(0, bucketEnd) + key };
  const pieces = query.split('&');
  const at = rotate % pieces.length;
  const parameters = [...pieces.slice(at), ...pieces.slice(0, at)].map((piece) => {
    const [name = '', value] = splitOnce(piece, '=');
    const spelt = respellText(name, pattern, NEVER_RAW_IN_QUERY);
    if (value === undefined) return rotate % 2 === 0 ? spelt : `${spelt}=`;
    if (value === '' && rotate % 2 === 1) return spelt;
    return `${spelt}=${respellText(value, pattern, NEVER_RAW_IN_QUERY)}`;
  });
  return { ...request, target: `${path.slice(0, bucketEnd)}${key}?${parameters.join('&')}` };
}

function respellText(text: string, pattern: Spelling['pattern'], neverRaw: RegExp): string {
  let index = 0;
  return text.replace(/%[0-9A-Fa-f]{2}|./gs, (piece) => {
    const how = pattern[index++ % pattern.length];
    const byte = piece.length === 3 ? String.fromCharCode(Number.parseInt(piece.slice(1), 16)) : piece;
    if (how === 'raw' && !neverRaw.test(byte)) return byte;
    if (how === 'lower') return piece.length === 3 ? piece.toLowerCase() : piece;
    if (how === 'escaped' && UNRESERVED.test(byte)) return `%${byte.charCodeAt(0).toString(16)}`;
    return piece;
  });
}

function splitOnce(text: string, mark: string): readonly [string, string | undefined] {
  const at = text.indexOf(mark);
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
