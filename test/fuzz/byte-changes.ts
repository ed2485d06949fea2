// Changes of a few bytes, as data, so that a counterexample prints and shrinks. One character is one byte (latin1).
import fc from 'fast-check';

/** `at` counts round the text, so that it always points into it. */
export type ByteChange =
  | { readonly kind: 'replace' | 'insert'; readonly at: number; readonly byte: string }
  | { readonly kind: 'flip'; readonly at: number; readonly bit: number }
  | { readonly kind: 'delete' | 'repeat'; readonly at: number; readonly length: number };

/** Changes at a random place; `special` are the bytes that matter to whoever reads. */
export function byteChange(special: string): fc.Arbitrary<ByteChange> {
  const at = fc.nat({ max: 20_000 });
  const byte = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...special) },
    { weight: 1, arbitrary: fc.nat({ max: 255 }).map((code) => String.fromCharCode(code)) },
  );
  return fc.oneof(
    fc.record({ kind: fc.constantFrom('replace' as const, 'insert' as const), at, byte }),
    fc.record({ kind: fc.constant('flip' as const), at, bit: fc.nat({ max: 7 }) }),
    fc.record({
      kind: fc.constantFrom('delete' as const, 'repeat' as const),
      at,
      length: fc.integer({ min: 1, max: 12 }),
    }),
  );
}

export function changed(text: string, change: ByteChange): string {
  const at = text.length === 0 ? 0 : change.at % text.length;
  const before = text.slice(0, at);
  switch (change.kind) {
    case 'replace':
      return before + change.byte + text.slice(at + 1);
    case 'insert':
      return before + change.byte + text.slice(at);
    case 'flip':
      return before + String.fromCharCode(text.charCodeAt(at) ^ (1 << change.bit)) + text.slice(at + 1);
    case 'delete':
      return before + text.slice(at + change.length);
    case 'repeat':
      return before + text.slice(at, at + change.length) + text.slice(at);
  }
}

export function changedBy(text: string, changes: readonly ByteChange[]): string {
  return changes.reduce<string>(changed, text);
}

/** The text in pieces, cut at these places (counted round it). */
export function cutAt(text: string, cuts: readonly number[]): readonly string[] {
  const places = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b);
  return [0, ...places].map((from, index) => text.slice(from, places[index]));
}
