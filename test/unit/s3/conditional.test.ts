import { describe, expect, test } from 'vitest';
import { HeaderList } from '../../../src/http1/header-list.ts';
import { evaluateConditions, rangeApplies } from '../../../src/s3/conditional.ts';

const validators = { etag: '"abc"', lastModifiedMs: Date.UTC(2026, 10, 21, 12, 0, 30, 500) };
const BEFORE = 'Sat, 21 Nov 2026 12:00:29 GMT';
const SAME = 'Sat, 21 Nov 2026 12:00:30 GMT';
const AFTER = 'Sat, 21 Nov 2026 12:00:31 GMT';

type Pair = readonly [string, string];
type Expected = 'proceed' | 'not-modified' | 'If-Match' | 'If-Unmodified-Since';

function verdict(headers: readonly Pair[]): Expected {
  const found = evaluateConditions(HeaderList.of(...headers), validators);
  return found.kind === 'failed' ? found.condition : found.kind;
}

describe('evaluateConditions', () => {
  test.each([
    ['no condition', [], 'proceed'],

    ['If-Match of this tag', [['If-Match', '"abc"']], 'proceed'],
    ['If-Match without quotes', [['If-Match', 'abc']], 'proceed'],
    ['If-Match of any', [['If-Match', '*']], 'proceed'],
    ['If-Match list with this tag', [['If-Match', '"x" ,, "a,b","abc"']], 'proceed'],
    [
      'If-Match in two fields',
      [
        ['If-Match', '"x"'],
        ['If-Match', '"abc"'],
      ],
      'proceed',
    ],
    ['If-Match of another tag', [['If-Match', '"x"']], 'If-Match'],
    ['If-Match of a weak tag: compared strongly', [['If-Match', 'W/"abc"']], 'If-Match'],
    ['If-Match with a quote left open', [['If-Match', '"abc']], 'If-Match'],
    ['If-Match empty', [['If-Match', '']], 'If-Match'],
    ['If-Match: a tag that only contains it', [['If-Match', '"x,abc"']], 'If-Match'],

    ['If-Unmodified-Since, changed after', [['If-Unmodified-Since', BEFORE]], 'If-Unmodified-Since'],
    ['If-Unmodified-Since, same second', [['If-Unmodified-Since', SAME]], 'proceed'],
    ['If-Unmodified-Since, not a date', [['If-Unmodified-Since', 'yesterday']], 'proceed'],
    [
      'If-Unmodified-Since twice is ignored',
      [
        ['If-Unmodified-Since', BEFORE],
        ['If-Unmodified-Since', BEFORE],
      ],
      'proceed',
    ],
    [
      'If-Match counts, If-Unmodified-Since then does not',
      [
        ['If-Unmodified-Since', BEFORE],
        ['If-Match', '"abc"'],
      ],
      'proceed',
    ],

    ['If-None-Match of this tag', [['If-None-Match', '"abc"']], 'not-modified'],
    ['If-None-Match of a weak tag: compared weakly', [['If-None-Match', 'W/"abc"']], 'not-modified'],
    ['If-None-Match without quotes', [['If-None-Match', 'abc']], 'not-modified'],
    ['If-None-Match list', [['If-None-Match', '"x",\tW/"abc"']], 'not-modified'],
    ['If-None-Match of any', [['If-None-Match', ' * ']], 'not-modified'],
    ['If-None-Match of another tag', [['If-None-Match', '"x"']], 'proceed'],
    ['If-None-Match in another case', [['If-None-Match', '"ABC"']], 'proceed'],

    ['If-Modified-Since, changed after', [['If-Modified-Since', BEFORE]], 'proceed'],
    ['If-Modified-Since, same second', [['If-Modified-Since', SAME]], 'not-modified'],
    ['If-Modified-Since, later', [['If-Modified-Since', AFTER]], 'not-modified'],
    ['If-Modified-Since, not a date', [['If-Modified-Since', '0']], 'proceed'],
    [
      'If-None-Match counts, If-Modified-Since then does not',
      [
        ['If-Modified-Since', AFTER],
        ['If-None-Match', '"x"'],
      ],
      'proceed',
    ],

    [
      'If-Match fails before If-None-Match is looked at',
      [
        ['If-None-Match', '"abc"'],
        ['If-Match', '"x"'],
      ],
      'If-Match',
    ],
    [
      'If-Match holds, If-None-Match decides',
      [
        ['If-None-Match', '"abc"'],
        ['If-Match', '"abc"'],
      ],
      'not-modified',
    ],
    [
      'If-Unmodified-Since holds, If-Modified-Since decides',
      [
        ['If-Unmodified-Since', SAME],
        ['If-Modified-Since', SAME],
      ],
      'not-modified',
    ],
  ] as [string, Pair[], Expected][])('%s', (_what, headers, expected) => {
    expect(verdict(headers)).toBe(expected);
  });

  test('a list made to be slow is read in linear time', () => {
    const started = performance.now();
    verdict([['If-None-Match', `"x",${' '.repeat(1_000_000)}"open`]]);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

describe('rangeApplies', () => {
  test.each([
    ['no If-Range', [], true],
    ['this tag', [['If-Range', '"abc"']], true],
    ['another tag', [['If-Range', '"x"']], false],
    ['weak: never', [['If-Range', 'W/"abc"']], false],
    ['this date', [['If-Range', SAME]], true],
    ['an earlier date', [['If-Range', BEFORE]], false],
    ['a later date: must be the very same', [['If-Range', AFTER]], false],
    ['not valid', [['If-Range', 'abc']], false],
    [
      'twice',
      [
        ['If-Range', '"abc"'],
        ['If-Range', '"abc"'],
      ],
      false,
    ],
  ] as [string, Pair[], boolean][])('%s', (_what, headers, expected) => {
    expect(rangeApplies(HeaderList.of(...headers), validators)).toBe(expected);
  });
});
