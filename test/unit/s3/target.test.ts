import { describe, expect, test } from 'vitest';
import { splitTarget } from '../../../src/s3/target.ts';
import { codeOf } from './s3-fixture.ts';

describe('splitTarget', () => {
  test.each([
    ['/b/k', '/b/k', '', []],
    ['/b/k?', '/b/k', '', []],
    ['/?a', '/', 'a', [['a', undefined, 'a', '']]],
    ['/?a=', '/', 'a=', [['a', '', 'a', '']]],
    ['/?a=b=c', '/', 'a=b=c', [['a', 'b=c', 'a', 'b=c']]],
    ['/?a?b', '/', 'a?b', [['a?b', undefined, 'a?b', '']]],
    ['/?=b', '/', '=b', [['', 'b', '', 'b']]],
    [
      '/?&a&&b&',
      '/',
      '&a&&b&',
      [
        ['a', undefined, 'a', ''],
        ['b', undefined, 'b', ''],
      ],
    ],
    [
      '/?a=1&a=0',
      '/',
      'a=1&a=0',
      [
        ['a', '1', 'a', '1'],
        ['a', '0', 'a', '0'],
      ],
    ],
    ['/?a;b=c', '/', 'a;b=c', [['a;b', 'c', 'a;b', 'c']]],
    ['/?%61=%2B+%26%3d', '/', '%61=%2B+%26%3d', [['%61', '%2B+%26%3d', 'a', '++&=']]],
    ['/?k=%c3%a9', '/', 'k=%c3%a9', [['k', '%c3%a9', 'k', '\xc3\xa9']]],
    ['/%3f?x', '/%3f', 'x', [['x', undefined, 'x', '']]],
  ])('%s', (target, rawPath, rawQuery, parameters) => {
    const split = splitTarget(target);
    expect(split.rawPath).toBe(rawPath);
    expect(split.rawQuery).toBe(rawQuery);
    expect(split.query.map(({ rawName, rawValue, name, value }) => [rawName, rawValue, name, value])).toEqual(
      parameters,
    );
  });

  test.each(['/?%', '/?a=%', '/?a=%4', '/?%gg', '/?a=%u0041'])('%s is refused', (target) => {
    expect(codeOf(() => splitTarget(target))).toBe('InvalidURI');
  });
});
