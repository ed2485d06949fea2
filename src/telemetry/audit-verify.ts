// Reads files of the audit log and says whether their lines are the chain that was written.
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { CHAIN_START, type ChainEnd, readLine } from './audit-chain.ts';

export interface AuditBreak {
  /** From 1. */
  readonly line: number;
  /** The end of a sentence that begins with the line. */
  readonly what: string;
}

export interface AuditFileReport {
  readonly file: string;
  readonly lines: number;
  readonly first: { readonly sequence: number; readonly at: string } | undefined;
  readonly last: { readonly sequence: number; readonly at: string; readonly hash: string } | undefined;
  /**
   * How its first line goes on: from the file before, from one that was not given, or not at all, since the gateway was started
   * with an empty file.
   */
  readonly begins: 'continues' | 'continues-another' | 'anew' | 'empty';
  /** The first ones. */
  readonly breaks: readonly AuditBreak[];
  /** All of them. */
  readonly broken: number;
}

const MAX_TOLD = 20;

/** In the order in which they were written, the oldest first. Rejects with the system's error. */
export async function verifyAudit(files: readonly string[]): Promise<readonly AuditFileReport[]> {
  const reports: AuditFileReport[] = [];
  let end: ChainEnd | undefined;
  for (const file of files) {
    const read = await verifyFile(file, end);
    reports.push(read.report);
    end = read.end;
  }
  return reports;
}

async function verifyFile(
  file: string,
  before: ChainEnd | undefined,
): Promise<{ readonly report: AuditFileReport; readonly end: ChainEnd | undefined }> {
  const breaks: AuditBreak[] = [];
  let broken = 0;
  let lines = 0;
  let end = before;
  let begins: AuditFileReport['begins'] = 'empty';
  let first: AuditFileReport['first'];
  let last: AuditFileReport['last'];
  const note = (what: string): void => {
    broken++;
    if (breaks.length < MAX_TOLD) breaks.push({ line: lines, what });
  };
  const input = createReadStream(file);
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    lines++;
    const found = readLine(line);
    if (found === undefined) {
      note('is no line of the audit log: it was cut off or put there');
      continue;
    }
    const { sequence, at, previous } = found;
    const follows = end !== undefined && previous === end.hash && sequence === end.sequence + 1;
    if (first === undefined) {
      const isStart = previous === CHAIN_START.hash && sequence === CHAIN_START.sequence + 1;
      begins = follows ? 'continues' : isStart ? 'anew' : 'continues-another';
      first = { sequence, at };
      if (begins === 'continues-another' && end !== undefined) note(unlinked(sequence, end));
    } else if (end !== undefined && !follows) {
      note(unlinked(sequence, end));
    }
    end = found.end;
    last = { sequence, at, hash: found.end.hash };
  }
  return { report: { file, lines, first, last, begins, breaks, broken }, end };
}

function unlinked(sequence: number, end: ChainEnd): string {
  if (sequence === end.sequence + 1) {
    return `does not follow the line before it: that line was changed after it was written, or this one put there`;
  }
  return `has the number ${sequence} and follows number ${end.sequence}: lines were taken out or put in`;
}
