// Compares by itself, every few minutes, what Veeam believes with what the gateway serves. It never disturbs serving: what goes
// wrong is told once and counted.
import type { CapacityRow } from '../admin/capacity-schemas.ts';
import type { VeeamReport, VeeamServerRow } from '../admin/veeam-schemas.ts';
import type { VeeamConfig } from '../config/gateway-config.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { VeeamDifference, VeeamMetrics, VeeamServerName } from '../telemetry/veeam-gauges.ts';
import { VeeamLoginError } from '../veeam/transport/veeam-error.ts';
import { createVbrClient } from '../veeam/vbr/create-vbr-client.ts';
import { isRevision } from '../veeam/vbr/revisions.ts';
import {
  type Comparison,
  compare,
  comparisonRow,
  FIGURE_NAMES,
  figureDifference,
  ROUNDING_BYTES,
  type VeeamNumbers,
  type VeeamRepository,
} from './veeam-comparison.ts';
import { askOne, askVbr, visitOne, withOne } from './veeam-questions.ts';

export interface VeeamWatchParts {
  /** Whether a repository's service point is this gateway. */
  isOurs(servicePoint: string): boolean;
  /** What the gateway knows of a bucket; measured first where it is time to. */
  rowOf(bucket: string): Promise<CapacityRow | undefined>;
  readonly metrics: VeeamMetrics;
  readonly logger: Logger;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
}

/** Its owner closes it. */
export interface VeeamWatch {
  /** Compares now and then every so often. */
  start(): void;
  /** The latest comparison; nobody is asked. */
  report(): VeeamReport;
  /** Within seconds, whatever the Veeam server does. */
  close(): Promise<void>;
}

/** For a comparison under way to end by itself, so that it logs out. */
const CLOSE_PATIENCE_MS = 2_000;

interface Failure {
  readonly message: string;
  readonly sinceMs: number;
}

export function createVeeamWatch(config: VeeamConfig, parts: VeeamWatchParts): VeeamWatch {
  const { metrics, wallClock } = parts;
  const logger = parts.logger.child({ component: 'veeam' });
  const closing = new AbortController();
  const cut = new AbortController();
  const answered = new Map<VeeamServerName, Failure | undefined>();
  const apart = new Set<string>();
  /** A password that is wrong every few minutes locks the account, which may be one that others use. */
  const refused = new Set<VeeamServerName>();
  let comparisons: readonly Comparison[] = [];
  let comparedAtMs: number | undefined;
  let running: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;

  /** Undefined where it was not answered; that is then told and counted. */
  async function ask<T>(server: VeeamServerName, question: () => Promise<T>): Promise<T | undefined> {
    if (refused.has(server)) return undefined;
    try {
      const answer = await question();
      metrics.asked(server, true);
      if (answered.get(server) !== undefined) logger.info({ server }, 'Veeam answers again');
      answered.set(server, undefined);
      return answer;
    } catch (error) {
      if (closing.signal.aborted) return undefined;
      const message = error instanceof Error ? error.message : String(error);
      const before = answered.get(server);
      metrics.asked(server, false);
      if (error instanceof VeeamLoginError) {
        refused.add(server);
        logger.error(
          { server, reason: message },
          'Veeam refused the login: it is not asked again before a restart',
        );
      } else if (before?.message !== message) {
        logger.warn({ server, reason: message }, 'Veeam was not asked: what it believes is not known');
      }
      answered.set(server, { message, sinceMs: before?.sinceMs ?? wallClock() });
      return undefined;
    }
  }

  async function askBoth(): Promise<readonly VeeamRepository[] | undefined> {
    const repositories = await ask('vbr', async () => {
      const client = createVbrClient({
        url: config.url,
        trust: config.trust,
        userName: config.user,
        password: config.password,
        ...(config.revision !== undefined && isRevision(config.revision)
          ? { revision: config.revision }
          : {}),
        timeoutMs: config.timeoutMs,
        signal: cut.signal,
      });
      try {
        return await askVbr(client, parts.isOurs, wallClock);
      } finally {
        await client.close();
      }
    });
    const { one } = config;
    if (repositories === undefined || one === undefined) return repositories;
    const numbers = await ask('one', () =>
      visitOne(one, config.timeoutMs, (client) => askOne(client, wallClock), cut.signal),
    );
    return numbers === undefined ? repositories : withOne(repositories, numbers);
  }

  async function compareNow(): Promise<void> {
    const repositories = await askBoth();
    if (repositories === undefined || closing.signal.aborted) return;
    const buckets = [...new Set(repositories.map(({ bucket }) => bucket))];
    const rows = new Map<string, CapacityRow | undefined>();
    for (const bucket of buckets) rows.set(bucket, await parts.rowOf(bucket));
    comparisons = repositories.map((each) => compare(each, rows.get(each.bucket)));
    comparedAtMs = wallClock();
    metrics.compared(comparisons.flatMap(differencesOf), comparedAtMs);
    for (const comparison of comparisons) tellChange(comparison);
    const ids = new Set(comparisons.map(({ id }) => id));
    for (const id of apart) if (!ids.has(id)) apart.delete(id);
  }

  /** Once when it gets too far apart, and once when it is near again. */
  function tellChange({ id, name, bucket, difference }: Comparison): void {
    if (difference === undefined) return;
    // On a small bucket rounding alone is many percent.
    const isApart = difference.percent > config.warnAbovePercent && difference.bytes > ROUNDING_BYTES;
    if (isApart === apart.has(id)) return;
    const fields = {
      repository: name,
      bucket,
      differenceBytes: String(difference.bytes),
      differencePercent: difference.percent,
    };
    if (isApart) {
      apart.add(id);
      logger.warn(fields, 'Veeam believes another capacity than is served');
    } else {
      apart.delete(id);
      logger.info(fields, 'Veeam believes what is served again');
    }
  }

  async function run(): Promise<void> {
    try {
      await compareNow();
    } catch (error) {
      if (!closing.signal.aborted) logger.error({ err: error }, 'the comparison with Veeam failed');
    }
    if (!closing.signal.aborted) timer = setTimeout(begin, config.everyMs);
  }

  function begin(): void {
    running = run();
  }

  return {
    start: begin,
    report: () => ({
      ...(comparedAtMs === undefined ? {} : { comparedAt: new Date(comparedAtMs).toISOString() }),
      servers: (config.one === undefined ? (['vbr'] as const) : (['vbr', 'one'] as const)).map((name) =>
        serverRow(name, answered),
      ),
      repositories: comparisons.map(comparisonRow),
    }),
    async close() {
      closing.abort();
      clearTimeout(timer);
      const patience = setTimeout(() => cut.abort(), CLOSE_PATIENCE_MS);
      await running;
      clearTimeout(patience);
    },
  };
}

function serverRow(
  name: VeeamServerName,
  answered: ReadonlyMap<VeeamServerName, Failure | undefined>,
): VeeamServerRow {
  if (!answered.has(name)) return { name };
  const failure = answered.get(name);
  if (failure === undefined) return { name, answered: true };
  return {
    name,
    answered: false,
    error: failure.message,
    failingSince: new Date(failure.sinceMs).toISOString(),
  };
}

const NUMBERS = { capacityBytes: 'capacity', availableBytes: 'available', usedBytes: 'used' } as const;

function differencesOf({ name, bucket, gateway, vbr, one }: Comparison): readonly VeeamDifference[] {
  if (gateway === undefined) return [];
  const sides: readonly (readonly [VeeamServerName, VeeamNumbers | undefined])[] = [
    ['vbr', vbr],
    ['one', one],
  ];
  return sides.flatMap(([server, believed]) =>
    FIGURE_NAMES.flatMap((figure) => {
      const bytes = believed && figureDifference(gateway, believed, figure);
      return bytes === undefined
        ? []
        : [{ repository: name, bucket, server, number: NUMBERS[figure], bytes }];
    }),
  );
}
