// The metrics of requests: how many, how they went, how long they took, how many bytes they moved.
import { Counter, type Registry } from 'prom-client';
import type { RequestEvent } from '../gateway/events.ts';
import { OperationHistogram } from './operation-histogram.ts';

// From a HEAD out of memory to the upload of a 5 GiB part over a slow line.
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/** What is told of each request at its end. */
export function createRequestMetrics(registry: Registry): (event: RequestEvent) => void {
  const registers = [registry];
  const countRequest = requestCounter(registry);
  const duration = new OperationHistogram({
    name: 'sosapi_gateway_request_duration_seconds',
    help: 'From the head of a request to the last byte of its answer.',
    bounds: SECONDS,
    registry,
  });
  const timeToFirstByte = new OperationHistogram({
    name: 'sosapi_gateway_time_to_first_byte_seconds',
    help: 'From the head of a request to the first byte of its answer.',
    bounds: SECONDS,
    registry,
  });
  const countRequestBytes = sum(
    registry,
    'sosapi_gateway_request_body_bytes_total',
    'Body bytes read from clients.',
  );
  const countResponseBytes = sum(
    registry,
    'sosapi_gateway_response_body_bytes_total',
    'Body bytes sent to clients.',
  );
  const errors = new Counter({
    name: 'sosapi_gateway_errors_total',
    help: 'Errors that the gateway itself answered, by S3 error code.',
    labelNames: ['code'] as const,
    registers,
  });
  const aborts = new Counter({
    name: 'sosapi_gateway_requests_aborted_total',
    help: 'Requests broken off before their end, by the side that broke off.',
    labelNames: ['by'] as const,
    registers,
  });

  return (event) => {
    const { operation } = event;
    countRequest(event);
    duration.observe(operation, event.durationMs / 1000);
    if (event.timeToFirstByteMs !== undefined) {
      timeToFirstByte.observe(operation, event.timeToFirstByteMs / 1000);
    }
    countRequestBytes(event.requestBytes);
    countResponseBytes(event.responseBytes);
    if (event.errorCode !== undefined) errors.inc({ code: event.errorCode });
    if (event.aborted !== undefined) aborts.inc({ by: event.aborted });
  };
}

/** Told to prom-client when somebody looks: each of its own increments takes as long as all of this. */
function sum(registry: Registry, name: string, help: string): (value: number) => void {
  let untold = 0;
  new Counter({
    name,
    help,
    registers: [registry],
    collect() {
      this.inc(untold);
      untold = 0;
    },
  });
  return (value) => {
    untold += value;
  };
}

/** Likewise: its counters hash an object of labels each time. */
function requestCounter(registry: Registry): (event: RequestEvent) => void {
  type Counted = Pick<RequestEvent, 'operation' | 'outcome' | 'status'> & { count: number };
  const untold = new Map<string, Counted>();
  /** Most requests are of the same kind as the one before: then no word is made to look it up. */
  let last: Counted | undefined;
  new Counter({
    name: 'sosapi_gateway_requests_total',
    help: 'Requests by S3 operation, how they were dealt with and HTTP status (0: cut off before one was sent).',
    labelNames: ['operation', 'outcome', 'status'] as const,
    registers: [registry],
    collect() {
      for (const { operation, outcome, status, count } of untold.values()) {
        this.inc({ operation, outcome, status: String(status) }, count);
      }
      untold.clear();
      last = undefined;
    },
  });
  return ({ operation, outcome, status }) => {
    if (last?.operation !== operation || last.outcome !== outcome || last.status !== status) {
      const word = `${operation} ${outcome} ${status}`;
      last = untold.get(word) ?? { operation, outcome, status, count: 0 };
      untold.set(word, last);
    }
    last.count += 1;
  };
}
