import { describe, expect, it } from 'vitest';
import {
  createAmzClock,
  formatAmzDate,
  formatErrorTime,
  parseAmzDate,
  parseDateHeader,
} from '../../../src/sigv4/amz-date.ts';

const MS = Date.UTC(2024, 1, 29, 23, 59, 58);

describe('parseAmzDate', () => {
  it('reads ISO 8601 basic form', () => {
    expect(parseAmzDate('20240229T235958Z')).toEqual({ text: '20240229T235958Z', ms: MS });
  });

  for (const text of [
    '',
    '20230229T000000Z',
    '20240431T000000Z',
    '20241301T000000Z',
    '20240229T240000Z',
    '20240229T236000Z',
    '20240229T235960Z',
    '00500101T000000Z',
    '2024-02-29T23:59:58Z',
    '20240229T235958',
    '20240229T235958z',
    '20240229T235958+0000',
    ' 20240229T235958Z',
    '20240229T235958Z\n',
  ]) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      expect(parseAmzDate(text)).toBeUndefined();
    });
  }
});

describe('parseDateHeader', () => {
  it('reads RFC 1123 and ISO basic', () => {
    const date = { text: '20240229T235958Z', ms: MS };
    expect(parseDateHeader('Thu, 29 Feb 2024 23:59:58 GMT')).toEqual(date);
    expect(parseDateHeader('20240229T235958Z')).toEqual(date);
  });

  for (const text of [
    '',
    'Fri, 29 Feb 2024 23:59:58 GMT',
    'Thu, 31 Feb 2024 23:59:58 GMT',
    'Thu, 29 Feb 2024 23:59:58 UTC',
    'Thursday, 29-Feb-24 23:59:58 GMT',
    'Thu Feb 29 23:59:58 2024',
    '1709251198',
  ]) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      expect(parseDateHeader(text)).toBeUndefined();
    });
  }
});

describe('formatting', () => {
  it('writes the form that it reads, without fractions', () => {
    expect(formatAmzDate(MS + 999)).toBe('20240229T235958Z');
    expect(formatErrorTime(MS + 999)).toBe('2024-02-29T23:59:58Z');
  });
});

describe('createAmzClock', () => {
  it('says what formatAmzDate says, forwards and backwards', () => {
    const clock = createAmzClock();
    const start = Date.UTC(2026, 1, 28, 23, 59, 58, 900);
    for (const ms of [0, 99, 100, 1099, 1100, 1101, 2_000, 1_500, -5_000, 86_400_000]) {
      expect(clock(start + ms)).toBe(formatAmzDate(start + ms));
    }
  });
});
