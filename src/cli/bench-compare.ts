// `bench compare`: two reports side by side, of two stores or of two releases.

import { readFileSync } from 'node:fs';
import { stdout } from 'node:process';
import { compareReports, renderComparison } from '../bench/report/compare-reports.ts';
import { readReport } from '../bench/report/json-report.ts';
import type { BenchReport } from '../bench/report/report.ts';
import { UsageError } from './arguments.ts';
import { noMoreBenchWords } from './bench-arguments.ts';
import { parseSubArgs } from './sub-commands.ts';

const USAGE = `  sosapi-gateway bench compare A.json B.json
          prints the cases whose status or figures differ; exit code 1 where B breaks what A does not
`;

export const benchCompare = { usage: USAGE, run };

async function run(args: readonly string[]): Promise<number> {
  const { positionals } = parseSubArgs('bench', args, {});
  const [fileA, fileB, ...rest] = positionals;
  noMoreBenchWords(rest);
  if (fileA === undefined || fileB === undefined) {
    throw new UsageError('bench compare needs two files: report.json of one run and of another.');
  }
  const a = read(fileA);
  const b = read(fileB);
  stdout.write(renderComparison(a, b));
  return compareReports(a, b).some(({ isWorse }) => isWorse) ? 1 : 0;
}

function read(file: string): BenchReport {
  try {
    return readReport(readFileSync(file, 'utf8'), file);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UsageError(code === undefined ? message : `${file} cannot be read (${code}).`, {
      cause: error,
    });
  }
}
