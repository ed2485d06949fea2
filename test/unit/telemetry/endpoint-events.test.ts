// What is told of the endpoints of a store: metrics when they are read, one line for each change.
import { expect, test } from 'vitest';
import type { EndpointState } from '../../../src/backend/backend.ts';
import type { BackendEndpointEvent } from '../../../src/gateway/events.ts';
import { createAccessLog } from '../../../src/telemetry/access-log.ts';
import { createMetrics } from '../../../src/telemetry/metrics.ts';

const endpoint = (more: Partial<EndpointState>): EndpointState => ({
  name: 'node:9000',
  authority: 'node:9000',
  state: 'healthy',
  inFlight: 0,
  waiting: 0,
  forMs: 0,
  trialInMs: undefined,
  requests: 0,
  ejections: 0,
  lastReason: undefined,
  ...more,
});

test('metrics are of the endpoints that there are now', async () => {
  const metrics = createMetrics();
  let states: readonly EndpointState[] = [
    endpoint({ name: 'a:1', requests: 7, inFlight: 2 }),
    endpoint({ name: 'b:1', state: 'ejected', ejections: 3 }),
  ];
  metrics.endpoints.show([{ name: 'store', endpoints: () => states }]);
  const lines = async () =>
    (await metrics.render()).body
      .split('\n')
      .filter((line) => line.startsWith('sosapi_gateway_endpoint_') && !line.endsWith(' 0'));
  const of = (name: string) => `{backend="store",endpoint="${name}"`;
  const before = [
    `sosapi_gateway_endpoint_state${of('a:1')},state="healthy"} 1`,
    `sosapi_gateway_endpoint_state${of('b:1')},state="ejected"} 1`,
    `sosapi_gateway_endpoint_requests_in_flight${of('a:1')}} 2`,
    `sosapi_gateway_endpoint_requests_total${of('a:1')}} 7`,
    `sosapi_gateway_endpoint_ejections_total${of('b:1')}} 3`,
  ];
  expect(await lines()).toEqual(before);
  expect(await lines()).toEqual(before);
  states = [endpoint({ name: 'c:1', state: 'slow-start' })];
  expect(await lines()).toEqual([`sosapi_gateway_endpoint_state${of('c:1')},state="slow-start"} 1`]);
});

test.each<[Partial<BackendEndpointEvent>, level: string, message: string]>([
  [
    { change: 'ejected', reason: 'refused', forMs: 2000, again: false },
    'warn',
    'endpoint of the store ejected: nothing is sent there for now',
  ],
  [
    { change: 'ejected', reason: 'refused', forMs: 4000, again: true },
    'debug',
    'endpoint of the store ejected: nothing is sent there for now',
  ],
  [{ change: 'recovered' }, 'info', 'endpoint of the store works again'],
  [
    { change: 'lookup-failed', reason: 'SERVFAIL' },
    'warn',
    'name of the store could not be looked up; its addresses stay as they were',
  ],
])('%j is a line', (event, level, message) => {
  const lines: unknown[] = [];
  const into = (name: string) => (fields: object, text: string) => lines.push([name, fields, text]);
  const log = createAccessLog({ debug: into('debug'), info: into('info'), warn: into('warn') });
  const { change = 'recovered', ...rest } = event;
  log({ kind: 'backend-endpoint', backend: 'store', endpoint: 'node:9000', change, ...rest });
  expect(lines).toEqual([
    [level, { backend: 'store', endpoint: 'node:9000', reason: event.reason, forMs: event.forMs }, message],
  ]);
});
