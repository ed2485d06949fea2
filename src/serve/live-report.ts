// What the whole gateway does right now, as the admin listener shows it.
import type { EndpointRow } from '../admin/endpoint-schemas.ts';
import type { LiveEndpointRow, LiveReport } from '../admin/live-schemas.ts';
import type { Readiness } from '../admin/ports.ts';
import type { LiveCountsSnapshot } from '../telemetry/live/live-counts.ts';
import { type LiveSummary, summarize, WINDOW_MS } from '../telemetry/live/live-summary.ts';
import { shownText } from '../telemetry/live/shown-text.ts';
import { STEP_MS } from '../telemetry/live/traffic-ring.ts';
import type { ServiceLive } from './s3-service.ts';

export interface LiveReportOptions {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Of this process. */
  counts(): LiveCountsSnapshot;
  /** Must settle within a bound of its own. */
  others(): Promise<ServiceLive>;
  /** As all processes see them, within a bound of time. */
  endpoints(): Promise<{ readonly endpoints: readonly EndpointRow[] }>;
  /** Those of the config as it is now. */
  backends(): readonly { readonly name: string; readonly kind: string }[];
  /** Whether the stores answer. May take as long as a store. Never rejects. */
  readiness(): Promise<Readiness>;
}

/** Nobody who looks at a page should make its stores answer more often. */
const READINESS_EVERY_MS = 10_000;
/** What is shown waits no longer for a store. */
const READINESS_PATIENCE_MS = 1_000;

/** `startedAt` is the moment of this call. Who asks while an answer is being made gets that one. */
export function createLiveReport(options: LiveReportOptions): () => Promise<LiveReport> {
  const { now } = options;
  const startedAt = iso(now());
  const reachable = latestReadiness(options);
  let underWay: Promise<LiveReport> | undefined;

  const make = async (): Promise<LiveReport> => {
    const [{ workers, counts }, { endpoints }] = await Promise.all([options.others(), options.endpoints()]);
    // Behind that: our own question would show as a request under way.
    const states = await reachable();
    const nowMs = now();
    const summary = summarize([options.counts(), ...counts], nowMs);
    return {
      at: iso(nowMs),
      startedAt,
      workers,
      ...shown(summary),
      backends: options.backends().map(({ name, kind }) => {
        const state = states.find((each) => each.name === name);
        return {
          name,
          kind,
          ...(state && { reachable: state.reachable }),
          ...(state?.detail !== undefined && { detail: state.detail }),
        };
      }),
      endpoints: endpoints.map(endpointRow),
    };
  };

  return () => {
    underWay ??= make().finally(() => {
      underWay = undefined;
    });
    return underWay;
  };
}

/** As it was found a moment ago; while it is asked for anew, as it was before. */
function latestReadiness({ readiness, now }: LiveReportOptions): () => Promise<Readiness['backends']> {
  let states: Readiness['backends'] = [];
  let askedAtMs = Number.NEGATIVE_INFINITY;
  return async () => {
    // Also where the clock was set back.
    if (Math.abs(now() - askedAtMs) < READINESS_EVERY_MS) return states;
    askedAtMs = now();
    const asked = readiness().then(({ backends }) => {
      states = backends;
    });
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, READINESS_PATIENCE_MS);
    await Promise.race([asked, late]);
    clearTimeout(timer);
    return states;
  };
}

function endpointRow(row: EndpointRow): LiveEndpointRow {
  const { backend, endpoint, state, inFlight, waiting, reason, until } = row;
  return {
    backend,
    endpoint,
    state,
    inFlight,
    waiting,
    ...(reason !== undefined && { reason: shownText(reason) }),
    ...(until !== undefined && { until }),
  };
}

function shown(
  summary: LiveSummary,
): Pick<LiveReport, 'connections' | 'traffic' | 'latency' | 'entities' | 'refusals'> {
  return {
    connections: Math.max(0, summary.connections),
    traffic: {
      stepSeconds: STEP_MS / 1000,
      points: summary.traffic.map(({ step, ...counts }) => ({ at: iso(step * STEP_MS), ...counts })),
    },
    latency: {
      windowSeconds: WINDOW_MS / 1000,
      operations: summary.operations.map(({ firstByteP50Ms, firstByteP99Ms, ...operation }) => ({
        ...operation,
        p50Ms: rounded(operation.p50Ms),
        p90Ms: rounded(operation.p90Ms),
        p99Ms: rounded(operation.p99Ms),
        maxMs: rounded(operation.maxMs),
        ...(firstByteP50Ms !== undefined && { firstByteP50Ms: rounded(firstByteP50Ms) }),
        ...(firstByteP99Ms !== undefined && { firstByteP99Ms: rounded(firstByteP99Ms) }),
      })),
    },
    entities: summary.entities,
    refusals: summary.refusals.map(({ atMs, accessKeyId, ...refusal }) => ({
      at: iso(atMs),
      ...refusal,
      ...(accessKeyId !== undefined && { accessKeyId }),
    })),
  };
}

/** To whole microseconds. */
function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
