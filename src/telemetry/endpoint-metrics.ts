// How the endpoints of each store fare. Read when somebody asks, so that a request costs nothing here.
import { Counter, Gauge, type Registry } from 'prom-client';
import type { Backend, EndpointState } from '../backend/backend.ts';

export interface EndpointMetrics {
  /** From now on these are shown. */
  show(backends: Iterable<Pick<Backend, 'name' | 'endpoints'>>): void;
}

const STATES: readonly EndpointState['state'][] = [
  'healthy',
  'slow-start',
  'half-open',
  'ejected',
  'drained',
];

/** Labels are bounded: endpoints by config, and 64 addresses of a name. */
export function createEndpointMetrics(registry: Registry): EndpointMetrics {
  let shown: readonly Pick<Backend, 'name' | 'endpoints'>[] = [];
  const registers = [registry];
  const labelNames = ['backend', 'endpoint'] as const;
  const each = (
    take: (labels: { backend: string; endpoint: string }, state: EndpointState) => void,
  ): void => {
    for (const backend of shown) {
      for (const state of backend.endpoints()) take({ backend: backend.name, endpoint: state.name }, state);
    }
  };
  new Gauge({
    name: 'sosapi_gateway_endpoint_state',
    help: 'How many processes see the endpoint in this state.',
    labelNames: [...labelNames, 'state'] as const,
    registers,
    collect() {
      this.reset();
      each((labels, { state: found }) => {
        for (const state of STATES) this.set({ ...labels, state }, state === found ? 1 : 0);
      });
    },
  });
  new Gauge({
    name: 'sosapi_gateway_endpoint_requests_in_flight',
    help: 'Requests under way at the endpoint and waiting for a connection to it.',
    labelNames,
    registers,
    collect() {
      this.reset();
      each((labels, { inFlight }) => this.set(labels, inFlight));
    },
  });
  const counted = (name: string, help: string, read: (state: EndpointState) => number): void => {
    new Counter({
      name,
      help,
      labelNames,
      registers,
      collect() {
        this.reset();
        each((labels, state) => this.inc(labels, read(state)));
      },
    });
  };
  counted(
    'sosapi_gateway_endpoint_requests_total',
    'Requests sent to the endpoint.',
    ({ requests }) => requests,
  );
  counted(
    'sosapi_gateway_endpoint_ejections_total',
    'Times that the endpoint was ejected because it did not work.',
    ({ ejections }) => ejections,
  );
  return {
    show(backends) {
      shown = [...backends];
    },
  };
}
