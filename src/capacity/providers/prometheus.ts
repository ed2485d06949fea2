// Any store that a Prometheus server watches: expressions of the operator's for its size, its free space, what a bucket holds.
import type { Secret } from '../../secret.ts';
import { CapacityUnknownError } from '../capacity.ts';
import type { CapacityFigures, Figure, UsedFigure } from '../figures.ts';
import type { CapacityProvider } from '../provider.ts';
import type { StoreTls } from './http-get.ts';
import { forBucket, type InstantValue, instantQuery, type PrometheusServer } from './prometheus-query.ts';
import { sharedLoad } from './shared-load.ts';

/**
 * At least one of the three expressions. Each is PromQL that gives one number of bytes after replication or parity;
 * `$bucket` in it becomes the bucket's name and stands within quotes.
 */
export interface PrometheusCapacityOptions {
  /** `http://host:port`, with the path under which the server's API is, if any. */
  readonly url: string;
  readonly total?: string | undefined;
  readonly free?: string | undefined;
  readonly used?: string | undefined;
  /** Whether what `used` gives has the parts of unfinished uploads in it: not, unless given. */
  readonly uploads?: UsedFigure['uploads'] | undefined;
  /** A bearer token; or a user and a password. */
  readonly token?: Secret | undefined;
  readonly user?: string | undefined;
  readonly password?: Secret | undefined;
  readonly tls?: StoreTls | undefined;
  /** How far behind a sample may be: 5 minutes unless given, as Prometheus gives an older one for so long. */
  readonly lagMs?: number | undefined;
  /** How long an answer to an expression without `$bucket` serves other buckets. */
  readonly shareMs?: number | undefined;
  readonly now: () => number;
}

const SOURCE = 'prometheus';
const TOTAL = 'the size of the store';
const FREE = 'the free space of the store';
const USED = 'the usage';
/** `--query.lookback-delta` of Prometheus, read 2026-11. */
const LAG_MS = 300_000;
/** `scrape_interval` of Prometheus unless configured: what a scrape found was written or deleted since may not show. */
const SCRAPE_MS = 60_000;

/** Throws where there is no expression to ask for. */
export function prometheusCapacity(options: PrometheusCapacityOptions): CapacityProvider {
  const { total, free, used, tls, now, shareMs = 10_000, lagMs = LAG_MS, uploads = 'not-counted' } = options;
  if (total === undefined && free === undefined && used === undefined) {
    throw new CapacityUnknownError('there is no expression to ask Prometheus for: give total, free or used');
  }
  const server: PrometheusServer = {
    url: new URL(options.url),
    headers: authorization(options),
    secrets: [options.token, options.password].filter((secret) => secret !== undefined),
    tls,
    now,
  };
  const templates = new Map([
    [TOTAL, total],
    [FREE, free],
    [USED, used],
  ]);
  const ask = sharedLoad({
    load: (what, signal) => instantQuery(server, { expression: templates.get(what) ?? '', what, signal }),
    shareMs,
    now,
  });

  async function found(what: string, bucket: string, signal: AbortSignal): Promise<InstantValue | undefined> {
    const template = templates.get(what);
    if (template === undefined) return undefined;
    const expression = forBucket(template, bucket);
    if (expression === template) return ask(what, signal);
    return instantQuery(server, { expression, what: `${what}, for bucket ${bucket}`, signal });
  }

  return {
    source: SOURCE,
    async measure(bucket, signal) {
      const [size, room, held] = await Promise.all([
        found(TOTAL, bucket, signal),
        found(FREE, bucket, signal),
        found(USED, bucket, signal),
      ]);
      checkStore(size, room);
      const figures: CapacityFigures = {
        ...(size && { total: figureOf(size) }),
        ...(room && { free: { ...figureOf(room), lagMs: Math.min(lagMs, SCRAPE_MS) } }),
        ...(held && { used: { ...figureOf(held), lagMs, uploads } }),
      };
      return figures;
    },
  };
}

function figureOf({ bytes, atMs }: InstantValue): Figure {
  return { bytes, source: SOURCE, atMs };
}

function checkStore(size: InstantValue | undefined, room: InstantValue | undefined): void {
  if (size?.bytes === 0n) throw size.answer.unknown('the value is 0: not known yet');
  if (size && room && room.bytes > size.bytes) {
    throw room.answer.unknown(
      `${room.bytes} bytes are more than the total of ${size.bytes}: do both count replicas alike?`,
    );
  }
}

function authorization({ token, user, password }: PrometheusCapacityOptions): Record<string, string> {
  if (token !== undefined) return { authorization: `Bearer ${token.reveal()}` };
  if (user === undefined) return {};
  const pair = Buffer.from(`${user}:${password?.reveal() ?? ''}`, 'utf8').toString('base64');
  return { authorization: `Basic ${pair}` };
}
