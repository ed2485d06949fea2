// `audit verify`: reads files of the audit log and says whether somebody changed them.
import { stdout } from 'node:process';
import { parseArgs } from 'node:util';
import { type AuditFileReport, verifyAudit } from '../telemetry/audit-verify.ts';
import { UsageError } from './arguments.ts';

/** Resolves with the exit code: 0 where all lines are as they were written, 1 where not. Rejects with UsageError or a sentence. */
export async function auditCommand(args: readonly string[]): Promise<number> {
  const { files, json } = readArguments(args);
  const reports = await verify(files);
  stdout.write(json ? `${JSON.stringify(reports, undefined, 2)}\n` : reports.map(renderReport).join(''));
  return reports.every(({ broken }) => broken === 0) ? 0 : 1;
}

function readArguments(args: readonly string[]): {
  readonly files: readonly string[];
  readonly json: boolean;
} {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (error) {
    const [sentence = ''] = (error as Error).message.split(/\. |\n/);
    throw new UsageError(`${sentence}; see --help.`, { cause: error });
  }
  const [name, ...files] = parsed.positionals;
  if (name !== 'verify') throw new UsageError('audit has one sub-command: audit verify FILE…; see --help.');
  if (files.length === 0) {
    throw new UsageError('audit verify expects files of the audit log, the oldest first; see --help.');
  }
  return { files, json: parsed.values.json === true };
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    options: { json: { type: 'boolean' } },
    allowPositionals: true,
    strict: true,
  });
}

async function verify(files: readonly string[]): Promise<readonly AuditFileReport[]> {
  try {
    return await verifyAudit(files);
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException;
    throw new Error(`the audit log ${path ?? files.join(', ')} cannot be read (${code ?? String(error)}).`, {
      cause: error,
    });
  }
}

const BEGINNINGS: Readonly<Record<AuditFileReport['begins'], string>> = {
  continues: 'goes on from the file before',
  'continues-another': 'goes on from a file that was not named before it',
  anew: 'begins a chain',
  empty: 'has no lines of the audit log',
};

function renderReport({ file, lines, first, last, begins, breaks, broken }: AuditFileReport): string {
  const told = [
    `${file}: ${lines} lines, ${BEGINNINGS[begins]}`,
    ...(first === undefined || last === undefined
      ? []
      : [
          `  numbers ${first.sequence} to ${last.sequence}, ${first.at} to ${last.at}`,
          `  hash of the last line: ${last.hash}`,
        ]),
    ...breaks.map(({ line, what }) => `  line ${line} ${what}`),
    ...(broken > breaks.length ? [`  and ${broken - breaks.length} more`] : []),
    broken === 0
      ? '  as it was written'
      : `  ${broken} ${broken === 1 ? 'line is' : 'lines are'} not as written`,
  ];
  return `${told.join('\n')}\n`;
}
