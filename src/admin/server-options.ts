// What both admin apps are made with.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SECURITY_HEADERS } from './security-headers.ts';

export const SERVER_OPTIONS = {
  logger: false,
  // A scraper's keep-alive connection must not hold up a drain.
  forceCloseConnections: true,
  requestTimeout: 10_000,
  bodyLimit: 1024,
  // A key that no schema has and a number for a text are mistakes to be told, not to be passed over.
  ajv: { customOptions: { removeAdditional: false, coerceTypes: false } },
  // A path that cannot be decoded never reaches the hooks.
  frameworkErrors: (_error: Error, _request: FastifyRequest, reply: FastifyReply) => {
    void reply.code(400).headers(SECURITY_HEADERS).send({ error: 'bad request' });
  },
} as const;
