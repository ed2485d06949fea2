// From what was measured to the rows of the table: medians, ratios to nginx, and whether a target is met.
import { DIRECT } from './cases.ts';
import type { CaseResult, ProxyResult, Sample } from './results.ts';
import { byRound, difference, ratio, type Spread, spreadOf, spreadText } from './spread.ts';
import {
  ADDED_LATENCY_MS,
  CPU_AGAINST_NGINX,
  CPU_AGAINST_REPLY_FROM,
  MEMORY_GROWTH,
  PEAK_MEBIBYTES,
  SPEED_OF_TWO_WORKERS,
} from './targets.ts';

const GATEWAY = 'gateway';
const TWO_WORKERS = 'gateway, 2 workers';
const NGINX: readonly string[] = ['nginx', 'nginx tuned'];
const MIB = 1024 * 1024;

export interface Target {
  /** As a reader takes it, with the figure where no column has it. */
  readonly text: string;
  readonly isMet: boolean;
}

export interface Row {
  readonly title: string;
  readonly proxy: string;
  /** It is the better one of the two nginx. */
  readonly isBase: boolean;
  readonly cpuMicros: number | undefined;
  readonly requestsPerSecond: number | undefined;
  readonly megabytesPerSecond: number | undefined;
  readonly p50Ms: number | undefined;
  readonly p99Ms: number | undefined;
  readonly peakMebibytes: number | undefined;
  /** Processor time as a multiple of the better nginx's in the same round. */
  readonly ratio: Spread | undefined;
  readonly targets: readonly Target[];
  readonly note: string | undefined;
}

type Column = keyof Sample;

const column = (result: ProxyResult | undefined, name: Column): readonly (number | undefined)[] =>
  result?.samples.map((sample) => sample[name]) ?? [];

function medianOf(result: ProxyResult | undefined, name: Column): number | undefined {
  return spreadOf(column(result, name).filter((value) => value !== undefined))?.median;
}

const find = ({ proxies }: CaseResult, name: string): ProxyResult | undefined =>
  proxies.find(({ proxy }) => proxy === name);

/** The nginx that counts: of its defaults and its tuned form the one that takes less processor time. */
export function betterNginx(result: CaseResult): ProxyResult | undefined {
  const cpu = (candidate: ProxyResult): number =>
    medianOf(candidate, 'cpuMicros') ?? Number.POSITIVE_INFINITY;
  return result.proxies.filter(({ proxy }) => NGINX.includes(proxy)).toSorted((a, b) => cpu(a) - cpu(b))[0];
}

export function ratioToNginx(result: CaseResult, proxy: ProxyResult): Spread | undefined {
  return byRound(column(proxy, 'cpuMicros'), column(betterNginx(result), 'cpuMicros'), ratio);
}

export function rowsOf(result: CaseResult): readonly Row[] {
  const base = betterNginx(result);
  return result.proxies.map((proxy) => ({
    title: result.title,
    proxy: proxy.proxy,
    isBase: proxy === base && medianOf(proxy, 'cpuMicros') !== undefined,
    cpuMicros: medianOf(proxy, 'cpuMicros'),
    requestsPerSecond: medianOf(proxy, 'requestsPerSecond'),
    megabytesPerSecond: medianOf(proxy, 'megabytesPerSecond'),
    p50Ms: medianOf(proxy, 'p50Ms'),
    p99Ms: medianOf(proxy, 'p99Ms'),
    peakMebibytes: proxy.peakBytes === undefined ? undefined : proxy.peakBytes / MIB,
    ratio: ratioToNginx(result, proxy),
    targets: targetsOf(result, proxy),
    note: proxy.note,
  }));
}

function targetsOf(result: CaseResult, proxy: ProxyResult): readonly Target[] {
  switch (proxy.proxy) {
    case GATEWAY:
      return [cpuTarget(result, proxy), latencyTarget(result, proxy), ...memoryTargets(result, proxy)].filter(
        (target) => target !== undefined,
      );
    case 'reply-from':
      return [replyFromTarget(result, proxy)].filter((target) => target !== undefined);
    case TWO_WORKERS:
      return [workersTarget(result, proxy)].filter((target) => target !== undefined);
    default:
      return [];
  }
}

function cpuTarget(result: CaseResult, gateway: ProxyResult): Target | undefined {
  const limit = CPU_AGAINST_NGINX[result.name];
  const reached = ratioToNginx(result, gateway);
  if (limit === undefined || reached === undefined) return undefined;
  return { text: `<= ${limit} of nginx`, isMet: reached.median <= limit };
}

function replyFromTarget(result: CaseResult, replyFrom: ProxyResult): Target | undefined {
  const gateway = find(result, GATEWAY);
  const reached = byRound(column(gateway, 'cpuMicros'), column(replyFrom, 'cpuMicros'), ratio);
  if (reached === undefined) return undefined;
  return {
    text: `gateway <= ${CPU_AGAINST_REPLY_FROM} of this: ${spreadText(reached)}`,
    isMet: reached.median <= CPU_AGAINST_REPLY_FROM,
  };
}

function latencyTarget(result: CaseResult, gateway: ProxyResult): Target | undefined {
  const added = byRound(column(gateway, 'p50Ms'), column(find(result, DIRECT), 'p50Ms'), difference);
  if (added === undefined) return undefined;
  return {
    text: `adds <= ${ADDED_LATENCY_MS} ms to p50: ${spreadText(added)}`,
    isMet: added.median <= ADDED_LATENCY_MS,
  };
}

function memoryTargets({ figures }: CaseResult, { peakBytes }: ProxyResult): readonly Target[] {
  const { peakFirstMinute, peakLastMinute, minutes } = figures ?? {};
  if (peakFirstMinute === undefined || peakBytes === undefined) return [];
  const peak: Target = {
    text: `< ${PEAK_MEBIBYTES} MiB`,
    isMet: peakBytes / MIB < PEAK_MEBIBYTES,
  };
  if (peakLastMinute === undefined || minutes === undefined || minutes < 2) return [peak];
  const growth = peakLastMinute / peakFirstMinute;
  return [
    peak,
    {
      text: `minute ${minutes} <= ${MEMORY_GROWTH} of minute 1: ${growth.toFixed(2)}`,
      isMet: growth <= MEMORY_GROWTH,
    },
  ];
}

function workersTarget(result: CaseResult, two: ProxyResult): Target | undefined {
  const rate = 'requestsPerSecond';
  const reached = byRound(column(two, rate), column(find(result, GATEWAY), rate), ratio);
  if (reached === undefined) return undefined;
  return {
    text: `>= ${SPEED_OF_TWO_WORKERS} of one worker's requests/s: ${spreadText(reached)}`,
    isMet: reached.median >= SPEED_OF_TWO_WORKERS,
  };
}
