// What several processes see of an endpoint, put together.
import { expect, test } from 'vitest';
import type { EndpointState } from '../../../src/backend/backend.ts';
import { endpointRows } from '../../../src/serve/endpoint-seen.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const state = (more: Partial<EndpointState>): EndpointState => ({
  name: 'node:9000',
  authority: 'node:9000',
  state: 'healthy',
  inFlight: 0,
  waiting: 0,
  forMs: 10_000,
  trialInMs: undefined,
  requests: 0,
  ejections: 0,
  lastReason: undefined,
  ...more,
});
const seen = (...each: readonly Partial<EndpointState>[]) =>
  each.map((more) => [{ backend: 'store', endpoints: [state(more)] }]);

test('what is under way is added up, the worst state is told, and how many see it', () => {
  const rows = endpointRows(
    seen(
      { inFlight: 5, waiting: 2 },
      { state: 'ejected', forMs: 3_000, trialInMs: 4_000, lastReason: 'refused', inFlight: 1 },
      { state: 'ejected', forMs: 5_000, trialInMs: 1_000, lastReason: 'refused' },
    ),
    NOW,
  );
  expect(rows).toEqual([
    {
      backend: 'store',
      endpoint: 'node:9000',
      authority: 'node:9000',
      state: 'ejected',
      processes: { all: 3, inState: 2 },
      inFlight: 4,
      waiting: 2,
      since: '2026-11-22T11:59:55.000Z',
      reason: 'refused',
      until: '2026-11-22T12:00:01.000Z',
    },
  ]);
});

test('of one that works nothing is said of the past', () => {
  const [row] = endpointRows(seen({ lastReason: 'long ago' }), NOW);
  expect(row).toMatchObject({ state: 'working', processes: { all: 1, inState: 1 } });
  expect(row).not.toHaveProperty('reason');
  expect(row).not.toHaveProperty('until');
});

test('an endpoint that one process alone knows, since names change, is told too', () => {
  const rows = endpointRows([...seen({}), ...seen({ name: 'node:9000/10.0.0.1' })], NOW);
  expect(rows.map(({ endpoint }) => endpoint)).toEqual(['node:9000', 'node:9000/10.0.0.1']);
});
