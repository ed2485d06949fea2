// Query parameters as handlers want them.
import { describe, expect, test } from 'vitest';
import type { S3Request } from '../../../../src/s3/request.ts';
import { splitTarget } from '../../../../src/s3/target.ts';
import { integerParameter, parameter } from '../../../../src/store/server/query.ts';
import { refusalOf } from '../../sigv4/request-fixture.ts';

const asking = (query: string): S3Request => splitTarget(`/?${query}`) as S3Request;

describe('a text', () => {
  test.each([
    ['prefix=a%20b', 'a b'],
    ['prefix=a+b', 'a+b'],
    ['prefix=%E2%82%AC', '€'],
    ['prefix=%EF%BB%BFa', '\ufeffa'],
    ['prefix=', ''],
    ['prefix', ''],
    ['other=1', undefined],
  ])('%s', (query, value) => {
    expect(parameter(asking(query), 'prefix')).toBe(value);
  });

  test.each(['%ff', '%C3', '%C0%AF', '%ED%A0%80'])('not UTF-8: %s', (value) => {
    expect(refusalOf(() => parameter(asking(`prefix=${value}`), 'prefix')).code).toBe('InvalidArgument');
  });
});

describe('a whole number', () => {
  test.each([
    ['n=0', 0],
    ['n=007', 7],
    ['n=2147483647', 2_147_483_647],
    ['n=', undefined],
    ['n', undefined],
    ['m=1', undefined],
  ])('%s', (query, value) => {
    expect(integerParameter(asking(query), 'n')).toBe(value);
  });

  test.each([
    '-1',
    '+1',
    '%2B1',
    '1.5',
    '1e3',
    '0x10',
    'abc',
    '%20 1',
    '2147483648',
    '99999999999',
    '%ff',
    '١',
  ])('refused: %s', (value) => {
    expect(refusalOf(() => integerParameter(asking(`n=${value}`), 'n')).code).toBe('InvalidArgument');
  });

  test('within bounds that the call gives, both included', () => {
    const bounds = { min: 1, max: 3 };
    expect(['1', '3'].map((n) => integerParameter(asking(`n=${n}`), 'n', bounds))).toEqual([1, 3]);
    for (const n of ['0', '4']) {
      const refusal = refusalOf(() => integerParameter(asking(`n=${n}`), 'n', bounds));
      expect(refusal.details).toEqual({ ArgumentName: 'n', ArgumentValue: n });
    }
  });
});
