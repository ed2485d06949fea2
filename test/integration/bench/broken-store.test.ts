// The bench against a store with one fault at a time: each case catches its own fault and no other.
// Cases that write hundreds of objects, and those that do what many others do too, meet their own faults alone, unless
// BENCH_FAULTS=all asks that every case meets every fault.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CaseResult } from '../../../src/bench/bench-case.ts';
import { NOT_VISIBLE_ROWS } from '../../../src/bench/cases/rows/not-visible.ts';
import { FAULTS } from '../../support/broken-store/all-faults.ts';
import { BYSTANDERS } from '../../support/broken-store/bystanders.ts';
import { allCases, casesFor } from '../../support/broken-store/cases-for-faults.ts';
import { renderFaultsPage } from '../../support/broken-store/faults-page.ts';
import { judgeFault } from '../../support/broken-store/judge-fault.ts';
import { runFault } from '../../support/broken-store/run-fault.ts';
import { StoreForFaults } from '../../support/broken-store/store-for-faults.ts';

const ROWS = 56;
const WITHOUT_FAULT = 'no-fault';
const RUNS_ALL = process.env['BENCH_FAULTS'] === 'all';
const TIMEOUT_MS = 900_000;

describe('the table of faults and cases', () => {
  test('has no empty row: each has a fault, or no black box can see it', () => {
    const rows = [...FAULTS.map(({ row }) => row), ...NOT_VISIBLE_ROWS.map(({ row }) => row)];
    const empty = Array.from({ length: ROWS }, (_, i) => i + 1).filter((row) => !rows.includes(row));
    expect(empty).toEqual([]);
  });

  test('has a fault for each case of a row, and for each about SOSAPI', () => {
    const caught = new Set(FAULTS.flatMap(({ caughtBy }) => caughtBy));
    const untried = allCases().filter(
      ({ id, group }) => (group === 'row' || group === 'sosapi') && !caught.has(id),
    );
    expect(untried.map(({ id }) => id)).toEqual([]);
  });

  test('names cases and faults that exist', () => {
    const cases = allCases().map(({ id }) => id);
    const faults = FAULTS.map(({ id }) => id);
    expect(new Set(faults).size).toBe(faults.length);
    expect(FAULTS.filter(({ caughtBy }) => caughtBy.length === 0)).toEqual([]);
    expect(FAULTS.flatMap(({ caughtBy }) => caughtBy).filter((id) => !cases.includes(id))).toEqual([]);
    expect(Object.keys(BYSTANDERS).filter((id) => !faults.includes(id))).toEqual([]);
  });

  test('is what docs/bench-faults.md says (node test/integration/bench/faults-table.ts writes it)', () => {
    const page = readFileSync(new URL('../../../docs/bench-faults.md', import.meta.url), 'utf8');
    expect(page).toBe(renderFaultsPage());
  });
});

describe('the judge', () => {
  const fault = FAULTS.find(({ id }) => id === 'row-05');
  const outcomes = (statuses: Readonly<Record<string, CaseResult['status']>>) =>
    allCases().map(({ run: _, ...each }): CaseResult => {
      const status = statuses[each.id] ?? 'passed';
      return { ...each, status, message: 'said', tookMs: 1, evidence: [] };
    });

  test.each([
    ['nothing, where it is as the table says', { 'row-05': 'failed', 'sequence-11': 'failed' }, []],
    [
      'a case that misses its fault',
      { 'sequence-11': 'failed' },
      ['row-05 does not catch row-05: passed: said'],
    ],
    [
      'a case that catches the fault of another',
      { 'row-05': 'warned', 'sequence-11': 'failed', 'row-06': 'warned' },
      ['row-06 is not there to catch row-05, and warned: said'],
    ],
    [
      'a bystander that does not fail',
      { 'row-05': 'failed', 'sequence-11': 'skipped' },
      ['sequence-11 stands in the table of bystanders of row-05, but does not fail'],
    ],
  ] as const)('says %s', (_, statuses, problems) => {
    if (fault === undefined) throw new Error('there is no such fault');
    expect(judgeFault(fault, outcomes(statuses))).toEqual(problems);
  });
});

describe('the bench', () => {
  let parts: StoreForFaults | undefined;
  const store = () => {
    if (parts === undefined) throw new Error('the store is not there yet');
    return parts.store;
  };

  beforeAll(async () => {
    parts = await StoreForFaults.start([WITHOUT_FAULT, ...FAULTS.map(({ id }) => id)]);
  });
  afterAll(async () => {
    await parts?.[Symbol.asyncDispose]();
  });

  test.concurrent('passes every case where nothing is wrong', { timeout: TIMEOUT_MS }, async () => {
    const results = await runFault({ store: store(), bucket: WITHOUT_FAULT, cases: allCases() });
    const others = results.filter(({ status }) => status !== 'passed');
    expect(others.map(({ id, status, message }) => `${id} ${status}: ${message}`)).toEqual([
      'precondition-tls-versions skipped: The endpoint is plain http; agents of Veeam talk https only.',
      'precondition-certificate skipped: The endpoint is plain http; agents of Veeam talk https only.',
    ]);
  });

  for (const fault of FAULTS) {
    test.concurrent(`catches a store that ${fault.does} (${fault.id})`, { timeout: TIMEOUT_MS }, async () => {
      const cases = RUNS_ALL ? allCases() : casesFor(fault);
      const results = await runFault({ store: store(), bucket: fault.id, fault, cases });
      // A text, so that it is printed whole also where it is long.
      expect(judgeFault(fault, results).join('\n')).toBe('');
    });
  }
});
