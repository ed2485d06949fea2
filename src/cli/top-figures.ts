// Numbers of the live view as people read them: rates, durations, shares.
import type { LiveAnswer } from '../admin/live-schemas.ts';
import { formatBytes } from './table.ts';

/** What passed in the last minute, each second. */
export interface Rates {
  readonly requests: number;
  readonly inBytes: number;
  readonly outBytes: number;
  /** Of the requests, from 0 to 1. */
  readonly errors: number;
  readonly refused: number;
}

const MINUTE_MS = 60_000;

/** Of the steps that are over: the one that is not would make each rate too small. */
export function ratesOf({ traffic, at, startedAt }: LiveAnswer): Rates {
  const { points, stepSeconds } = traffic;
  const stepMs = stepSeconds * 1000;
  const nowMs = Date.parse(at);
  const over = points.filter((point) => Date.parse(point.at) + stepMs <= nowMs).slice(-MINUTE_MS / stepMs);
  const sum = (read: (point: (typeof points)[number]) => number): number =>
    over.reduce((total, point) => total + read(point), 0);
  // It may have begun within that minute.
  const endMs = Math.floor(nowMs / stepMs) * stepMs;
  const beginMs = Math.max(Date.parse(startedAt), endMs - over.length * stepMs);
  const seconds = Math.max(1, (endMs - beginMs) / 1000);
  const requests = sum((point) => point.requests);
  const share = (count: number): number => (requests === 0 ? 0 : count / requests);
  return {
    requests: requests / seconds,
    inBytes: sum((point) => point.requestBytes) / seconds,
    outBytes: sum((point) => point.responseBytes) / seconds,
    errors: share(sum((point) => point.errors)),
    refused: share(sum((point) => point.refused)),
  };
}

export function bytesText(bytes: number): string {
  return formatBytes(BigInt(Math.round(bytes)));
}

/** Three digits or so: `0.31`, `12.5`, `430`. */
export function rateText(perSecond: number): string {
  return perSecond === 0 || perSecond >= 100
    ? perSecond.toFixed(0)
    : perSecond.toFixed(perSecond >= 10 ? 1 : 2);
}

export function shareText(share: number): string {
  if (share === 0) return '0 %';
  return share < 0.001 ? '< 0.1 %' : `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;
}

/** `0.42 ms`, `12 ms`, `3.1 s`, `12 min`. */
export function millisecondsText(ms: number): string {
  if (ms < 10) return `${ms.toFixed(ms < 1 ? 2 : 1)} ms`;
  if (ms < 1000) return `${ms.toFixed(0)} ms`;
  if (ms < 100_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
  return `${(ms / 60_000).toFixed(0)} min`;
}

/** Of an ISO date: `03:12:05`, UTC. */
export function timeText(iso: string): string {
  return iso.slice(11, 19);
}
