// How many processes serve S3, out of config: part of the composition root.
import { availableParallelism } from 'node:os';
import type { GatewayConfig } from '../config/gateway-config.ts';
import { MAX_WORKERS } from '../config/worker-leaf.ts';

/** As many as there are cores that this process may use, unless config says a number. */
export function workerCount({ workers }: GatewayConfig): number {
  return workers === 'auto' ? Math.min(availableParallelism(), MAX_WORKERS) : workers;
}
