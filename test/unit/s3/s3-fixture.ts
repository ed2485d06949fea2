// Heads understood, and what is refused of them.
import { type HeadLimits, parseRequestHead } from '../../../src/http1/head-parser.ts';
import { S3Error } from '../../../src/s3/error.ts';
import type { S3Request } from '../../../src/s3/request.ts';
import { understand } from '../../../src/s3/understand.ts';

const LIMITS: HeadLimits = { maxHeadBytes: 65_536, maxHeaders: 100 };

export interface Asked {
  readonly method?: string;
  readonly target: string;
  readonly host?: string;
  /** Complete header lines without CR LF. */
  readonly lines?: readonly string[];
  readonly hostNames?: readonly string[];
}

export function understood({
  method = 'GET',
  target,
  host = 'gateway',
  lines = [],
  hostNames = [],
}: Asked): S3Request {
  const fields = [`Host: ${host}`, ...lines].map((line) => `${line}\r\n`).join('');
  const head = parseRequestHead(
    Buffer.from(`${method} ${target} HTTP/1.1\r\n${fields}\r\n`, 'latin1'),
    LIMITS,
  );
  return understand(head, hostNames);
}

/** The S3Error that an action throws; fails where it throws none, or something else. */
export function refusalOf(action: () => unknown): S3Error {
  try {
    action();
  } catch (error) {
    if (error instanceof S3Error) return error;
    throw error;
  }
  throw new Error('not refused');
}

/** The code, or `accepted`. */
export function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof S3Error) return error.code;
    throw error;
  }
  return 'accepted';
}
