// Answers to what does not exist and to what went wrong.
import type { FastifyError, FastifyInstance } from 'fastify';
import { BadQueryError } from './history-query.ts';
import type { AdminPorts } from './ports.ts';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

export function answerRefusals(app: FastifyInstance, { logger }: Pick<AdminPorts, 'logger'>): void {
  app.setNotFoundHandler((request, reply) => {
    const [url = ''] = request.url.split('?', 1);
    const allowed = METHODS.filter((method) => app.findRoute({ method, url }) !== null);
    if (allowed.length === 0) return reply.code(404).send({ error: 'not found' });
    const allow = allowed.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ');
    return reply.code(405).header('allow', allow).send({ error: 'method not allowed' });
  });

  app.setErrorHandler<FastifyError>((error, _request, reply) => {
    if (error instanceof BadQueryError) return reply.code(400).send({ error: error.message });
    const status = error.statusCode ?? 500;
    // What the schema says of a body names its keys, never what stands in it.
    if (error.validation !== undefined) return reply.code(status).send({ error: error.message });
    if (status < 500) return reply.code(status).send({ error: 'bad request' });
    // What went wrong is for the log: its text may name things that are nobody's business here.
    logger?.error({ err: error }, 'admin request failed');
    return reply.code(500).send({ error: 'internal error' });
  });
}
