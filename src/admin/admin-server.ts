// The admin listener: health, metrics, capacity, what Veeam believes, the document of all that; for whoever may have it.
import type { Server } from 'node:http';
import { createServer } from 'node:https';
import type { TlsOptions } from 'node:tls';
import { type FastifyInstance, type FastifyServerFactory, fastify } from 'fastify';
import { enforceAccess } from './access-hook.ts';
import { tellActions } from './admin-actions.ts';
import { capacityRoutes } from './capacity-routes.ts';
import { dashboardRoutes } from './dashboard-routes.ts';
import { endpointRoutes } from './endpoint-routes.ts';
import { metricsRoute, probeRoutes } from './health-routes.ts';
import { liveRoutes } from './live-routes.ts';
import { AdminLogin } from './login.ts';
import { documentRoutes } from './openapi.ts';
import type { AdminPorts } from './ports.ts';
import { answerRefusals } from './refusals.ts';
import { reloadRoutes } from './reload-routes.ts';
import { SERVER_OPTIONS } from './server-options.ts';
import { sessionRoutes } from './session-routes.ts';
import { veeamRoutes } from './veeam-routes.ts';

export interface AdminServerOptions {
  /** Absent: plain HTTP. */
  readonly tls?: TlsOptions | undefined;
}

/** Builds the app; to listen and to close is the caller's part. */
export function createAdminServer(ports: AdminPorts, { tls }: AdminServerOptions = {}): FastifyInstance {
  const login = ports.login ?? withoutTokens();
  const app = fastify({
    ...SERVER_OPTIONS,
    ...(tls === undefined ? {} : { serverFactory: httpsServers(tls) }),
  });
  // A form of another site's page comes as text: nothing here takes it.
  app.removeContentTypeParser('text/plain');
  enforceAccess(app, login);
  if (ports.onAdminAction !== undefined) tellActions(app, ports.onAdminAction);
  answerRefusals(app, ports);
  documentRoutes(app, ports.version);
  // Within a plugin, so that those above are there first.
  void app.register(async (scope) => {
    probeRoutes(scope, ports, ({ caller }) => caller !== undefined);
    metricsRoute(scope, ports);
    sessionRoutes(scope, login);
    capacityRoutes(scope, ports);
    dashboardRoutes(scope);
    endpointRoutes(scope, ports);
    liveRoutes(scope, ports);
    veeamRoutes(scope, ports);
    reloadRoutes(scope, ports);
  });
  return app;
}

/** Fastify's own option for it would make its server, and all types after it, another one. */
function httpsServers(tls: TlsOptions): FastifyServerFactory {
  const { requestTimeout } = SERVER_OPTIONS;
  return (handler) => createServer({ ...tls, requestTimeout }, handler) as unknown as Server;
}

/** Reading is open where the listener is, and nothing can be changed. */
function withoutTokens(): AdminLogin {
  return new AdminLogin({
    settings: { tokens: [], publicMetrics: false, hostNames: [] },
    failedLogins: { heldOffMs: () => 0, failed: () => undefined },
    isLoopback: true,
    now: () => 0,
  });
}
