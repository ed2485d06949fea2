// "Are backups running, and is it fine?": the sentence on top of the dashboard, and what stands below it.
import { describe, expect, test } from 'vitest';
import { capacityUnits } from '../../../../src/admin/dashboard/capacity-units.js';
import { problemsOf } from '../../../../src/admin/dashboard/problems.js';
import { activityOf, verdictOf } from '../../../../src/admin/dashboard/verdict.js';
import {
  backupsRun,
  type DashboardPicture,
  nothingYet,
  storeDown,
} from '../../../support/dashboard/dashboard-pictures.ts';

const NOW = Date.parse('2026-11-22T03:00:00.000Z');

function pictureOf({ live, capacities, veeam }: DashboardPicture) {
  return {
    live: { version: '1.2.3', ...live },
    capacities,
    veeam: veeam && { version: '1.2.3', ...veeam },
    nowMs: NOW,
  };
}
const running = pictureOf(backupsRun(NOW));
const quiet = pictureOf(nothingYet(NOW));
const reached = { ...quiet.live, backends: [{ name: 'local', kind: 'embedded', reachable: true }] };
const [row] = running.capacities;
const capacity = (change: object) =>
  verdictOf({ ...running, capacities: [{ ...row, ...change } as typeof row & object] });

/** The traffic of every step. */
const steady = (change: object) => ({
  ...reached,
  traffic: {
    stepSeconds: 5,
    points: reached.traffic.points.map((point) => ({ ...point, requests: 100, ...change })),
  },
});

describe('the verdict', () => {
  test('before anything was told', () => {
    const nothing = { live: undefined, capacities: undefined, veeam: undefined, nowMs: NOW };
    expect(verdictOf(nothing)).toMatchObject({ level: 'idle', sentence: 'Nothing is known yet.' });
  });

  test('of a store that was not asked yet claims nothing', () => {
    const { level, sentence } = verdictOf(quiet);
    expect([level, sentence]).toEqual(['idle', 'Nothing wrong is known; store local was not asked yet.']);
  });

  test('all well', () => {
    expect(verdictOf(running)).toMatchObject({ level: 'good', sentence: 'All well: backups are running.' });
    expect(verdictOf({ ...quiet, live: reached })).toMatchObject({
      level: 'good',
      sentence: 'All well, and nothing is running.',
      activity: 'No request in the last 10 min.',
    });
  });

  test('the most urgent first, the others below', () => {
    const { level, sentence, section, further } = verdictOf(pictureOf(storeDown(NOW)));
    expect([level, section]).toEqual(['bad', 'endpoints']);
    expect(sentence).toBe('Store ceph does not answer: connect ECONNREFUSED 192.0.2.21:7480.');
    expect(further.map(({ text }) => text)).toEqual([
      expect.stringMatching(/^[\d,]+ of [\d,]+ requests failed in the last 5 minutes \(\d+ %\)$/),
      'Veeam gets no capacity of bucket veeam-sql: connect ECONNREFUSED 192.0.2.21:9283',
      'Veeam gets no capacity of pool ????????????????????????????????: connect ECONNREFUSED 192.0.2.21:9283',
      '4 of 4 endpoints of ceph are ejected',
      'The latest measurement of bucket veeam-prod failed: connect ECONNREFUSED 192.0.2.21:9283',
    ]);
    expect(further.map(({ urgency }) => urgency)).toEqual(
      [...further.map(({ urgency }) => urgency)].sort((a, b) => b - a),
    );
  });

  test('beside a warning it still says that backups run', () => {
    const { veeam } = running;
    const silent = {
      ...running,
      veeam: veeam && { ...veeam, servers: [{ name: 'vbr' as const, answered: false, error: 'timeout' }] },
    };
    expect(verdictOf(silent)).toMatchObject({
      level: 'warning',
      sentence: 'Backups are running, but: Veeam Backup & Replication does not answer: timeout.',
    });
  });
});

describe('failed and refused requests', () => {
  test.each([
    [{ errors: 0 }, undefined],
    [{ requests: 10_000, errors: 1 }, 'idle'],
    [{ errors: 1 }, 'warning'],
    [{ errors: 5 }, 'bad'],
  ])('%o', (change, level) => {
    const found = problemsOf({ ...quiet, live: steady(change) }).find(({ section }) => section === 'traffic');
    expect(found?.level).toBe(level);
  });

  test.each([
    [{ refused: 1 }, 'idle'],
    [{ refused: 20 }, 'warning'],
  ])('%o', (change, level) => {
    const found = problemsOf({ ...quiet, live: steady(change) }).find(
      ({ section }) => section === 'refusals',
    );
    expect(found?.level).toBe(level);
  });

  test('what is older than five minutes is over', () => {
    const { traffic } = steady({});
    const points = traffic.points.map((point, index) => ({ ...point, errors: index < 60 ? 50 : 0 }));
    expect(problemsOf({ ...quiet, live: { ...reached, traffic: { ...traffic, points } } })).toEqual([]);
  });
});

describe('capacity', () => {
  test.each([
    [
      { guard: 'closed' },
      'bad',
      'Bucket veeam-prod takes no new data: its guard is closed at 20.19 TiB available.',
    ],
    [{ availableBytes: '0' }, 'bad', 'Bucket veeam-prod is full.'],
    [{ served: false, error: 'timeout' }, 'bad', 'Veeam gets no capacity of bucket veeam-prod: timeout.'],
    [{ forecast: { daysUntilFull: 2.5 } }, 'bad', 'Bucket veeam-prod is full in 2 days.'],
    [
      { forecast: { daysUntilFull: 13 } },
      'warning',
      'Backups are running, but: Bucket veeam-prod is full in 13 days.',
    ],
    [
      { error: 'timeout' },
      'warning',
      'Backups are running, but: The latest measurement of bucket veeam-prod failed: timeout.',
    ],
  ])('%o', (change, level, sentence) => {
    expect(capacity(change)).toMatchObject({ level, sentence, section: 'capacity' });
  });

  test('many buckets of one store are one sentence', () => {
    const capacities = ['a', 'b', 'c'].map(
      (bucket) => ({ ...row, bucket, served: false, error: 'timeout' }) as typeof row & object,
    );
    expect(verdictOf({ ...running, capacities }).sentence).toBe(
      '3 buckets of ceph have no capacity to show Veeam: timeout.',
    );
  });

  test('the buckets of a pool count as one', () => {
    const units = capacityUnits(running.capacities);
    expect(units.map(({ title, buckets }) => [title, buckets.length])).toEqual([
      ['bucket veeam-prod', 1],
      ['bucket veeam-sql', 1],
      ['pool ????????????????????????????????', 12],
      ['bucket veeam-archive', 1],
    ]);
  });
});

describe('what runs', () => {
  test('data that is written, by how many', () => {
    const { kind, text } = activityOf(running.live, NOW);
    expect(kind).toBe('writing');
    expect(text).toMatch(
      /^Backups are running: \d+ MiB\/s written, [\d.]+ MiB\/s read over the last minute, 4 machines or shares in the last 5 minutes\.$/,
    );
  });

  test.each([
    [{ responseBytes: 50_000_000 }, 'reading', /^Data is being read, 9\.54 MiB\/s over the last minute/],
    [{}, 'asking', /^1,200 requests in the last minute, and hardly any data\.$/],
  ])('%o', (change, kind, text) => {
    const activity = activityOf(steady(change), NOW);
    expect(activity.kind).toBe(kind);
    expect(activity.text).toMatch(text);
  });

  test('how long nobody has asked', () => {
    const { traffic } = steady({});
    const points = traffic.points.map((point, index) => ({ ...point, requests: index < 60 ? 1 : 0 }));
    const { kind, text } = activityOf({ ...reached, traffic: { ...traffic, points } }, NOW);
    expect([kind, text]).toEqual(['idle', 'No request in the last minute; the latest was 5 min ago.']);
  });
});
