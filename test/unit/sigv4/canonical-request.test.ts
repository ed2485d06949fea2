import { describe, expect, it } from 'vitest';
import {
  canonicalHeaderValue,
  canonicalPath,
  canonicalQuery,
  canonicalRawQuery,
} from '../../../src/sigv4/canonical-request.ts';
import { refusalOf, requestOf } from './request-fixture.ts';

describe('canonicalPath', () => {
  const cases: readonly (readonly [raw: string, canonical: string])[] = [
    ['/', '/'],
    ['/b/plain-._~', '/b/plain-._~'],
    ['/b/a%20b', '/b/a%20b'],
    ['/b/a+b', '/b/a%2Bb'],
    ['/b/a%2bb', '/b/a%2Bb'],
    ['/b/%61', '/b/a'],
    ['/b/%7E', '/b/~'],
    ["/b/!*'()", '/b/%21%2A%27%28%29'],
    ['/b/a%2Fb', '/b/a/b'],
    ['/b/%2541', '/b/%2541'],
    ['/b//a/../b/./', '/b//a/../b/./'],
    ['/b/\xc3\xa0', '/b/%C3%A0'],
    ['/b/\xff', '/b/%FF'],
  ];
  for (const [raw, canonical] of cases) {
    it(`turns ${raw} into ${canonical}`, () => {
      expect(canonicalPath(raw)).toBe(canonical);
      expect(canonicalPath(canonical)).toBe(canonical);
    });
  }

  it('refuses a percent sign that starts no escape', () => {
    expect(refusalOf(() => canonicalPath('/b/100%'))).toMatchObject({ code: 'InvalidURI', status: 400 });
  });

  it('refuses characters that are no bytes', () => {
    expect(() => canonicalPath('/\u65e5')).toThrow(RangeError);
  });
});

describe('canonicalQuery and canonicalRawQuery', () => {
  const cases: readonly (readonly [raw: string, canonical: string])[] = [
    ['', ''],
    ['uploads', 'uploads='],
    ['acl=&acl=', 'acl=&acl='],
    ['a=1&a=0', 'a=0&a=1'],
    ['b&a', 'a=&b='],
    ['a-b=1&a=2', 'a=2&a-b=1'],
    ['a=%7E&b=~', 'a=~&b=~'],
    ['prefix=a+b', 'prefix=a%2Bb'],
    ['prefix=a%2bb', 'prefix=a%2Bb'],
    ['prefix=a;b', 'prefix=a%3Bb'],
    ['a==', 'a=%3D'],
    ['a=/', 'a=%2F'],
    ['&&a=1&', 'a=1'],
    ['=v', '=v'],
    ['B=1&a=2', 'B=1&a=2'],
    ['%62=1&a%20=2', 'a%20=2&b=1'],
  ];
  for (const [raw, canonical] of cases) {
    it(`turn "${raw}" into "${canonical}"`, () => {
      expect(canonicalRawQuery(raw)).toBe(canonical);
      expect(canonicalQuery(requestOf({ target: `/?${raw}`, headers: [] }).query)).toBe(canonical);
    });
  }

  it('leaves out the parameter that is named', () => {
    const { query } = requestOf({ target: '/?b=1&X-Amz-Signature=f00&a=2', headers: [] });
    expect(canonicalQuery(query, 'X-Amz-Signature')).toBe('a=2&b=1');
  });
});

describe('canonicalHeaderValue', () => {
  it('trims and collapses spaces and tabs', () => {
    expect(canonicalHeaderValue(' \ta  b\t\tc ')).toBe('a b c');
    expect(canonicalHeaderValue('"a  b"')).toBe('"a b"');
  });

  it('keeps the byte 0xA0, which ends some UTF-8 letters', () => {
    expect(canonicalHeaderValue('\xc3\xa0')).toBe('\xc3\xa0');
  });
});
