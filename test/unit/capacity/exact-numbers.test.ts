import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { integer, member, parseExactJson } from '../../../src/capacity/providers/exact-json.ts';
import { exactBytes, readSeries } from '../../../src/capacity/providers/prometheus-text.ts';

describe('parseExactJson', () => {
  it('keeps integers beyond 2^53 and leaves other numbers', () => {
    const json = parseExactJson('{"a":9007199254740993,"b":-1,"c":1.5,"d":"7","e":[18446744073709551615]}');
    expect(json).toEqual({ a: 9007199254740993n, b: -1n, c: 1.5, d: '7', e: [18446744073709551615n] });
  });

  it('is undefined for what is not JSON', () => {
    for (const text of ['', '{', '<html>']) expect(parseExactJson(text)).toBeUndefined();
  });

  it('reads own members only', () => {
    expect(member({}, 'constructor')).toBeUndefined();
    expect(member(parseExactJson('{"__proto__":1}'), '__proto__')).toBe(1n);
    expect(member(null, 'a')).toBeUndefined();
    expect(integer({ a: '1' }, 'a')).toBeUndefined();
  });
});

describe('exactBytes', () => {
  it.each([
    ['8152025600.0', 8152025600n],
    ['8.589934592e+09', 8589934592n],
    ['9007199254740993', 9007199254740993n],
    ['1.2345678901234568e+16', 12345678901234568n],
    ['1234.9', 1234n],
    ['15e-1', 1n],
    ['0.0', 0n],
  ])('reads %s', (text, bytes) => expect(exactBytes(text)).toBe(bytes));

  it.each(['NaN', '+Inf', '-Inf', '-1', '', '1e999', '0x10', '1e'])('does not read %s', (text) =>
    expect(exactBytes(text)).toBeUndefined(),
  );

  it('reads every whole number that JavaScript would print', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (bytes) => {
        expect(exactBytes(bytes.toExponential())).toBe(BigInt(bytes));
        expect(exactBytes(`${bytes}.0`)).toBe(BigInt(bytes));
      }),
    );
  });
});

describe('readSeries', () => {
  it('reads labels with escapes, braces and commas, and passes over the rest', () => {
    const text = '# TYPE a gauge\na{x="1,}",y="q\\"\\\\\\n"} 1 1700000000\nab 2\na 3\na{x="1"} \nbroken{\n\n';
    expect(readSeries(text, new Set(['a', 'broken']))).toEqual([
      { name: 'a', labels: { x: '1,}', y: 'q"\\\n' }, value: '1' },
      { name: 'a', labels: {}, value: '3' },
    ]);
  });
});
