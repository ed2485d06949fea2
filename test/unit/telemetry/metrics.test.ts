import { describe, expect, test } from 'vitest';
import { createMetrics } from '../../../src/telemetry/metrics.ts';
import { requestEvent } from './events.ts';

/** Our own samples, without the process's. */
async function samples(metrics: ReturnType<typeof createMetrics>): Promise<readonly string[]> {
  const { body } = await metrics.render();
  return body.split('\n').filter((line) => line.startsWith('sosapi_gateway_'));
}

describe('createMetrics', () => {
  test('renders text that Prometheus takes, with build and process', async () => {
    const { contentType, body } = await createMetrics({ version: '1.2.3' }).render();
    expect(contentType).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(body).toContain(`sosapi_gateway_build_info{version="1.2.3",node="${process.version}"} 1`);
    expect(body).toContain('process_resident_memory_bytes');
  });

  test('two of them in one process know nothing of each other', async () => {
    const first = createMetrics();
    const second = createMetrics();
    first.onEvent({ kind: 'connection', change: 'opened' });
    expect(await samples(second)).toContain('sosapi_gateway_client_connections 0');
  });

  test('counts requests, bytes, times, errors and aborts', async () => {
    const metrics = createMetrics();
    metrics.onEvent(
      requestEvent({ requestBytes: 5, responseBytes: 7, durationMs: 40, timeToFirstByteMs: 4 }),
    );
    metrics.onEvent(
      requestEvent({
        operation: 'PutObject',
        outcome: 'refused',
        status: 403,
        errorCode: 'AccessDenied',
        timeToFirstByteMs: undefined,
        aborted: 'client',
      }),
    );
    const lines = await samples(metrics);
    for (const line of [
      'sosapi_gateway_requests_total{operation="GetObject",outcome="pass-through",status="200"} 1',
      'sosapi_gateway_requests_total{operation="PutObject",outcome="refused",status="403"} 1',
      'sosapi_gateway_request_duration_seconds_bucket{le="0.025",operation="GetObject"} 0',
      'sosapi_gateway_request_duration_seconds_bucket{le="0.05",operation="GetObject"} 1',
      'sosapi_gateway_request_duration_seconds_sum{operation="GetObject"} 0.04',
      'sosapi_gateway_time_to_first_byte_seconds_count{operation="GetObject"} 1',
      'sosapi_gateway_request_body_bytes_total 5',
      'sosapi_gateway_response_body_bytes_total 17',
      'sosapi_gateway_errors_total{code="AccessDenied"} 1',
      'sosapi_gateway_requests_aborted_total{by="client"} 1',
    ]) {
      expect(lines).toContain(line);
    }
    expect(lines.filter((line) => line.includes('time_to_first_byte') && line.includes('Put'))).toEqual([]);
  });

  test('goes on counting, whatever came in between and whenever somebody looks', async () => {
    const metrics = createMetrics();
    const head = { operation: 'HeadObject', responseBytes: 1 };
    const counted = async () =>
      (await samples(metrics)).filter((line) => /requests_total|response_body_bytes/.test(line));
    for (const change of [{}, {}, head, {}, { status: 206 }, { outcome: 'refused' as const }, head]) {
      metrics.onEvent(requestEvent(change));
    }
    const kinds = (get: number, others: number): string[] => [
      `sosapi_gateway_requests_total{operation="GetObject",outcome="pass-through",status="200"} ${get}`,
      `sosapi_gateway_requests_total{operation="HeadObject",outcome="pass-through",status="200"} 2`,
      `sosapi_gateway_requests_total{operation="GetObject",outcome="pass-through",status="206"} ${others}`,
      `sosapi_gateway_requests_total{operation="GetObject",outcome="refused",status="200"} ${others}`,
    ];
    expect(await counted()).toEqual([...kinds(3, 1), 'sosapi_gateway_response_body_bytes_total 52']);
    expect(await counted()).toEqual([...kinds(3, 1), 'sosapi_gateway_response_body_bytes_total 52']);
    metrics.onEvent(requestEvent());
    expect(await counted()).toEqual([...kinds(4, 1), 'sosapi_gateway_response_body_bytes_total 62']);
  });

  test('what clients choose freely is no label', async () => {
    const metrics = createMetrics();
    metrics.onEvent(
      requestEvent({
        bucket: 'freely',
        key: 'freely',
        userAgent: 'freely',
        accessKeyId: 'freely',
        remoteAddress: 'freely',
        requestId: 'freely',
        reason: 'freely',
        method: 'freely',
      }),
    );
    metrics.onEvent({
      kind: 'reserved-key-probe',
      bucket: 'freely',
      key: 'freely',
      method: 'GET',
      userAgent: 'freely',
    });
    metrics.onEvent({ kind: 'connection-refused', group: 'freely', first: true });
    metrics.onEvent({ kind: 'address-held-off', group: 'freely', failures: 1, forMs: 1 });
    metrics.onEvent({
      kind: 'unsigned-headers',
      requestId: 'freely',
      accessKeyId: 'freely',
      names: ['freely'],
    });
    const lines = await samples(metrics);
    expect(lines.join('\n')).not.toContain('freely');
    expect(lines).toContain('sosapi_gateway_reserved_key_probes_total 1');
  });

  test('counts what failed authentication and its limits come to', async () => {
    const metrics = createMetrics();
    const ids = { requestId: 'R1', accessKeyId: 'KEY' };
    const explanation = { canonicalRequest: '', stringToSign: '', finding: '', differences: [] };
    for (const first of [true, false, false])
      metrics.onEvent({ kind: 'connection-refused', group: '192.0.2.1', first });
    metrics.onEvent({ kind: 'address-held-off', group: '192.0.2.1', failures: 201, forMs: 10_000 });
    for (let n = 0; n < 2; n++) metrics.onEvent(requestEvent({ status: 503, heldOff: true }));
    metrics.onEvent(requestEvent({ status: 503 }));
    metrics.onEvent({ kind: 'signature-explained', ...ids, ...explanation });
    metrics.onEvent({ kind: 'unsigned-headers', ...ids, names: ['x-amz-acl', 'x-amz-storage-class'] });
    expect(await samples(metrics)).toEqual(
      expect.arrayContaining([
        'sosapi_gateway_connections_refused_total 3',
        'sosapi_gateway_addresses_held_off_total 1',
        'sosapi_gateway_requests_held_off_total 2',
        'sosapi_gateway_signatures_explained_total 1',
        'sosapi_gateway_unsigned_headers_total 1',
      ]),
    );
  });

  test('follows connections on both sides', async () => {
    const metrics = createMetrics();
    for (const change of ['opened', 'opened', 'closed'] as const)
      metrics.onEvent({ kind: 'connection', change });
    for (const change of ['opened', 'opened', 'closed', 'failed', 'retried', 'retried'] as const) {
      metrics.onEvent({ kind: 'backend-connection', backend: 'ceph', change, detail: undefined });
    }
    expect(await samples(metrics)).toEqual(
      expect.arrayContaining([
        'sosapi_gateway_client_connections 1',
        'sosapi_gateway_backend_connections{backend="ceph"} 1',
        'sosapi_gateway_backend_connection_failures_total{backend="ceph"} 1',
        'sosapi_gateway_backend_retries_total{backend="ceph"} 2',
      ]),
    );
  });
});
