// Which entry a host name gets: examples, and a slow reading of the rule to compare with.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByHostName } from '../../../src/http1/by-host-name.ts';

const by = (...names: readonly string[]) => new ByHostName(names.map((name) => [name, name] as const));

describe('a name', () => {
  test.each<[asked: string, names: readonly string[], found: string | undefined]>([
    ['s3.example.com', ['s3.example.com'], 's3.example.com'],
    ['S3.EXAMPLE.com', ['s3.example.com'], 's3.example.com'],
    ['s3.example.com', ['S3.Example.COM'], 'S3.Example.COM'],
    ['s3.example.com.', ['s3.example.com'], 's3.example.com'],
    ['s3.example.com', ['*.example.com'], '*.example.com'],
    ['s3.example.com', ['*.example.com', 's3.example.com'], 's3.example.com'],
    ['a.s3.example.com', ['*.example.com'], undefined],
    ['example.com', ['*.example.com'], undefined],
    ['.example.com', ['*.example.com'], undefined],
    ['*.example.com', ['*.example.com'], '*.example.com'],
    ['xexample.com', ['*.example.com'], undefined],
    ['s3.example.com', ['s*.example.com'], undefined],
    ['s3.example.com', ['s3.*.com'], undefined],
    ['corp', ['*.corp'], undefined],
    ['', ['*.example.com', 's3.example.com'], undefined],
    ['.', ['*.example.com'], undefined],
    ['2001:db8::1', ['*.example.com'], undefined],
    ['constructor', ['s3.example.com'], undefined],
    ['__proto__', ['*.example.com'], undefined],
  ])('%s among %j', (asked, names, found) => {
    expect(by(...names).of(asked)).toBe(found);
  });

  test('an exact one that is for nothing hides a wildcard', () => {
    const entries = new ByHostName<string | undefined>([
      ['a.example', undefined],
      ['*.example', 'wildcard'],
    ]);
    expect(entries.of('a.example')).toBeUndefined();
    expect(entries.of('b.example')).toBe('wildcard');
  });

  test('of two entries the first', () => {
    const entries = new ByHostName([
      ['a.example', 1],
      ['A.example', 2],
    ]);
    expect(entries.of('a.example')).toBe(1);
  });
});

describe('any name', () => {
  const label = fc.constantFrom('a', 'b', 'A', 'xn--a', 'c1');
  const host = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'));
  const entry = fc
    .record({ isWildcard: fc.integer({ min: 0, max: 1 }), host })
    .map(({ isWildcard, host: name }) => (isWildcard ? `*.${name}` : name));

  /** RFC 6125 section 6.4.3, label by label. */
  function matches(pattern: string, name: string): boolean {
    const wanted = pattern.toLowerCase().split('.');
    const asked = name.toLowerCase().split('.');
    return (
      wanted.length === asked.length &&
      wanted.every((each, index) => each === asked[index] || (index === 0 && each === '*'))
    );
  }

  test('gets what label by label matches it, an exact one before a wildcard', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 8 }), host, (names, asked) => {
        const matching = names.filter((name) => matches(name, asked));
        const exact = matching.find((name) => !name.startsWith('*.'));
        expect(by(...names).of(asked)).toBe(exact ?? matching[0]);
      }),
    );
  });

  test('whatever a client sends, it finds an entry that is there or none', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[ -~]*$/), (asked) => {
        const found = by('a.b', '*.b').of(asked);
        expect(['a.b', '*.b', undefined]).toContain(found);
      }),
    );
  });
});
