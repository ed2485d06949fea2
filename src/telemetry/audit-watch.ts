// Picks out of all that the gateway does what the audit log is told, in each process that serves.
import type { GatewayEvent } from '../gateway/events.ts';
import { type AuditEntry, auditEntryOf, isRefusal } from './audit-entry.ts';
import { RefusalCap } from './audit-refusals.ts';

export interface AuditWatchOptions {
  /** Of one client address, in a minute. */
  readonly refusalsPerMinute: number;
  /** Under which name an address is counted. */
  readonly groupOf: (address: string) => string | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  record(entry: AuditEntry): void;
}

export interface AuditWatch {
  onEvent(event: GatewayEvent): void;
  /** Tells the number of what was not told one by one. */
  close(): void;
}

export function createAuditWatch(options: AuditWatchOptions): AuditWatch {
  const { refusalsPerMinute: perWindow, record } = options;
  const cap = new RefusalCap({ ...options, perWindow });
  return {
    onEvent(event) {
      if (event.kind !== 'request') return;
      const entry = auditEntryOf(event);
      if (entry === undefined) return;
      if (isRefusal(entry)) cap.take(entry, event.remoteAddress);
      else record(entry);
    },
    close: () => cap.flush(),
  };
}
