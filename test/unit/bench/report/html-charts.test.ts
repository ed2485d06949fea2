// The charts of the HTML report: scales with round numbers, curves with gaps, and loads that measured little.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LoadResult } from '../../../../src/bench/load/load-result.ts';
import { type LineChart, renderLineChart } from '../../../../src/bench/report/html/line-chart.ts';
import { renderLoad } from '../../../../src/bench/report/html/load-section.ts';
import { html } from '../../../../src/bench/report/html/markup.ts';
import { linearScale, logScale } from '../../../../src/bench/report/html/scale.ts';
import { durationText, numberText, timeText } from '../../../../src/bench/report/quantities.ts';
import { readLoad } from '../../../../src/bench/report/read-load.ts';
import { readPage } from '../../../support/page-tree.ts';
import { sampleLoad } from '../../../support/sample-bench-report.ts';

describe('linearScale', () => {
  test.each([
    [97, [0, 50, 100]],
    [80, [0, 20, 40, 60, 80]],
    [0.3, [0, 0.1, 0.2, 0.3]],
    [1, [0, 0.5, 1]],
    [0, [0, 0.5, 1]],
    [Number.NaN, [0, 0.5, 1]],
  ])('up to %d', (highest, expected) => {
    const { ticks } = linearScale(highest);
    expect(ticks.map((tick) => Math.round(tick * 1e6) / 1e6)).toEqual(expected);
  });

  test('has each value between its ends, in few steps', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e15, noNaN: true }), (highest) => {
        const { ticks, place } = linearScale(highest);
        expect(ticks.length).toBeLessThanOrEqual(5);
        expect(ticks.at(-1)).toBeGreaterThanOrEqual(highest * (1 - 1e-6));
        expect(place(0)).toBe(0);
        expect(place(ticks.at(-1) ?? 0)).toBeCloseTo(1);
      }),
    );
  });
});

describe('logScale', () => {
  test.each([
    [3, 900, [1, 10, 100, 1000]],
    [10, 10, [10, 100]],
    [0.05, 0.2, [0.01, 0.1, 1]],
    [Number.POSITIVE_INFINITY, 0, [1, 10]],
  ])('from %d to %d', (lowest, highest, expected) => {
    const { ticks, place } = logScale(lowest, highest);
    expect(ticks.map((tick) => Math.round(tick * 1e6) / 1e6)).toEqual(expected);
    expect([place(0), place(expected[0] ?? 0), place(expected.at(-1) ?? 0)]).toEqual([0, 0, 1]);
  });
});

describe('a line chart', () => {
  const chart = (points: LineChart['curves'][number]['points'], scale: LineChart['scale'] = 'linear') =>
    renderLineChart({
      id: 'page-c',
      title: 'Rate',
      unit: 'MiB/s',
      scale,
      curves: [{ name: 'Written', points }],
      phaseStarts: [0],
    }).toString();
  const curve = (drawing: string) =>
    readPage(drawing).find(
      ({ within, attributes }) => within.at(-1) === 'svg' && attributes['class']?.startsWith('curve'),
    )?.attributes['d'];

  test('goes from its first value to its last', () => {
    expect(
      curve(
        chart([
          [0, 0],
          [5, 5],
          [10, 10],
        ]),
      ),
    ).toBe('M48 164L197 90L346 16');
  });

  test('has a gap where nothing was measured, and a dot where a value stands alone', () => {
    expect(
      curve(
        chart([
          [0, 10],
          [5, undefined],
          [10, 10],
        ]),
      ),
    ).toBe('M48 16h0.1M346 16h0.1');
  });

  test.each<[string, LineChart['curves'][number]['points']]>([
    ['no value', []],
    ['only gaps', [[0, undefined]]],
    [
      'zeros',
      [
        [0, 0],
        [1, 0],
      ],
    ],
    ['one value', [[3, 7]]],
  ])('stays a drawing with %s', (_, points) => {
    for (const scale of ['linear', 'log'] as const)
      expect(chart(points, scale)).not.toMatch(/NaN|Infinity|undefined/);
  });

  test('says its numbers in words and in a table of no more than 41 rows', () => {
    const points = Array.from({ length: 600 }, (_, at) => [at, at * 2] as const);
    const page = readPage(chart(points));
    expect(page.find(({ attributes }) => attributes['id'] === 'page-c-words')?.text).toBe(
      'Written: from 0 to 1,198 MiB/s.',
    );
    const rows = page.filter(({ name, within }) => name === 'tr' && within.at(-1) === 'tbody');
    expect(rows.length).toBeLessThanOrEqual(41);
    expect(rows.at(-1)?.text).toBe('5991,198');
  });
});

describe('a load', () => {
  const figuresOf = (load: LoadResult) =>
    readPage(html`<div>${renderLoad(load)}</div>`.toString())
      .filter(({ name }) => name === 'figcaption')
      .map(({ text }) => text);

  test('has five charts', () => {
    expect(figuresOf(sampleLoad())).toEqual([
      'Throughput (MiB/s)',
      'Objects written, read, extended or deleted (objects/s)',
      'Latency over time (ms)',
      'Latency by phase (ms)',
      'Capacity against truth (GiB)',
    ]);
  });

  test('has charts of what it measured only', () => {
    const load = sampleLoad();
    const phases = load.phases.map(({ latency: _, startMs: __, ...phase }) => phase);
    expect(figuresOf({ ...load, capacity: [] })).toHaveLength(4);
    expect(figuresOf({ ...load, phases, capacity: [], series: [], verdicts: [] })).toEqual([]);
  });

  test('what was used before is no part of what is compared', () => {
    const capacity = [0, 1, 2].map((at) => ({
      tMs: at * 1000,
      capacity: 1e9,
      available: 5e8,
      used: 4e8 + at * 1024 * 1024,
      truth: at * 1024 * 1024,
    }));
    const page = readPage(html`<div>${renderLoad({ ...sampleLoad(), capacity })}</div>`.toString());
    expect(page.find(({ attributes }) => attributes['id'] === 'page-chart-capacity-words')?.text).toBe(
      'Truth: what the run had stored: from 0 to 2 MiB. Used in capacity.xml, above its first value: from 0 to 2 MiB.',
    );
  });

  test.each([
    undefined,
    null,
    5,
    {},
    { phases: [] },
    { ...sampleLoad(), series: {} },
    { ...sampleLoad(), settings: null },
  ])('of another shape is none: %j', (load) => {
    expect(readLoad(load)).toBeUndefined();
  });
});

describe('numbers and times', () => {
  test.each([
    [1_234_567.8, '1,234,568'],
    [12.345, '12.35'],
    [0.12345, '0.123'],
    [0, '0'],
    [Number.NaN, 'unknown'],
    [1e300, '1.00e+300'],
  ])('%d', (value, expected) => {
    expect(numberText(value)).toBe(expected);
  });

  test.each([
    [12.34, '12.3 ms'],
    [3400, '3.4 s'],
    [312_000, '5 min 12 s'],
    [7_380_000, '2 h 03 min'],
    [-1, 'unknown'],
    [Number.NaN, 'unknown'],
  ])('%d ms', (ms, expected) => {
    expect(durationText(ms)).toBe(expected);
  });

  test('a time in UTC, and what is none', () => {
    expect(timeText('2026-11-21T21:15:30.5+01:00')).toBe('2026-11-21 20:15:30 UTC');
    expect(timeText('yesterday')).toBe('yesterday');
  });
});
