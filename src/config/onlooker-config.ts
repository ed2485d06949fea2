// Who looks at what passes through the gateway, as the program sees it: the audit log and traces.
import type { Secret } from '../secret.ts';

/** Who changed, deleted or was refused what. */
export interface AuditConfig {
  readonly to:
    | { readonly kind: 'file' /** Absolute. */; readonly path: string }
    | { readonly kind: 'stream'; readonly name: 'stdout' | 'stderr' };
  /** Of one client address, each a line; of further ones the number is told. */
  readonly refusalsPerMinute: number;
}

export interface TracingConfig {
  /** Of OTLP over HTTP, with its path. */
  readonly url: string;
  /** A certificate that is trusted besides the built-in ones, as PEM. */
  readonly ca?: string;
  readonly headers: readonly { readonly name: string; readonly value: Secret }[];
  /** 0 to 1, of requests that come without a trace of their own. */
  readonly sampleRatio: number;
  readonly serviceName: string;
  /** Whether spans name the keys of objects. */
  readonly withKeys: boolean;
}
