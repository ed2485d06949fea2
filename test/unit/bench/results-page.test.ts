// docs/bench-results.md as it is written: what stands side by side, and that nothing goes by without a reason.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CATALOG } from '../../../src/bench/catalog.ts';
import type { BenchReport } from '../../../src/bench/report/report.ts';
import { renderResultsPage } from '../../integration/bench/results-page.ts';
import { REASONS } from '../../integration/bench/results-reasons.ts';
import { SUBJECT_IDS, SUBJECTS, type SubjectId } from '../../integration/bench/results-subjects.ts';
import { report, result } from './report/sample-report.ts';

const reports = (ceph: BenchReport): ReadonlyMap<SubjectId, BenchReport> =>
  new Map(SUBJECT_IDS.map((id) => [id, id === 'ceph' ? ceph : report([result('row-51')])]));

describe('the page of results', () => {
  test('names the cases that do not pass somewhere, what came, and why', () => {
    const failed = report([result('row-51', { status: 'failed', message: 'one | marker' })]);
    const page = renderResultsPage(reports(failed), { versions: ['Ceph 1'] });
    expect(page).toContain(
      '| `row-51` | The title of row-51 | passed | passed | passed | passed | **breaks** |',
    );
    expect(page).toContain(`- Ceph: one | marker\n\n${REASONS['row-51']}`);
  });

  test('is not written where a case does not pass and nobody says why', () => {
    const failed = report([result('row-07', { status: 'failed', message: 'no' })]);
    expect(() => renderResultsPage(reports(failed), { versions: [] })).toThrow('row-07 did not pass');
  });

  test('says why of cases that exist, as it stands in docs', () => {
    const ids = CATALOG.map(({ id }) => id);
    expect(Object.keys(REASONS).filter((id) => !ids.includes(id))).toEqual([]);
    const page = readFileSync(new URL('../../../docs/bench-results.md', import.meta.url), 'utf8');
    for (const { title } of Object.values(SUBJECTS)) expect(page).toContain(`**${title}**`);
    for (const [id, reason] of Object.entries(REASONS)) {
      if (page.includes(`### \`${id}\``)) expect(page).toContain(reason);
    }
  });
});
