import { describe, expect, test } from 'vitest';
import type { ObjectLock } from '../../../../src/store/database/rows.ts';
import { defaultRetention } from '../../../../src/store/locks/default-retention.ts';
import type { LockClock } from '../../../../src/store/locks/lock-clock.ts';
import { checkRemovable } from '../../../../src/store/locks/removal.ts';
import { formatRetainUntil, parseRetainUntil } from '../../../../src/store/locks/retain-until.ts';
import { checkRetentionChange } from '../../../../src/store/locks/retention-change.ts';
import { codeOf, refusalOf } from '../../s3/s3-fixture.ts';

const NOW = Date.UTC(2026, 10, 21);
const at = (nowMs: number): LockClock => ({
  isOver: (untilMs) => nowMs >= untilMs,
  isAhead: (untilMs) => nowMs < untilMs,
  grantFromMs: () => nowMs,
});

describe('retain until', () => {
  test.each([
    ['2030-01-02T03:04:05Z', '2030-01-02T03:04:05.000Z'],
    ['2030-01-02T03:04:05.6Z', '2030-01-02T03:04:05.600Z'],
    ['2030-01-02T03:04:05.678Z', '2030-01-02T03:04:05.678Z'],
    ['2030-01-02T03:04:05.6780000Z', '2030-01-02T03:04:05.678Z'],
    ['2030-01-02T03:04:05.6780001Z', '2030-01-02T03:04:05.679Z'],
    ['2030-01-02T03:04:05.999999999Z', '2030-01-02T03:04:06.000Z'],
    ['2030-01-02T03:04:05+02:00', '2030-01-02T01:04:05.000Z'],
    ['2030-01-02T03:04:05.5-01:30', '2030-01-02T04:34:05.500Z'],
    ['2028-02-29T00:00:00Z', '2028-02-29T00:00:00.000Z'],
  ])('%s', (text, expected) => {
    expect(formatRetainUntil(parseRetainUntil(text) ?? 0)).toBe(expected);
  });

  test.each([
    '',
    '2030-01-02',
    '2030-01-02T03:04:05',
    '2030-01-02 03:04:05Z',
    '2030-02-30T00:00:00Z',
    '2027-02-29T00:00:00Z',
    '2030-01-02T24:00:00Z',
    '2030-01-02T03:04:60Z',
    '2030-13-01T00:00:00Z',
    '2030-01-02T03:04:05.Z',
    '2030-01-02T03:04:05+99:00',
    '2030-01-02T03:04:05z',
    ' 2030-01-02T03:04:05Z',
    '20300102T030405Z',
    'Wed, 02 Jan 2030 03:04:05 GMT',
    '1893553445',
    '+012030-01-02T03:04:05Z',
    '9999-12-31T23:59:59-12:00',
    '9999-12-31T23:59:59.999999999Z',
  ])('"%s" is no moment', (text) => {
    expect(parseRetainUntil(text)).toBeUndefined();
  });
});

describe('default retention', () => {
  const until = (rule: Parameters<typeof defaultRetention>[0]['defaultRetention'], fromMs: number) => {
    const retention = defaultRetention({ defaultRetention: rule }, at(fromMs));
    return retention && `${retention.mode} ${formatRetainUntil(retention.untilMs)}`;
  };

  test('counts days and years of the calendar from the clock that nobody sets back', () => {
    const from = Date.UTC(2026, 10, 21, 1, 2, 3, 4);
    expect(until(undefined, from)).toBeUndefined();
    expect(until({ mode: 'GOVERNANCE', period: { days: 30 } }, from)).toBe(
      'GOVERNANCE 2026-12-21T01:02:03.004Z',
    );
    expect(until({ mode: 'COMPLIANCE', period: { years: 2 } }, from)).toBe(
      'COMPLIANCE 2028-11-21T01:02:03.004Z',
    );
    expect(until({ mode: 'COMPLIANCE', period: { days: 36_500 } }, from)).toBe(
      'COMPLIANCE 2126-10-28T01:02:03.004Z',
    );
  });

  test('a year from a leap day does not end a day early', () => {
    const leapDay = Date.UTC(2028, 1, 29);
    expect(until({ mode: 'COMPLIANCE', period: { years: 1 } }, leapDay)).toBe(
      'COMPLIANCE 2029-03-01T00:00:00.000Z',
    );
  });
});

describe('changing a retention', () => {
  const G = (days: number) => ({ mode: 'GOVERNANCE', untilMs: NOW + days }) as const;
  const C = (days: number) => ({ mode: 'COMPLIANCE', untilMs: NOW + days }) as const;

  // What happens without and with a bypass.
  test.each<[string, ObjectLock['retention'], ObjectLock['retention'], string, string]>([
    ['none, set', undefined, C(9), 'accepted', 'accepted'],
    ['none, removed', undefined, undefined, 'accepted', 'accepted'],
    ['COMPLIANCE, the same', C(5), C(5), 'accepted', 'accepted'],
    ['COMPLIANCE, longer', C(5), C(6), 'accepted', 'accepted'],
    ['COMPLIANCE, shorter', C(5), C(4), 'AccessDenied', 'AccessDenied'],
    ['COMPLIANCE, removed', C(5), undefined, 'AccessDenied', 'AccessDenied'],
    ['COMPLIANCE to GOVERNANCE, longer', C(5), G(9), 'AccessDenied', 'AccessDenied'],
    ['COMPLIANCE to GOVERNANCE, the same', C(5), G(5), 'AccessDenied', 'AccessDenied'],
    ['COMPLIANCE by a millisecond that is left, removed', C(1), undefined, 'AccessDenied', 'AccessDenied'],
    ['COMPLIANCE that is over, removed', C(0), undefined, 'accepted', 'accepted'],
    ['COMPLIANCE that is over, weaker', C(0), G(1), 'accepted', 'accepted'],
    ['GOVERNANCE, the same', G(5), G(5), 'accepted', 'accepted'],
    ['GOVERNANCE, longer', G(5), G(6), 'accepted', 'accepted'],
    ['GOVERNANCE, shorter', G(5), G(4), 'AccessDenied', 'accepted'],
    ['GOVERNANCE, removed', G(5), undefined, 'AccessDenied', 'accepted'],
    ['GOVERNANCE to COMPLIANCE, the same', G(5), C(5), 'accepted', 'accepted'],
    ['GOVERNANCE to COMPLIANCE, shorter', G(5), C(4), 'AccessDenied', 'accepted'],
    ['GOVERNANCE that is over, removed', G(0), undefined, 'accepted', 'accepted'],
  ])('%s', (_name, current, next, without, bypassing) => {
    const change = (bypass: boolean) => codeOf(() => checkRetentionChange(current, next, at(NOW), bypass));
    expect([change(false), change(true)]).toEqual([without, bypassing]);
  });
});

describe('removing a version', () => {
  const version = (lock: ObjectLock) => ({ versionId: 'v1', lock });
  const retention = (mode: 'GOVERNANCE' | 'COMPLIANCE', untilMs = NOW + 1) => ({ mode, untilMs }) as const;

  test.each<[string, ObjectLock, string, string]>([
    ['nothing', { retention: undefined, legalHold: false }, 'accepted', 'accepted'],
    ['a hold', { retention: undefined, legalHold: true }, 'AccessDenied', 'AccessDenied'],
    ['GOVERNANCE', { retention: retention('GOVERNANCE'), legalHold: false }, 'AccessDenied', 'accepted'],
    [
      'GOVERNANCE and a hold',
      { retention: retention('GOVERNANCE'), legalHold: true },
      'AccessDenied',
      'AccessDenied',
    ],
    ['COMPLIANCE', { retention: retention('COMPLIANCE'), legalHold: false }, 'AccessDenied', 'AccessDenied'],
    [
      'COMPLIANCE that is over',
      { retention: retention('COMPLIANCE', NOW), legalHold: false },
      'accepted',
      'accepted',
    ],
    [
      'one that is over, and a hold',
      { retention: retention('COMPLIANCE', 0), legalHold: true },
      'AccessDenied',
      'AccessDenied',
    ],
  ])('%s', (_name, lock, without, bypassing) => {
    const remove = (bypass: boolean) => codeOf(() => checkRemovable(version(lock), at(NOW), bypass));
    expect([remove(false), remove(true)]).toEqual([without, bypassing]);
  });

  test('the refusal says why, and until when', () => {
    const messageOf = (lock: ObjectLock) =>
      refusalOf(() => checkRemovable(version(lock), at(NOW), false)).message;
    expect(messageOf({ retention: undefined, legalHold: true })).toContain(
      'v1 is protected by object lock: it is under legal hold',
    );
    expect(messageOf({ retention: retention('COMPLIANCE'), legalHold: false })).toContain(
      'under COMPLIANCE retention until 2026-11-21T00:00:00.001Z',
    );
  });
});
