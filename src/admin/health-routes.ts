// Whether the gateway lives and can serve, and its metrics: what load balancers, kubelets and Prometheus ask for.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { AdminPorts } from './ports.ts';
import { Health, MetricsPage, Readiness } from './schemas.ts';

const TAGS = ['health'];
const PROBE = { role: 'none', isProbe: true } as const;

/** `tellsMore` decides who reads the names of stores, and why one is not reachable. */
export function probeRoutes(
  app: FastifyInstance,
  ports: Pick<AdminPorts, 'isReady'>,
  tellsMore: (request: FastifyRequest) => boolean,
): void {
  app.get(
    '/healthz',
    {
      config: PROBE,
      schema: { summary: 'Whether the process lives.', tags: TAGS, response: { 200: Health } },
    },
    async () => ({ status: 'ok' }),
  );

  app.get(
    '/readyz',
    {
      config: PROBE,
      schema: {
        summary: 'Whether requests can be served: 503 while a store is not reachable, and from the stop on.',
        tags: TAGS,
        response: { 200: Readiness, 503: Readiness },
      },
    },
    async (request, reply) => {
      const { ready, backends } = await ports.isReady();
      return reply.code(ready ? 200 : 503).send(tellsMore(request) ? { ready, backends } : { ready });
    },
  );
}

export function metricsRoute(app: FastifyInstance, ports: Pick<AdminPorts, 'renderMetrics'>): void {
  app.get(
    '/metrics',
    {
      config: { isMetrics: true },
      schema: {
        summary: 'Metrics for Prometheus.',
        tags: TAGS,
        response: {
          200: { description: 'Metrics as text.', content: { 'text/plain': { schema: MetricsPage } } },
        },
      },
    },
    async (_request, reply) => {
      const { contentType, body } = await ports.renderMetrics();
      return reply.header('content-type', contentType).send(body);
    },
  );
}
