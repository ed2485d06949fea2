// Tells who did what over the admin listener: whatever changes something, and logins that were wrong.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AdminRole } from './admin-token.ts';
import { isSafe } from './foreign-call.ts';
import type { AdminAction } from './ports.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** What exactly is to be changed, for whoever is told of it. */
    actionDetails?: Readonly<Record<string, unknown>> | undefined;
  }
}

export function tellActions(app: FastifyInstance, tell: (action: AdminAction) => void): void {
  app.addHook('onResponse', async (request, reply) => {
    if (isWorthTelling(request)) tell(actionOf(request, reply));
  });
}

/** Of those who are nobody only a wrong token is told, and of those no more than the login counts. */
function isWorthTelling({ caller, isWrongLogin, method }: FastifyRequest): boolean {
  return isWrongLogin || (caller?.name !== undefined && !isSafe(method));
}

function actionOf(request: FastifyRequest, { statusCode }: FastifyReply): AdminAction {
  const { caller, method, ip } = request;
  const who: { name?: string; role?: AdminRole } =
    caller?.name === undefined ? {} : { name: caller.name, role: caller.role };
  return {
    ...who,
    method,
    route: request.routeOptions.url ?? 'unknown',
    status: statusCode,
    outcome: statusCode < 400 ? 'done' : statusCode < 500 ? 'refused' : 'failed',
    remote: ip,
    ...(request.actionDetails && { details: request.actionDetails }),
  };
}
