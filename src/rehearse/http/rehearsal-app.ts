// What both ports have in common: HTTPS, headers that say what this is, bodies as JSON or as a form, and schemas.
import { STATUS_CODES } from 'node:http';
// The types of routes' tags and summaries.
import type {} from '@fastify/swagger';
import { type FastifyInstance, type FastifyReply, fastify } from 'fastify';
import type { RehearsalCertificate } from '../rehearsal-context.ts';
import { validatorCompiler } from './validation.ts';

const BODY_LIMIT_BYTES = 4 * 1024 * 1024;

/** Nothing here pretends to be Veeam: each answer, an error too, has these. The rest is what the vendor's overview lists. */
export const ANSWER_HEADERS = {
  server: 'sosapi-gateway-rehearsal',
  'x-sosapi-rehearsal': 'This is a rehearsal by sosapi-gateway, not a Veeam server',
  'cache-control': 'private',
  'x-frame-options': 'SAMEORIGIN',
  'x-xss-protection': '1; mode=block',
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
} as const;

/** Builds the app; its routes, its error handler, to listen and to close are the caller's part. */
export function createRehearsalApp(certificate: RehearsalCertificate): FastifyInstance {
  const app = fastify({
    https: { key: certificate.keyPem, cert: certificate.certPem, minVersion: 'TLSv1.2' },
    logger: false,
    // A keep-alive connection of a client must not hold up the end.
    forceCloseConnections: true,
    requestTimeout: 30_000,
    bodyLimit: BODY_LIMIT_BYTES,
    // A path that cannot be decoded never reaches the hooks.
    frameworkErrors: (_error, _request, reply: FastifyReply) => {
      void reply
        .code(400)
        .headers(ANSWER_HEADERS)
        .send({ errorCode: 'InvalidURI', message: 'The path cannot be read.' });
    },
    clientErrorHandler: (error, socket) => {
      if (!socket.writable) {
        socket.destroy();
        return;
      }
      const status = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : 400;
      const body = JSON.stringify({ errorCode: 'UnexpectedContent', message: 'The request cannot be read.' });
      const headers = Object.entries(ANSWER_HEADERS).map(([name, value]) => `${name}: ${value}\r\n`);
      socket.end(
        `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${headers.join('')}content-type: application/json; charset=utf-8\r\n` +
          `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
      );
    },
  });
  app.setValidatorCompiler(validatorCompiler);
  // Schemas of answers are for the documentation; a test compares the answers with the vendor's.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers(ANSWER_HEADERS);
  });
  acceptBodies(app);
  return app as unknown as FastifyInstance;
}

function acceptBodies(
  app: Pick<FastifyInstance, 'addContentTypeParser' | 'getDefaultJsonParser' | 'removeContentTypeParser'>,
): void {
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    // Clients send the content type also with actions that have no body.
    if (body === '') done(null, undefined);
    else void parseJson(request, body as string, done);
  });
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => {
      done(null, Object.fromEntries(new URLSearchParams(body as string)));
    },
  );
}
