// Traces of requests for OpenTelemetry: made of the events of requests that are over, so that none waits for it.
import type { GatewayEvent } from '../../gateway/events.ts';
import type { TraceMetrics } from './trace-metrics.ts';

export interface TracesOptions {
  /** Of OTLP over HTTP. */
  readonly url: string;
  /** A certificate that is trusted besides the built-in ones, as PEM. */
  readonly ca?: string;
  readonly headers: readonly { readonly name: string; readonly value: { reveal(): string } }[];
  /** 0 to 1, of requests that come without a trace of their own. */
  readonly sampleRatio: number;
  readonly serviceName: string;
  /** Whether spans name the keys of objects. */
  readonly withKeys: boolean;
  readonly version: string;
  /** Of this process. */
  readonly instanceId: string;
  readonly metrics: TraceMetrics;
  /** Told once when spans cannot be sent, and once when they can be again. */
  onTrouble(reason: string): void;
  onMended(): void;
}

export interface Traces {
  onEvent(event: GatewayEvent): void;
  /** Sends what waits, within a bound of time. Never rejects. */
  close(): Promise<void>;
}
