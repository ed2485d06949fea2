import { describe, expect, test } from 'vitest';
import type { GatewayEvent } from '../../../src/gateway/events.ts';
import { Secret } from '../../../src/secret.ts';
import { createAccessLog } from '../../../src/telemetry/access-log.ts';
import { createLogger, type LogLevel } from '../../../src/telemetry/logger.ts';
import { requestEvent } from './events.ts';

function logged(event: GatewayEvent, level: LogLevel = 'info'): readonly string[] {
  const lines: string[] = [];
  createAccessLog(createLogger({ level, stream: { write: (line) => lines.push(line) } }))(event);
  return lines;
}

function only(event: GatewayEvent, level?: LogLevel): Record<string, unknown> {
  const lines = logged(event, level);
  expect(lines).toHaveLength(1);
  return JSON.parse(lines[0] ?? '');
}

describe('createLogger', () => {
  test('writes an ISO time, a named level, and nothing of the machine', () => {
    const lines: string[] = [];
    createLogger({ level: 'info', stream: { write: (line) => lines.push(line) } }).info(
      { secret: new Secret('hush') },
      'hello',
    );
    const line = JSON.parse(lines[0] ?? '');
    expect(line).toEqual({ level: 'info', time: expect.any(String), secret: '[redacted]', msg: 'hello' });
    expect(new Date(line.time).toISOString()).toBe(line.time);
  });

  test('keeps to its level', () => {
    expect(logged(requestEvent(), 'warn')).toEqual([]);
    expect(logged(requestEvent({ status: 503 }), 'silent')).toEqual([]);
  });
});

describe('createAccessLog', () => {
  test('one line a request, with these names and no others', () => {
    expect(only(requestEvent())).toEqual({
      level: 'info',
      time: expect.any(String),
      startedAt: '2026-11-21T12:00:00.007Z',
      requestId: 'R1',
      remote: '192.0.2.1',
      method: 'GET',
      operation: 'GetObject',
      bucket: 'b',
      key: 'k',
      status: 200,
      requestBytes: 0,
      responseBytes: 10,
      durationMs: 12.346,
      ttfbMs: 3,
      accessKeyId: 'KEY',
      outcome: 'pass-through',
      backend: 'ceph',
      userAgent: 'APN/1.0 Veeam/1.0',
      payload: 'UNSIGNED-PAYLOAD',
      msg: 'request',
    });
  });

  test('a refusal says why', () => {
    expect(
      only(requestEvent({ outcome: 'refused', status: 403, errorCode: 'AccessDenied', reason: 'bucket: b' })),
    ).toMatchObject({ level: 'info', errorCode: 'AccessDenied', reason: 'bucket: b' });
  });

  test.each([
    [{ status: 500 }, 'warn'],
    [{ status: 503 }, 'warn'],
    [{ status: 404 }, 'info'],
    [{ aborted: 'store' as const }, 'warn'],
    [{ status: 0, aborted: 'client' as const }, 'info'],
  ])('%j is %s', (change, level) => {
    expect(only(requestEvent(change))).toMatchObject({ level, ...change });
  });

  test('what a client sends cannot break out of its line', () => {
    const change = { key: 'a\n{"level":"fatal"}\r\u0000\u001b[31m"', userAgent: 'x"\n\u0007' };
    const [line = ''] = logged(requestEvent(change));
    expect(line.slice(0, -1)).not.toMatch(/[\u0000-\u001f]/);
    expect(line.endsWith('\n')).toBe(true);
    expect(JSON.parse(line)).toMatchObject(change);
  });

  test('a probe of a reserved key has a line of its own', () => {
    expect(
      only({
        kind: 'reserved-key-probe',
        bucket: 'b',
        key: '.system-x/new.xml',
        method: 'GET',
        userAgent: 'v',
      }),
    ).toEqual({
      level: 'info',
      time: expect.any(String),
      bucket: 'b',
      key: '.system-x/new.xml',
      method: 'GET',
      userAgent: 'v',
      msg: 'unknown SOSAPI key asked for',
    });
  });

  test.each([
    ['failed', 'warn', 'connection to the store failed'],
    ['retried', 'warn', 'request sent again on a fresh connection to the store'],
    ['opened', 'debug', 'connection to the store opened'],
    ['closed', 'debug', 'connection to the store closed'],
  ] as const)('a store connection that %s is %s', (change, level, msg) => {
    expect(
      only({ kind: 'backend-connection', backend: 'ceph', change, detail: 'ECONNREFUSED' }, 'debug'),
    ).toMatchObject({ level, backend: 'ceph', detail: 'ECONNREFUSED', msg });
  });

  test('a request of an address that is held off is debug only: the episode has a line of its own', () => {
    const held = requestEvent({ status: 503, errorCode: 'SlowDown', outcome: 'refused', heldOff: true });
    expect(logged(held)).toEqual([]);
    expect(only(held, 'debug')).toMatchObject({ level: 'debug', errorCode: 'SlowDown', msg: 'request' });
  });

  test('an address that is held off is one warning', () => {
    expect(only({ kind: 'address-held-off', group: '192.0.2.1', failures: 201, forMs: 10_000 })).toEqual({
      level: 'warn',
      time: expect.any(String),
      remote: '192.0.2.1',
      failures: 201,
      forMs: 10_000,
      msg: 'address held off: too many signatures were wrong',
    });
  });

  test('connections that are closed as they come are one warning an episode', () => {
    expect(only({ kind: 'connection-refused', group: '2001:db8:0:0::/64', first: true })).toEqual({
      level: 'warn',
      time: expect.any(String),
      remote: '2001:db8:0:0::/64',
      msg: 'connections closed: too many request heads are not complete',
    });
    expect(logged({ kind: 'connection-refused', group: '192.0.2.1', first: false }, 'trace')).toEqual([]);
  });

  test('an explanation of a signature', () => {
    const explanation = {
      canonicalRequest: 'GET\n/b/k\n',
      stringToSign: 'AWS4-HMAC-SHA256\n',
      finding: 'the signature fits if Host was a: a proxy in between changed Host',
      differences: [{ part: 'Host', arrived: 'b', signed: 'a' }],
    };
    const event = {
      kind: 'signature-explained',
      requestId: 'R1',
      accessKeyId: 'KEY',
      ...explanation,
    } as const;
    expect(only(event)).toEqual({
      level: 'warn',
      time: expect.any(String),
      requestId: 'R1',
      accessKeyId: 'KEY',
      ...explanation,
      msg: 'signature does not match',
    });
  });

  test('each use of a header that may be unsigned', () => {
    const names = ['x-amz-acl', 'x-amz-storage-class'];
    expect(only({ kind: 'unsigned-headers', requestId: 'R1', accessKeyId: 'KEY', names })).toEqual({
      level: 'info',
      time: expect.any(String),
      requestId: 'R1',
      accessKeyId: 'KEY',
      names,
      msg: 'unsigned headers let through',
    });
  });

  test('client connections are counted, not logged', () => {
    expect(logged({ kind: 'connection', change: 'opened' }, 'trace')).toEqual([]);
  });
});
