// The admin listener: health, readiness, metrics, capacity, what Veeam believes. Read-only and without authentication, so it belongs on a private address.
import { type FastifyInstance, type FastifyReply, fastify } from 'fastify';
import { capacityRoutes } from './capacity-routes.ts';
import { BadQueryError } from './history-query.ts';
import type { AdminPorts } from './ports.ts';
import { Health, Readiness } from './schemas.ts';
import { veeamRoutes } from './veeam-routes.ts';

const SECURITY_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** Builds the app; to listen and to close is the caller's part. */
export function createAdminServer(ports: AdminPorts): FastifyInstance {
  const app = fastify({
    logger: false,
    // A scraper's keep-alive connection must not hold up a drain.
    forceCloseConnections: true,
    requestTimeout: 10_000,
    bodyLimit: 1024,
    // A path that cannot be decoded never reaches the hooks below.
    frameworkErrors: (_error, _request, reply: FastifyReply) => {
      void reply.code(400).headers(SECURITY_HEADERS).send({ error: 'bad request' });
    },
  });

  app.addHook('onRequest', async (_request, reply) => {
    reply.headers(SECURITY_HEADERS);
  });
  refusals(app, ports);

  app.get('/healthz', { schema: { response: { 200: Health } } }, async () => ({ status: 'ok' }));

  app.get(
    '/readyz',
    { schema: { response: { 200: Readiness, 503: Readiness } } },
    async (_request, reply) => {
      const readiness = await ports.isReady();
      return reply.code(readiness.ready ? 200 : 503).send(readiness);
    },
  );

  app.get('/metrics', async (_request, reply) => {
    const { contentType, body } = await ports.renderMetrics();
    return reply.header('content-type', contentType).send(body);
  });

  capacityRoutes(app, ports);
  veeamRoutes(app, ports);

  return app;
}

function refusals(app: FastifyInstance, ports: AdminPorts): void {
  app.setNotFoundHandler((request, reply) => {
    const [path = ''] = request.url.split('?', 1);
    if (!app.hasRoute({ method: 'GET', url: path })) return reply.code(404).send({ error: 'not found' });
    return reply.code(405).header('allow', 'GET, HEAD').send({ error: 'method not allowed' });
  });

  app.setErrorHandler<Error & { statusCode?: number }>((error, _request, reply) => {
    if (error instanceof BadQueryError) return reply.code(400).send({ error: error.message });
    const status = error.statusCode ?? 500;
    if (status < 500) return reply.code(status).send({ error: 'bad request' });
    // What went wrong is for the log: its text may name things that are nobody's business here.
    ports.logger?.error({ err: error }, 'admin request failed');
    return reply.code(500).send({ error: 'internal error' });
  });
}
