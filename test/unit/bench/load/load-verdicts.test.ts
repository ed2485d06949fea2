// What the figures mean, and the line that shows how far a run is.
import { describe, expect, test } from 'vitest';
import { duration, loadProgressText } from '../../../../src/bench/load/load-progress.ts';
import { LOAD_PHASES, type LoadPhase, type LoadPhaseId } from '../../../../src/bench/load/load-result.ts';
import { breaksVeeam, loadVerdicts, type Measured } from '../../../../src/bench/load/load-verdicts.ts';

const phase = (id: LoadPhaseId, given: Partial<LoadPhase> = {}): LoadPhase => ({
  id,
  title: id,
  status: 'done',
  startMs: 0,
  tookMs: 1000,
  waitedMs: 0,
  planned: 100,
  objects: 100,
  bytes: 100,
  objectsPerSecond: 100,
  mibPerSecond: 1,
  slowDowns: 0,
  retries: 0,
  failed: 0,
  errors: {},
  ...given,
});

const measured = (
  given: Partial<Record<LoadPhaseId, Partial<LoadPhase>>>,
  rest: Partial<Measured> = {},
): Measured => ({
  phases: LOAD_PHASES.map((id) => phase(id, given[id])),
  capacity: [],
  leftovers: [],
  kept: false,
  wrongReads: 0,
  wrong: [],
  ...rest,
});

const verdict = (id: string, found: Measured) => loadVerdicts(found).find((each) => each.id === id);
const sample = (used: number, truth: number) => ({ tMs: 1, capacity: 10 ** 9, available: 1, used, truth });
const MIB = 2 ** 20;

describe('verdicts', () => {
  test('a run in which all went well breaks nothing', () => {
    const all = loadVerdicts(measured({}));
    expect(all.filter(({ status }) => status === 'failed')).toEqual([]);
    expect(breaksVeeam(all)).toBe(false);
  });

  test.each<[string, Measured, string, boolean]>([
    [
      'load-writes',
      measured({ full: { failed: 2, errors: { '500 InternalError': 12 } } }),
      '12 × 500 InternalError',
      true,
    ],
    ['load-data', measured({}, { wrongReads: 3, wrong: ['a/b: byte 7'] }), 'a/b: byte 7; and 2 more', true],
    [
      'load-data',
      measured({ restore: { failed: 1, errors: { '403 AccessDenied': 1 } } }),
      'could not be read',
      true,
    ],
    ['load-extension', measured({ extension: { failed: 1 } }), '1 locks could not be extended', true],
    ['load-extension', measured({ extension: { objects: 99 } }), 'the listing named 99 of them', true],
    ['load-delete-rate', measured({ delete: { objectsPerSecond: 27.7 } }), '27.7 a second', false],
    [
      'load-slow-down',
      measured({ full: { slowDowns: 5, errors: { '503': 5 } } }),
      '5 times to slow down (full)',
      false,
    ],
    [
      'load-errors',
      measured({ sweep: { slowDowns: 1, errors: { '503': 1, '500': 2 } } }),
      '2 calls failed',
      false,
    ],
    [
      'load-left-behind',
      measured({}, { leftovers: [{ bucket: 'b', key: 'k', reason: '403' }] }),
      '"k"',
      true,
    ],
  ])('%s fails', (id, found, message, breaks) => {
    expect(verdict(id, found)).toMatchObject({ status: 'failed', message: expect.stringContaining(message) });
    expect(breaksVeeam(loadVerdicts(found))).toBe(breaks);
  });

  test('28 deletions a second would do, and few objects are said to be few', () => {
    const found = verdict('load-delete-rate', measured({ delete: { objectsPerSecond: 27.8 } }));
    expect(found?.status).toBe('passed');
    expect(found?.message).toContain('400,000 would take 3 h 59 min');
    expect(found?.message).toContain('So few objects');
    const many = measured({ delete: { objects: 20_000, objectsPerSecond: 27.8 } });
    expect(verdict('load-delete-rate', many)?.message).not.toContain('So few objects');
  });

  test.each([
    ['passed', [sample(100 * MIB, 0), sample(160 * MIB, 60 * MIB), sample(100 * MIB, 0)], '60 MiB'],
    ['warned', [sample(100, 0), sample(100, 60 * MIB)], 'It may only be late'],
    ['skipped', [sample(100, 0)], 'had time to move'],
    ['skipped', [], 'no capacity.xml'],
  ] as const)('capacity: %s', (status, capacity, message) => {
    const found = verdict('load-capacity', measured({}, { capacity }));
    expect(found).toMatchObject({ status, message: expect.stringContaining(message) });
  });
});

describe('progress as text', () => {
  const progress = {
    phase: 'full',
    title: 'Full backup',
    done: 812,
    total: 2048,
    objectsPerSecond: 210.4,
    mibPerSecond: 105.22,
    errors: 1,
  } as const;

  test.each([
    [{}, 'Full backup 812/2048, 210 objects/s, 105.2 MiB/s, 1 error'],
    [
      { p99Ms: 48.4, leftMs: 5900 },
      'Full backup 812/2048, 210 objects/s, 105.2 MiB/s, p99 48 ms, 1 error, 6 s left',
    ],
    [{ waitLeftMs: 12_000 }, 'Full backup 812/2048, waiting 12 s for locks to run out'],
  ])('%j', (given, text) => {
    expect(loadProgressText({ ...progress, ...given })).toBe(text);
  });

  test.each([
    [1, '1 s'],
    [59_000, '59 s'],
    [200_000, '3 min 20 s'],
    [7_500_000, '2 h 5 min'],
  ])('%s ms is %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });
});
