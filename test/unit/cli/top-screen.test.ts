// What `top` shows of whatever there is, in terminals of any size.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutTo, shownWidth } from '../../../src/cli/shown-width.ts';
import { readTopArguments } from '../../../src/cli/top-arguments.ts';
import { plainText, topLine } from '../../../src/cli/top-plain.ts';
import { topScreen } from '../../../src/cli/top-screen.ts';
import type { TopData } from '../../../src/cli/top-sections.ts';
import { topData } from './top-fixture.ts';

const shown = (data: TopData, columns: number, rows: number, more: object = {}) =>
  plainText(topScreen({ data, ...more }, { columns, rows }))
    .split('\n')
    .slice(0, -1);
const all = (data: TopData, columns = 200) =>
  plainText(topScreen({ data }, { columns, rows: Number.POSITIVE_INFINITY }));

describe('the screen of top', () => {
  test('never is larger than the terminal', () => {
    const sizes = fc.record({
      columns: fc.integer({ min: 1, max: 250 }),
      rows: fc.integer({ min: 1, max: 90 }),
      many: fc.nat({ max: 40 }),
      name: fc.string({ unit: 'grapheme', maxLength: 80 }),
      trouble: fc.option(fc.string({ maxLength: 200 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(sizes, ({ columns, rows, many, name, trouble }) => {
        const data = topData({ many, name: name.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '') });
        const lines = topScreen({ data, trouble, foot: 'q quits' }, { columns, rows });
        expect(lines.length).toBeLessThanOrEqual(rows);
        for (const line of lines) {
          const width = line.reduce((sum, { text }) => sum + shownWidth(text), 0);
          expect(width).toBeLessThanOrEqual(columns);
        }
      }),
    );
  });

  test('has something of everything in 24 lines of 80', () => {
    const text = shown(topData({ many: 12 }), 80, 24, { foot: 'q quits' }).join('\n');
    for (const title of ['BUCKET 1 of 12', 'OPERATION', 'ENDPOINT', 'BUSIEST ENTITY', 'VEEAM REPOSITORY']) {
      expect(text).toContain(title);
    }
    expect(text.split('\n')).toHaveLength(24);
    expect(text.endsWith('q quits')).toBe(true);
  });

  test('has all of it where there is room', () => {
    const text = all(topData({ many: 12 }));
    expect(text).not.toMatch(/ of 12/);
    expect(text.match(/^bucket-\d+ /gm)).toHaveLength(12);
  });

  test('shows first what does not work', () => {
    const text = all(topData({ many: 3 }));
    expect(text).toMatch(/ENDPOINT.*\n.*ejected.*connection refused, until 03:01:00/);
    expect(text).toContain('store ceph does not answer: the store cannot be reached');
    expect(text).toContain('Veeam (one) does not answer: no route');
  });

  test('shows first the bucket that is wrong, then that which is full first', () => {
    const { capacity, ...rest } = topData({ many: 3 });
    const capacities = capacity.capacities.toReversed();
    const text = all({ ...rest, capacity: { ...capacity, capacities } });
    expect([...text.matchAll(/^(bucket-\d) +ceph/gm)].map(([, name]) => name)).toEqual([
      'bucket-1',
      'bucket-0',
      'bucket-2',
    ]);
  });

  test('says in how many days a bucket is full', () => {
    const text = all(topData({ many: 3 }));
    expect(text).toMatch(/^bucket-0 .* < 1 d +ok$/m);
    expect(text).toMatch(/^bucket-1 .* 29 d +too old$/m);
    expect(text).toMatch(/^bucket-2 .* - +ok$/m);
  });

  test('an entity that has no room is told by what tells it from others', () => {
    const data = topData({ many: 2, name: '12345678-1111-2222-3333-444444444444' });
    const entity = 'Veeam/Backup/f/Clients/{12345678-1111-2222-3333-444444444444}/{1}';
    expect(all(data, 120)).toContain(entity);
    expect(all(data, 80)).not.toContain(entity);
    expect(all(data, 80)).toMatch(/^\{12345678…\}\/\{1\} +bucket-1/m);
  });

  test('rates are those of the last minute, without the step that is not over', () => {
    const data = topData({ many: 1 });
    const points = data.live.traffic.points.map((point, index, { length }) => ({
      ...point,
      requests: index === length - 1 ? 1_000_000 : 10,
      errors: index === length - 2 ? 1 : 0,
      refused: 0,
      requestBytes: 1024 * 5,
      responseBytes: 0,
    }));
    const live = { ...data.live, traffic: { stepSeconds: 5, points } };
    expect(all({ ...data, live })).toContain(
      '2.00 requests/s  in 1.00 KiB/s  out 0 B/s  errors 0.8 %  refused 0 %',
    );
    expect(topLine({ ...data, live })).toMatch(
      /^03:00:02 {2}2\.00 requests\/s .*ejected .*ceph does not answer\n$/,
    );
  });

  test('nothing yet is no reason to fail', () => {
    const { live, capacity, veeam } = topData({ many: 0 });
    const empty: TopData = {
      live: {
        ...live,
        backends: [],
        endpoints: [],
        refusals: [],
        entities: [],
        traffic: { stepSeconds: 5, points: [] },
      },
      capacity,
      veeam: { ...veeam, servers: [] },
    };
    expect(all(empty)).toContain('0 requests/s');
    expect(topScreen({ data: undefined, trouble: 'gone' }, { columns: 80, rows: 24 })[0]).toEqual([
      { text: 'gone', tone: 'bad' },
    ]);
  });
});

describe('widths', () => {
  test.each([
    ['abc', 3],
    ['日本', 4],
    ['e\u0301', 1],
    ['ｶﾞ', 2],
    ['…▁█', 3],
    ['😀', 2],
  ])('%s takes %i', (text, width) => {
    expect(shownWidth(text)).toBe(width);
  });

  test('a cut text fits and says so', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.nat({ max: 30 }),
        fc.constantFrom('start' as const, 'end' as const),
        (text, width, from) => {
          const cut = cutTo(text, width, from);
          expect(shownWidth(cut)).toBeLessThanOrEqual(Math.max(width, 0));
          if (cut !== text && width > 0) expect(cut.at(from === 'end' ? -1 : 0)).toBe('…');
        },
      ),
    );
    expect([cutTo('abcdef', 3), cutTo('abcdef', 3, 'start')]).toEqual(['ab…', '…ef']);
  });
});

describe('arguments', () => {
  test('are read', async () => {
    expect(await readTopArguments(['--admin', 'http://a:1', '--interval', '1m', '--json'], {})).toMatchObject(
      {
        admin: 'http://a:1',
        intervalMs: 60_000,
        json: true,
        once: false,
      },
    );
    expect(await readTopArguments(['--admin', 'http://a:1'], {})).toMatchObject({ intervalMs: 2_000 });
    await expect(readTopArguments([], { SOSAPI_CONFIG: '/no/such/file' })).rejects.toThrow('/no/such/file');
  });

  test.each([
    [['--interval', '2'], '--interval is "2": write 2s, 500ms or 1m'],
    [['--interval', '1ms'], 'at least 500ms'],
    [['--interval', '2s', '--once'], '--interval and --once exclude each other'],
    [['--config', 'f', '--admin', 'u'], '--config and --admin exclude each other'],
    [['--config', ''], '--config names no file'],
    [['now'], '"now" is one word too many'],
    [['--fast'], "Unknown option '--fast'"],
  ])('%j: %s', async (args, message) => {
    await expect(readTopArguments(args, {})).rejects.toThrow(message);
  });
});
