// The lines of the audit log as a chain: each names the hash of the one before it, so that a line that is changed, taken out or
// put in later shows. Who may write the file can make a whole new chain; so can nobody who has only seen its last hash elsewhere.
import { createHash } from 'node:crypto';
import type { AuditEntry } from './audit-entry.ts';

/** Where a chain stands. */
export interface ChainEnd {
  /** Of the last line; 0 before the first. */
  readonly sequence: number;
  /** SHA-256 of the last line without its line feed, 64 lower-case hexadecimal digits. */
  readonly hash: string;
}

/** Before the first line. */
export const CHAIN_START: ChainEnd = { sequence: 0, hash: '0'.repeat(64) };

export interface ChainedLine {
  /** With its line feed. */
  readonly text: string;
  readonly end: ChainEnd;
}

/** The line that follows. */
export function chainedLine({ sequence, hash }: ChainEnd, { atMs, event, fields }: AuditEntry): ChainedLine {
  const line = JSON.stringify({
    sequence: sequence + 1,
    at: new Date(atMs).toISOString(),
    event,
    ...fields,
    previous: hash,
  });
  return { text: `${line}\n`, end: { sequence: sequence + 1, hash: hashOf(line) } };
}

/** What a line says of its place in a chain; undefined where it is none of the audit log's. */
export interface ReadLine {
  readonly sequence: number;
  readonly at: string;
  readonly previous: string;
  /** After it. */
  readonly end: ChainEnd;
}

/** `line` is without its line feed. */
export function readLine(line: Buffer | string): ReadLine | undefined {
  let read: unknown;
  try {
    read = JSON.parse(line.toString());
  } catch {
    return undefined;
  }
  if (typeof read !== 'object' || read === null) return undefined;
  const { sequence, at, previous } = read as Readonly<Record<string, unknown>>;
  const isWhole =
    Number.isSafeInteger(sequence) &&
    typeof at === 'string' &&
    typeof previous === 'string' &&
    /^[0-9a-f]{64}$/.test(previous);
  if (!isWhole) return undefined;
  return {
    sequence: sequence as number,
    at,
    previous,
    end: { sequence: sequence as number, hash: hashOf(line) },
  };
}

function hashOf(line: Buffer | string): string {
  return createHash('sha256').update(line).digest('hex');
}
