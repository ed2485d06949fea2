// What a person reads in the end.
import { describe, expect, test } from 'vitest';
import { COLOURS, PLAIN, renderTerminal } from '../../../../src/bench/report/terminal-report.ts';
import { textTable } from '../../../../src/bench/report/text-table.ts';
import { ONE_OF_EACH, report, result } from './sample-report.ts';

describe('renderTerminal', () => {
  test('counts by group, and what to do about each failure', () => {
    expect(
      renderTerminal(report(ONE_OF_EACH), PLAIN),
    ).toBe(`http://127.0.0.1:9000, bucket bucket, profile core, server "MinIO"

GROUP     PASSED  FAILED  WARNED  SKIPPED
row            1       2       1        1
sequence       1       0       0        0
all            2       2       1        1

BREAKS row-02: The title of row-02
  came      came 500
  must come 200.
  source    a page
  advice    Look at the index.

SLOW row-03: The title of row-03
  came      took 9 s
  must come 200.
  source    a page
  advice    Look at the index.

WARNING row-04: The title of row-04
  came      hm
  must come 200.
  source    a page
  advice    Look at the index.

skipped (needs a bucket): row-05

Would break Veeam in 1 place. Would make Veeam slow in 1 place. 1 warning: wrong, but nobody has proven that it matters.
`);
  });

  test('colours change nothing but colours, and nothing is coloured where all is well', () => {
    const painted = renderTerminal(report(ONE_OF_EACH), COLOURS);
    expect(painted).toContain('\x1b[31mBREAKS\x1b[39m');
    expect(painted.replace(/\x1b\[\d+m/g, '')).toBe(renderTerminal(report(ONE_OF_EACH), PLAIN));
    expect(renderTerminal(report([result('a')]), COLOURS).match(/\x1b\[\d+m[^\x1b]*/g)).toEqual([
      '\x1b[32mNothing that would break Veeam was found.',
      '\x1b[39m\n',
    ]);
  });

  test('what a store sent cannot move the cursor or break the layout', () => {
    const message = 'a\x1b[2J\r\nb\u202e';
    const text = renderTerminal(
      report([result('a', { status: 'failed', message })], { server: message }),
      PLAIN,
    );
    expect(text).toContain('  came      a [2J b\n');
    expect(text).toContain('server "a [2J b"');
  });

  test.each([
    ['interrupted', { interrupted: true }, 'was interrupted'],
    [
      'leftovers',
      {
        leftovers: [
          { bucket: 'b', key: 'k', versionId: '1', deletableFrom: '2026-12-01T00:00:00.000Z', reason: '403' },
        ],
      },
      'b/k (1): 403, can be deleted from 2026-12-01T00:00:00.000Z on',
    ],
  ])('%s', (_, given, expected) => {
    expect(renderTerminal(report([result('a')], given), PLAIN)).toContain(expected);
  });

  test('nothing passed, nothing failed: nothing is known', () => {
    const skipped = result('a', { status: 'skipped', message: 'x' });
    expect(renderTerminal(report([skipped]), PLAIN)).toContain('nothing is known');
  });
});

test('tables line up by characters, whatever their colour', () => {
  const table = textTable<readonly [string, string]>(
    [
      { title: 'A', text: ([a]) => a, paint: (text) => `\x1b[31m${text}\x1b[39m` },
      { title: 'NUMBER', align: 'right', text: ([, b]) => b },
    ],
    [
      ['ü😀', '5'],
      ['long', '1000'],
    ],
  );
  expect(table.replace(/\x1b\[\d+m/g, '')).toBe('A     NUMBER\nü😀         5\nlong    1000\n');
});
