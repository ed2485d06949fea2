// The health listener: for load balancers, kubelets and Prometheus on addresses where the admin listener does not belong. Nobody logs in here, so it tells no more than whether.
import { type FastifyInstance, fastify } from 'fastify';
import { metricsRoute, probeRoutes } from './health-routes.ts';
import type { AdminPorts } from './ports.ts';
import { answerRefusals } from './refusals.ts';
import { SECURITY_HEADERS } from './security-headers.ts';
import { SERVER_OPTIONS } from './server-options.ts';

export interface HealthServerOptions {
  /** Whether /metrics is there. */
  readonly metrics: boolean;
}

export type HealthPorts = Pick<AdminPorts, 'isReady' | 'renderMetrics' | 'logger'>;

/** Builds the app; to listen and to close is the caller's part. */
export function createHealthServer(ports: HealthPorts, { metrics }: HealthServerOptions): FastifyInstance {
  const app = fastify(SERVER_OPTIONS);
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers(SECURITY_HEADERS);
  });
  answerRefusals(app, ports);
  probeRoutes(app, ports, () => false);
  if (metrics) metricsRoute(app, ports);
  return app;
}
