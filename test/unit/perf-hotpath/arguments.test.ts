// The command line of the bench, and which cores each part gets.
import { expect, test } from 'vitest';
import { ArgumentError, parseArguments } from '../../perf/hotpath/arguments.ts';
import { CASE_NAMES } from '../../perf/hotpath/cases.ts';
import { parseCores, planCores } from '../../perf/hotpath/cores.ts';

test('all cases, five rounds of four seconds; --quick is shorter and yields to what is said', () => {
  expect(parseArguments([])).toMatchObject({ cases: CASE_NAMES, rounds: 5, seconds: 4, minutes: 1 });
  expect(parseArguments(['--quick', '--rounds', '3'])).toMatchObject({ rounds: 3, seconds: 2 });
  expect(parseArguments(['--only', 'get-4k,head'])).toMatchObject({ cases: ['get-4k', 'head'] });
});

test.each([
  [['--rounds', '0'], '--rounds is "0": it takes a whole number from 1 to 9999.'],
  [['--seconds', '1.5'], '--seconds is "1.5": it takes a whole number from 1 to 9999.'],
  [['--only', 'get-4k,'], '--only names "", which is none of get-1m,'],
  [['--proxies', 'apache'], '--proxies names "apache", which is none of gateway,'],
  [['--checkout', '/nowhere'], '--checkout names /nowhere, where no src/cli/main.ts is.'],
  [['--fast'], "Unknown option '--fast'; see --help."],
])('%j: one sentence', (args, sentence) => {
  const parse = () => parseArguments(args);
  expect(parse).toThrow(ArgumentError);
  expect(parse).toThrow(sentence);
});

test('the proxy has the last cores; client and sink share one only where they must', () => {
  expect(parseCores('0-2,5\n')).toEqual([0, 1, 2, 5]);
  expect(planCores([0], 1)).toEqual({ proxy: '0', client: '0', sink: '0' });
  expect(planCores([0, 1], 1)).toEqual({ proxy: '1', client: '0', sink: '0' });
  expect(planCores([0, 1, 2, 5], 1)).toEqual({ proxy: '5', client: '0', sink: '1' });
  expect(planCores([0, 1, 2, 5], 2)).toEqual({ proxy: '2,5', client: '0', sink: '1' });
});
