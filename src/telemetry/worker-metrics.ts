// How many worker processes serve, and how many had to be replaced.
import { Counter, Gauge, type Registry } from 'prom-client';

export interface WorkerMetrics {
  /** So many serve now. */
  serving(count: number): void;
  /** One that had ended was started again. */
  replaced(): void;
}

export function createWorkerMetrics(registry: Registry): WorkerMetrics {
  const workers = new Gauge({
    name: 'sosapi_gateway_workers',
    help: 'Worker processes that serve now; 0 where one process does everything.',
    registers: [registry],
  });
  const restarts = new Counter({
    name: 'sosapi_gateway_worker_restarts_total',
    help: 'Worker processes that ended and were started again.',
    registers: [registry],
  });
  return {
    serving: (count) => workers.set(count),
    replaced: () => restarts.inc(),
  };
}
