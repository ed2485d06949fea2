// What the primary and a worker say to each other, over the channel between them (structured clones, so that bigint and
// Buffer cross).
import type { GatewayConfig } from '../config/gateway-config.ts';
import type { Document } from '../gateway/answer-sosapi.ts';
import type { UsageChangeEvent } from '../gateway/events.ts';
import type { S3ErrorCode, S3ErrorOptions } from '../s3/error.ts';
import type { Secret } from '../secret.ts';
import type { AuditEntry } from '../telemetry/audit-entry.ts';
import type { LiveCountsSnapshot } from '../telemetry/live/live-counts.ts';
import type { MetricsSnapshot } from '../telemetry/summed-metrics.ts';
import type { EmbeddedReach } from './embedded-store.ts';
import type { DrainedEndpoint } from './endpoint-control.ts';
import type { SeenByProcess } from './endpoint-seen.ts';

/** What a worker serves with: the same for all of them, also for one that replaces another. */
export interface WorkerOrder {
  /** With this worker's share of the limits. */
  readonly config: GatewayConfig;
  /** By the name of the backend. */
  readonly embedded: Readonly<Record<string, EmbeddedReach>>;
  readonly version: string;
  /** The moment that system.xml is of, milliseconds since 1970. */
  readonly systemModifiedMs: number;
  /** How long the primary may take to tell a capacity. */
  readonly capacityPatienceMs: number;
  /** Of TLS sessions, see certificate-options.ts: a client may come back to another worker. */
  readonly ticketKeys: Secret;
}

/** What all workers know once one of them does. */
export type News =
  | { readonly kind: 'signature'; readonly address: string; readonly right: boolean }
  | { readonly kind: 'bucket-deleted'; readonly backend: string; readonly bucket: string }
  /** Whether that store takes unsigned aws-chunked bodies as they come. */
  | { readonly kind: 'aws-chunked'; readonly backend: string; readonly takes: boolean };

/** An S3Error on its way. */
export type SentError = Pick<S3ErrorOptions, 'message' | 'reason' | 'details' | 'retryAfterSeconds'> & {
  readonly code: S3ErrorCode;
};

/** The first message. */
export interface WorkerStart {
  readonly kind: 'start';
  /** A WorkerOrder whose secrets are revealed. */
  readonly order: unknown;
  /** Of the S3 listeners, in order. */
  readonly ports: readonly number[];
  /** What the others know already. */
  readonly known: readonly News[];
  /** The guards that are closed: pools by name, buckets that stand alone by theirs. */
  readonly full: readonly string[];
  /** Endpoints that an operator took out of service. */
  readonly drained: readonly DrainedEndpoint[];
  /** Whether it asks the stores what is not known of them: one for all. */
  readonly learns: boolean;
}

export type ToWorker =
  | WorkerStart
  /** Accept connections, once it said that it is ready. */
  | { readonly kind: 'listen' }
  | { readonly kind: 'capacity'; readonly id: number; readonly document: Document }
  | { readonly kind: 'capacity-refused'; readonly id: number; readonly error: SentError }
  /** All guards that are closed now. */
  | { readonly kind: 'full'; readonly names: readonly string[] }
  /** All endpoints that are out of service now. */
  | { readonly kind: 'drained'; readonly endpoints: readonly DrainedEndpoint[] }
  /** Asks how it sees the endpoints of the stores. */
  | { readonly kind: 'endpoints'; readonly id: number }
  /** Asks what passed through it, although it would have told a little later. */
  | { readonly kind: 'usage' }
  /** Asks for a snapshot. */
  | { readonly kind: 'metrics'; readonly id: number }
  /** Asks what it does right now; with `sinceMs` without what it told by that moment and is over. */
  | { readonly kind: 'live'; readonly id: number; readonly sinceMs: number | undefined }
  | News
  /** Another order is to be made ready: a WorkerOrder whose secrets are revealed. Nothing changes yet. */
  | { readonly kind: 'prepare'; readonly id: number; readonly order: unknown }
  /** What was made ready is served from now on. `learns`: it asks the stores what is not known of those that are new. */
  | { readonly kind: 'switch'; readonly id: number; readonly learns: boolean }
  /** What was made ready is not wanted. */
  | { readonly kind: 'abandon'; readonly id: number }
  /** Let what is under way finish within the configured drain time, then exit with code 0. */
  | { readonly kind: 'stop' };

export type FromWorker =
  /** All that it needs is there; it listens when it is told to. */
  | { readonly kind: 'ready' }
  /** It serves, at these ports. */
  | { readonly kind: 'listening'; readonly ports: readonly number[] }
  /** It cannot start: one sentence. The process ends with code 2. */
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'capacity'; readonly id: number; readonly bucket: string }
  /** What passed through it, in order; up to `untilMs`, milliseconds since 1970, that is all. */
  | { readonly kind: 'usage'; readonly changes: readonly UsageChangeEvent[]; readonly untilMs: number }
  | { readonly kind: 'endpoints'; readonly id: number; readonly seen: SeenByProcess }
  /** For the audit log, in order. `lost`: how many more there were that could not be told. */
  | { readonly kind: 'audit'; readonly entries: readonly AuditEntry[]; readonly lost: number }
  /** `refusal`: a sentence of why it cannot be made ready. */
  | { readonly kind: 'prepared'; readonly id: number; readonly refusal: string | undefined }
  | { readonly kind: 'switched'; readonly id: number }
  /** `id`: of the question; absent where nobody asked. */
  | { readonly kind: 'metrics'; readonly id?: number; readonly snapshot: MetricsSnapshot }
  /** Likewise. */
  | { readonly kind: 'live'; readonly id?: number; readonly counts: LiveCountsSnapshot }
  | News;
