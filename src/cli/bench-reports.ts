// Where the reports of a run of the bench go.
import { accessSync, constants, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderHtml } from '../bench/report/html-report.ts';
import { renderJson } from '../bench/report/json-report.ts';
import { renderJunit } from '../bench/report/junit-report.ts';
import type { BenchReport } from '../bench/report/report.ts';
import { UsageError } from './arguments.ts';

/** Makes the directory before the run: one that cannot be written must not be found out after it. Throws UsageError. */
export function reportWriter(directory: string | undefined, strict: boolean): (report: BenchReport) => void {
  if (directory === undefined || directory === '') {
    throw new UsageError('--report is missing: it names the directory for the reports.');
  }
  try {
    mkdirSync(directory, { recursive: true });
    accessSync(directory, constants.W_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(`--report ${directory} cannot be written (${code}).`, { cause: error });
  }
  const write = (name: string, text: string): void => writeFileSync(join(directory, name), text);
  return (report) => {
    write('report.json', renderJson(report));
    write('junit.xml', renderJunit(report, { strict }));
    write('report.html', renderHtml(report));
  };
}
