// What the audit log says of a request, where it says anything: a call that changes how objects are protected, or a refusal.
import type { RequestEvent } from '../gateway/events.ts';

/** One line of the audit log before it has its number. Crosses the channel between processes. */
export interface AuditEntry {
  /** When it happened, milliseconds since 1970. */
  readonly atMs: number;
  readonly event: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export type RefusalKind = 'authentication' | 'authorization' | 'guard' | 'request';

/** 400 where the claim of who sent it cannot be read (Amazon S3 API Reference, "Error responses"). */
const UNREADABLE_CLAIMS: ReadonlySet<string> = new Set([
  'AuthorizationHeaderMalformed',
  'AuthorizationQueryParametersError',
  'MissingSecurityHeader',
  'InvalidToken',
  'ExpiredToken',
]);

/** Undefined for requests that are no business of the audit log. */
export function auditEntryOf(event: RequestEvent): AuditEntry | undefined {
  const refusal = refusalOf(event);
  if (refusal !== undefined) return entryOf(event, 'refusal', { refused: refusal });
  if (event.protection === undefined) return undefined;
  return entryOf(event, event.protection.kind, {});
}

export function isRefusal({ event }: AuditEntry): boolean {
  return event === 'refusal';
}

/** Undefined where it was not refused, or for reasons that protect nothing. */
function refusalOf(event: RequestEvent): RefusalKind | undefined {
  const { outcome, status, errorCode = '', accessKeyId, heldOff, protection } = event;
  if (outcome !== 'refused') return undefined;
  if (heldOff || UNREADABLE_CLAIMS.has(errorCode)) return 'authentication';
  if (errorCode === 'QuotaExceeded') return 'guard';
  if (status === 403) return accessKeyId === undefined ? 'authentication' : 'authorization';
  return protection === undefined ? undefined : 'request';
}

function entryOf(event: RequestEvent, name: string, more: Readonly<Record<string, unknown>>): AuditEntry {
  const { protection } = event;
  return {
    atMs: event.startedAtMs,
    event: name,
    fields: {
      ...more,
      accessKeyId: event.accessKeyId,
      remote: event.remoteAddress,
      operation: event.operation,
      bucket: event.bucket === '' ? undefined : event.bucket,
      key: event.key === '' ? undefined : event.key,
      versionId: protection?.versionId,
      bypassGovernance: protection?.bypassGovernance,
      asked: protection?.asked,
      objects: protection?.objects,
      // 0 where nobody heard an answer: whether the store did it is then not known.
      status: event.status,
      code: event.errorCode,
      reason: event.reason,
      requestId: event.requestId,
      userAgent: event.userAgent,
      backend: event.backend,
    },
  };
}
