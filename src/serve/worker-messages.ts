// What the primary and a worker say to each other, over the channel between them (structured clones, so that bigint and
// Buffer cross).
import type { GatewayConfig } from '../config/gateway-config.ts';
import type { Document } from '../gateway/answer-sosapi.ts';
import type { UsageChangeEvent } from '../gateway/events.ts';
import type { S3ErrorCode, S3ErrorOptions } from '../s3/error.ts';
import type { MetricsSnapshot } from '../telemetry/summed-metrics.ts';
import type { EmbeddedReach } from './embedded-store.ts';

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
  /** Whether it asks the stores what is not known of them: one for all. */
  readonly learns: boolean;
}

export type ToWorker =
  | WorkerStart
  | { readonly kind: 'capacity'; readonly id: number; readonly document: Document }
  | { readonly kind: 'capacity-refused'; readonly id: number; readonly error: SentError }
  /** All guards that are closed now. */
  | { readonly kind: 'full'; readonly names: readonly string[] }
  /** Asks what passed through it, although it would have told a little later. */
  | { readonly kind: 'usage' }
  /** Asks for a snapshot. */
  | { readonly kind: 'metrics'; readonly id: number }
  | News
  /** Let what is under way finish within the configured drain time, then exit with code 0. */
  | { readonly kind: 'stop' };

export type FromWorker =
  /** It serves, at these ports. */
  | { readonly kind: 'listening'; readonly ports: readonly number[] }
  /** It cannot start: one sentence. The process ends with code 2. */
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'capacity'; readonly id: number; readonly bucket: string }
  /** What passed through it, in order; up to `untilMs`, milliseconds since 1970, that is all. */
  | { readonly kind: 'usage'; readonly changes: readonly UsageChangeEvent[]; readonly untilMs: number }
  /** `id`: of the question; absent where nobody asked. */
  | { readonly kind: 'metrics'; readonly id?: number; readonly snapshot: MetricsSnapshot }
  | News;
