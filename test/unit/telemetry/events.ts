// Events for the telemetry tests.
import type { RequestEvent } from '../../../src/gateway/events.ts';

export function requestEvent(change: Partial<RequestEvent> = {}): RequestEvent {
  return {
    kind: 'request',
    requestId: 'R1',
    startedAtMs: Date.UTC(2026, 10, 21, 12, 0, 0, 7),
    remoteAddress: '192.0.2.1',
    method: 'GET',
    operation: 'GetObject',
    bucket: 'b',
    key: 'k',
    accessKeyId: 'KEY',
    userAgent: 'APN/1.0 Veeam/1.0',
    payload: 'UNSIGNED-PAYLOAD',
    outcome: 'pass-through',
    backend: 'ceph',
    status: 200,
    errorCode: undefined,
    reason: undefined,
    requestBytes: 0,
    responseBytes: 10,
    durationMs: 12.34567,
    timeToFirstByteMs: 3,
    aborted: undefined,
    heldOff: false,
    ...change,
  };
}
