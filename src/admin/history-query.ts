// The query of the capacity endpoints: read strictly, with a sentence for whoever wrote it.
import type { HistoryQuery } from '../capacity/history/capacity-history.ts';

/** Its message is one sentence of what is wrong and what is right, for the answer. */
export class BadQueryError extends Error {
  override readonly name = 'BadQueryError';
}

const MINUTE_MS = 60_000;
const DEFAULT_SPAN_MS = 7 * 24 * 60 * MINUTE_MS;
/** 9999-12-31: ISO dates have four digits up to here. */
const LATEST_MS = 253_402_300_799_999;

const UNITS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: MINUTE_MS,
  h: 60 * MINUTE_MS,
  d: 24 * 60 * MINUTE_MS,
};

/** The parameters that `names` lists; throws BadQueryError for another, and for one that comes twice. */
export function readParameters<Name extends string>(
  query: unknown,
  names: readonly Name[],
): Readonly<Partial<Record<Name, string>>> {
  const found: Partial<Record<Name, string>> = {};
  for (const [given, value] of Object.entries(query as Readonly<Record<string, unknown>>)) {
    const name = names.find((each) => each === given);
    if (name === undefined) {
      throw new BadQueryError(`there is no parameter ${shown(given)} here, only ${names.join(', ')}`);
    }
    if (typeof value !== 'string') throw new BadQueryError(`${name} is given more than once`);
    if (value === '') throw new BadQueryError(`${name} is empty: give it a value or leave it out`);
    found[name] = value;
  }
  return found;
}

/** Without `to` up to now, without `from` the 7 days before. */
export function readHistoryQuery(query: unknown, nowMs: number): HistoryQuery {
  const { bucket, backend, from, to, step } = readParameters(query, [
    'bucket',
    'backend',
    'from',
    'to',
    'step',
  ]);
  // The moment of now itself is asked for too.
  const toMs = to === undefined ? Math.min(nowMs + 1, LATEST_MS) : moment('to', to);
  const fromMs = from === undefined ? Math.max(0, toMs - DEFAULT_SPAN_MS) : moment('from', from);
  if (fromMs >= toMs) {
    const implied = to === undefined ? ' (now)' : '';
    throw new BadQueryError(
      `from is ${new Date(fromMs).toISOString()}, which is not before to, ${new Date(toMs).toISOString()}${implied}`,
    );
  }
  return {
    fromMs,
    toMs,
    ...(bucket === undefined ? {} : { bucket }),
    ...(backend === undefined ? {} : { backend }),
    ...(step === undefined ? {} : { stepMs: duration(step) }),
  };
}

/** With a time goes an offset: without one it would be that of this machine. */
const DATE = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/;

function moment(name: string, text: string): number {
  // A plus that was not percent-encoded has become a space.
  const iso = text.replace(' ', '+');
  const ms = /^\d{1,15}$/.test(text) ? Number(text) : DATE.test(iso) ? Date.parse(iso) : Number.NaN;
  if (ms >= 0 && ms <= LATEST_MS) return ms;
  throw new BadQueryError(
    `${name} is ${shown(text)}, which is no moment: write 2026-11-21, 2026-11-21T12:00:00Z or milliseconds since 1970`,
  );
}

function duration(text: string): number {
  const [, count = '', unit = ''] = /^(\d{1,12})([smhd])$/.exec(text) ?? [];
  const ms = Number(count) * (UNITS[unit] ?? 0);
  // No finer than what is kept, and no end of years.
  if (ms >= MINUTE_MS && ms <= LATEST_MS) return ms;
  throw new BadQueryError(`step is ${shown(text)}, which is no step: write 5m, 1h or 1d, at least 1m`);
}

/** What was given, short and without what would break a line. */
function shown(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
