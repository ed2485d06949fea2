// What several processes counted, as one: sums and histograms are those that one process would have had. Of entities only what each
// process kept is known (see busy-entities.ts).
import type { EntityCounts } from './busy-entities.ts';
import { LatencyHistogram } from './latency-histogram.ts';
import type { LiveCountsSnapshot } from './live-counts.ts';
import { isShown, type LiveSlice, SLICE_MS, SLICES_SHOWN } from './live-slices.ts';
import { REFUSALS_KEPT, type RefusalRecord } from './recent-refusals.ts';
import { shownText } from './shown-text.ts';
import { emptyStep, STEP_MS, STEPS_SHOWN, type TrafficStep } from './traffic-ring.ts';

/** Of one operation; milliseconds. */
export interface OperationSummary {
  readonly operation: string;
  readonly requests: number;
  readonly errors: number;
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** Undefined where no request got an answer. */
  readonly firstByteP50Ms: number | undefined;
  readonly firstByteP99Ms: number | undefined;
}

export interface LiveSummary {
  readonly connections: number;
  /** Oldest first, without gaps. */
  readonly traffic: readonly TrafficStep[];
  readonly operations: readonly OperationSummary[];
  readonly entities: readonly EntityCounts[];
  readonly refusals: readonly RefusalRecord[];
}

export const WINDOW_MS = SLICE_MS * SLICES_SHOWN;
const ENTITIES_SHOWN = 10;

/** `nowMs`: milliseconds since 1970. */
export function summarize(snapshots: readonly LiveCountsSnapshot[], nowMs: number): LiveSummary {
  const last = Math.floor(nowMs / SLICE_MS);
  const slices = snapshots.flatMap((each) => each.slices.filter(({ slice }) => isShown(slice, last)));
  return {
    connections: snapshots.reduce((sum, { connections }) => sum + connections, 0),
    traffic: trafficOf(snapshots, Math.floor(nowMs / STEP_MS)),
    operations: operationsOf(slices),
    entities: busiest(slices),
    refusals: snapshots
      .flatMap(({ refusals }) => refusals)
      .sort((a, b) => b.atMs - a.atMs)
      .slice(0, REFUSALS_KEPT),
  };
}

/** A whole snapshot out of the one before and what came since. */
export function continued(
  before: LiveCountsSnapshot | undefined,
  next: LiveCountsSnapshot,
): LiveCountsSnapshot {
  if (before === undefined) return next;
  const steps = new Set(next.traffic.map(({ step }) => step));
  const slices = new Set(next.slices.map(({ slice }) => slice));
  const [lastStep, lastSlice] = [Math.floor(next.atMs / STEP_MS), Math.floor(next.atMs / SLICE_MS)];
  const isStepKept = (step: number): boolean =>
    !steps.has(step) && step > lastStep - STEPS_SHOWN && step <= lastStep;
  return {
    ...next,
    traffic: [...before.traffic.filter(({ step }) => isStepKept(step)), ...next.traffic],
    slices: [
      ...before.slices.filter(({ slice }) => !slices.has(slice) && isShown(slice, lastSlice)),
      ...next.slices,
    ],
  };
}

/** Of processes that are gone, as one that has no connections: what is too old to be shown is left out. */
export function lasting(snapshots: readonly LiveCountsSnapshot[], nowMs: number): LiveCountsSnapshot {
  const { traffic, refusals } = summarize(snapshots, nowMs);
  const last = Math.floor(nowMs / SLICE_MS);
  return {
    atMs: nowMs,
    connections: 0,
    traffic: traffic.filter(({ requests }) => requests > 0),
    slices: snapshots.flatMap(({ slices }) => slices.filter(({ slice }) => isShown(slice, last))),
    refusals,
  };
}

function trafficOf(snapshots: readonly LiveCountsSnapshot[], last: number): readonly TrafficStep[] {
  const first = last - STEPS_SHOWN + 1;
  const sums = Array.from({ length: STEPS_SHOWN }, (_, index) => emptyStep(first + index));
  for (const each of snapshots.flatMap(({ traffic }) => traffic)) {
    const sum = sums[each.step - first];
    if (sum === undefined) continue;
    sums[each.step - first] = {
      step: each.step,
      requests: sum.requests + each.requests,
      errors: sum.errors + each.errors,
      refused: sum.refused + each.refused,
      requestBytes: sum.requestBytes + each.requestBytes,
      responseBytes: sum.responseBytes + each.responseBytes,
    };
  }
  return sums;
}

function operationsOf(slices: readonly LiveSlice[]): readonly OperationSummary[] {
  const sums = new Map<string, { errors: number; duration: LatencyHistogram; firstByte: LatencyHistogram }>();
  for (const each of slices.flatMap(({ operations }) => operations)) {
    const { operation } = each;
    const sum = sums.get(operation) ?? {
      errors: 0,
      duration: new LatencyHistogram(),
      firstByte: new LatencyHistogram(),
    };
    sums.set(operation, sum);
    sum.errors += each.errors;
    sum.duration.add(each.duration, each.maxMs);
    sum.firstByte.add(each.firstByte, each.firstByteMaxMs);
  }
  return [...sums]
    .map(([operation, { errors, duration, firstByte }]) => ({
      operation,
      requests: duration.count,
      errors,
      p50Ms: duration.percentile(0.5) ?? 0,
      p90Ms: duration.percentile(0.9) ?? 0,
      p99Ms: duration.percentile(0.99) ?? 0,
      maxMs: duration.maxMs,
      firstByteP50Ms: firstByte.percentile(0.5),
      firstByteP99Ms: firstByte.percentile(0.99),
    }))
    .sort((a, b) => b.requests - a.requests || compare(a.operation, b.operation));
}

function busiest(slices: readonly LiveSlice[]): readonly EntityCounts[] {
  const sums = new Map<string, Map<string, EntityCounts>>();
  for (const each of slices.flatMap(({ entities }) => entities)) {
    const inBucket = sums.get(each.bucket) ?? new Map<string, EntityCounts>();
    sums.set(each.bucket, inBucket);
    const sum = inBucket.get(each.entity);
    inBucket.set(each.entity, {
      bucket: each.bucket,
      entity: each.entity,
      requests: each.requests + (sum?.requests ?? 0),
      requestBytes: each.requestBytes + (sum?.requestBytes ?? 0),
      responseBytes: each.responseBytes + (sum?.responseBytes ?? 0),
    });
  }
  const bytes = ({ requestBytes, responseBytes }: EntityCounts): number => requestBytes + responseBytes;
  return [...sums.values()]
    .flatMap((inBucket) => [...inBucket.values()])
    .sort((a, b) => bytes(b) - bytes(a) || b.requests - a.requests || compare(a.entity, b.entity))
    .slice(0, ENTITIES_SHOWN)
    .map((each) => ({ ...each, bucket: shownText(each.bucket), entity: shownText(each.entity) }));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
