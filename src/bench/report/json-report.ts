// report.json: written for people and programs, and read again to be compared.
import type { CaseResult } from '../bench-case.ts';
import { type BenchReport, REPORT_FORMAT } from './report.ts';

export function renderJson(report: BenchReport): string {
  return `${JSON.stringify(report, undefined, 2)}\n`;
}

/** Throws an Error with one sentence where the text is no report of this format. */
export function readReport(text: string, name: string): BenchReport {
  const report = parse(text, name);
  if (typeof report !== 'object' || report === null || !('format' in report)) {
    throw new Error(`${name} is no report of the bench: it has no "format".`);
  }
  if (report.format !== REPORT_FORMAT) {
    throw new Error(`${name} has the format ${JSON.stringify(report.format)}; ${REPORT_FORMAT} can be read.`);
  }
  const { results, target } = report as Partial<BenchReport>;
  if (!Array.isArray(results) || !results.every(isResult) || typeof target?.endpoint !== 'string') {
    throw new Error(`${name} is no whole report of the bench: its results or its target are not there.`);
  }
  return report as BenchReport;
}

function parse(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${name} is no JSON: ${(error as Error).message}.`, { cause: error });
  }
}

function isResult(value: unknown): value is CaseResult {
  const { id, title, status, severity } = (value ?? {}) as Partial<CaseResult>;
  return [id, title, status, severity].every((part) => typeof part === 'string');
}
