// What two gateways say to each other: one JSON object a line. The one that called hears; the one that was called tells.
import { isFields, isMoment, type PeerChange, readChange } from './peer-change.ts';

/** The name of one life of a gateway, from its start to its end: 24 characters that sort by the time of the start. */
export type RunName = string;

/** Changes of a run are numbered from 1. `[run, the number of the latest that was heard]`. */
export type HeardUntil = readonly [run: RunName, number: number];

export type FromHearer =
  /** First. `heard`: of whom it heard what; `own`: what it still knows of its own earlier runs. */
  | {
      readonly kind: 'hello';
      readonly run: RunName;
      readonly heard: readonly HeardUntil[];
      readonly own: readonly HeardUntil[];
    }
  /** Wants to know until when it was told everything. */
  | { readonly kind: 'ask'; readonly id: number };

export type FromTeller =
  /** First. */
  | { readonly kind: 'hello'; readonly run: RunName }
  /** The first has the number `first`. Null stands for one that cannot be told. */
  | {
      readonly kind: 'changes';
      readonly run: RunName;
      readonly first: number;
      readonly changes: readonly (PeerChange | null)[];
    }
  /** All that passed the teller by `askedAtMs`, when it got the question, was told before; by its wall clock. */
  | { readonly kind: 'told'; readonly id: number; readonly askedAtMs: number; readonly atMs: number };

/** Raised with each change of the messages that an older gateway would misread. */
export const PROTOCOL = 1;
/** Changes of one message. */
export const MAX_CHANGES = 256;
/** Runs in a greeting. */
export const MAX_RUNS = 64;
/** Characters of a line: 256 changes with long keys, and one completion that names 10,000 parts. */
export const MAX_LINE = 2 * 1024 * 1024;

const RUN = /^[0-9a-z]{24}$/;

/** The other side says what no gateway of this version says: the connection ends. The message is one sentence. */
export class PeerProtocolError extends Error {
  override readonly name = 'PeerProtocolError';
}

export function isRunName(value: unknown): value is RunName {
  return typeof value === 'string' && RUN.test(value);
}

export function lineOf(message: FromHearer | FromTeller): string {
  const version = message.kind === 'hello' ? { protocol: PROTOCOL } : {};
  return `${JSON.stringify({ ...message, ...version })}\n`;
}

/** Throws PeerProtocolError. */
export function readFromHearer(line: string): FromHearer {
  const fields = fieldsOf(line);
  if (fields['kind'] === 'hello') {
    checkProtocol(fields);
    const { run, heard, own } = fields;
    if (isRunName(run) && isHeardList(heard) && isHeardList(own)) return { kind: 'hello', run, heard, own };
  }
  if (fields['kind'] === 'ask' && isNumber(fields['id'])) return { kind: 'ask', id: fields['id'] };
  throw new PeerProtocolError('it says what is not understood');
}

/** Throws PeerProtocolError. */
export function readFromTeller(line: string): FromTeller {
  const fields = fieldsOf(line);
  const { kind, run, first, changes, id, askedAtMs, atMs } = fields;
  if (kind === 'hello') {
    checkProtocol(fields);
    if (isRunName(run)) return { kind, run };
  }
  if (kind === 'changes' && isRunName(run) && isNumber(first) && first > 0 && Array.isArray(changes)) {
    if (changes.length > 0 && changes.length <= MAX_CHANGES) {
      return { kind, run, first, changes: changes.map(changeOrNull) };
    }
  }
  if (kind === 'told' && isNumber(id) && isMoment(askedAtMs) && isMoment(atMs)) {
    return { kind, id, askedAtMs, atMs };
  }
  throw new PeerProtocolError('it says what is not understood');
}

function fieldsOf(line: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new PeerProtocolError('it says what is not JSON');
  }
  if (!isFields(value)) throw new PeerProtocolError('it says what is not understood');
  return value;
}

function checkProtocol({ protocol }: Readonly<Record<string, unknown>>): void {
  if (protocol === PROTOCOL) return;
  const spoken = typeof protocol === 'number' ? `version ${protocol}` : 'no version';
  throw new PeerProtocolError(
    `it speaks ${spoken} of the link between gateways, and this gateway ${PROTOCOL}`,
  );
}

function changeOrNull(value: unknown): PeerChange | null {
  if (value === null) return null;
  const change = readChange(value);
  if (change === undefined) throw new PeerProtocolError('it tells of a change that is not understood');
  return change;
}

function isHeardList(value: unknown): value is readonly HeardUntil[] {
  return (
    Array.isArray(value) &&
    value.length <= MAX_RUNS &&
    value.every((one) => Array.isArray(one) && one.length === 2 && isRunName(one[0]) && isNumber(one[1]))
  );
}

/** So far below the end of exact numbers that a few can be added to it. */
function isNumber(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= 2 ** 52;
}
