// Which cases a run has.
import { describe, expect, test } from 'vitest';
import { CATALOG } from '../../../../src/bench/catalog.ts';
import { type Choice, chooseCases } from '../../../../src/bench/runtime/choose-cases.ts';
import { stubCase } from './stub-case.ts';

const CASES = [
  stubCase('a-1', { profile: 'full' }),
  stubCase('a-2', { profile: 'smoke' }),
  stubCase('b-1', { profile: 'core' }),
];

describe('chooseCases', () => {
  test.each<[string, Choice, readonly string[]]>([
    ['smoke', { profile: 'smoke' }, ['a-2']],
    ['core', { profile: 'core' }, ['a-2', 'b-1']],
    ['full', { profile: 'full' }, ['a-1', 'a-2', 'b-1']],
    ['named ones, in catalogue order', { profile: 'smoke', only: ['b-1', 'a-1'] }, ['a-1', 'b-1']],
    ['a pattern', { profile: 'smoke', only: ['a-*'] }, ['a-1', 'a-2']],
    ['exclusions', { profile: 'full', only: ['a-*'], exclude: ['*-2'] }, ['a-1']],
  ])('%s', (_, choice, ids) => {
    expect(chooseCases(CASES, choice).map(({ id }) => id)).toEqual(ids);
  });

  test.each(['c', 'a', 'a.1'])('a name that fits nothing is refused: %s', (name) => {
    expect(() => chooseCases(CASES, { profile: 'core', only: [name] })).toThrow(`no case "${name}"`);
    expect(() => chooseCases(CASES, { profile: 'core', exclude: [name] })).toThrow(`no case "${name}"`);
  });
});

describe('the catalogue', () => {
  test('names each case once, in words that fit a path and a report', () => {
    const ids = CATALOG.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id))).toEqual([]);
  });

  test('has cases for each profile', () => {
    const sizes = (['smoke', 'core', 'full'] as const).map(
      (profile) => chooseCases(CATALOG, { profile }).length,
    );
    expect(sizes[0]).toBeGreaterThan(0);
    expect(sizes[1]).toBeGreaterThan(sizes[0] ?? 0);
    expect(sizes[2]).toBeGreaterThanOrEqual(sizes[1] ?? 0);
  });
});
