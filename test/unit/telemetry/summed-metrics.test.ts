// The metrics of several processes as one page, also of those that are gone.
import { expect, test } from 'vitest';
import { createMetrics } from '../../../src/telemetry/metrics.ts';
import { addUp, lastingMetrics, renderSum } from '../../../src/telemetry/summed-metrics.ts';
import { requestEvent } from './events.ts';

function serving(requests: number) {
  const metrics = createMetrics({ version: '1.2.3' });
  for (let n = 0; n < requests; n++) {
    metrics.onEvent({ kind: 'connection', change: 'opened' });
    metrics.onEvent(requestEvent());
  }
  return metrics;
}

function value(body: string, name: string): number {
  const lines = body.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'gm'));
  return [...lines].reduce((sum, [, number]) => sum + Number(number), 0);
}

test('counters, histograms and connections add up; the version and the start do not', async () => {
  const own = createMetrics({ version: '1.2.3' });
  own.workers.serving(2);
  const others = await Promise.all([serving(2).snapshot(), serving(3).snapshot()]);
  const { body, contentType } = await renderSum(await own.snapshot(), others);
  expect(contentType).toMatch(/^text\/plain/);
  expect(value(body, 'sosapi_gateway_requests_total')).toBe(5);
  expect(value(body, 'sosapi_gateway_request_duration_seconds_count')).toBe(5);
  expect(value(body, 'sosapi_gateway_client_connections')).toBe(5);
  expect(value(body, 'sosapi_gateway_workers')).toBe(2);
  expect(value(body, 'sosapi_gateway_build_info')).toBe(1);
  const started = value(body, 'process_start_time_seconds');
  expect(Math.abs(started - (Date.now() / 1000 - process.uptime()))).toBeLessThan(60);
});

test('alone it is the same page', async () => {
  const metrics = serving(2);
  const named = (body: string) => [...body.matchAll(/^# TYPE (\S+ \S+)$/gm)].map(([, each]) => each).sort();
  const { body } = await renderSum(await metrics.snapshot(), []);
  expect(named(body)).toEqual(named((await metrics.render()).body));
  expect(value(body, 'sosapi_gateway_requests_total')).toBe(2);
});

test('of a process that is gone what it counted stays, what it held does not', async () => {
  const gone = lastingMetrics(await serving(4).snapshot());
  const sum = await addUp([gone, lastingMetrics(await serving(1).snapshot())]);
  const { body } = await renderSum(await createMetrics().snapshot(), [sum, await serving(2).snapshot()]);
  expect(value(body, 'sosapi_gateway_requests_total')).toBe(7);
  expect(value(body, 'sosapi_gateway_request_duration_seconds_count')).toBe(7);
  expect(value(body, 'sosapi_gateway_client_connections')).toBe(2);
});
