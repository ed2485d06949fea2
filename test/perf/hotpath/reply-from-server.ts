// `node reply-from-server.ts PORT STOREPORT [CERT KEY]`: Fastify that hands every request on with @fastify/reply-from,
// bodies as streams, with as many kept connections to the store as there are clients.
import { readFileSync } from 'node:fs';
import replyFrom from '@fastify/reply-from';
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify';

const [port, storePort, certFile, keyFile] = process.argv.slice(2);
const tls =
  certFile === undefined || keyFile === undefined
    ? undefined
    : { cert: readFileSync(certFile), key: readFileSync(keyFile), minVersion: 'TLSv1.3' as const };

const server = fastify({ https: tls ?? null, bodyLimit: Number.MAX_SAFE_INTEGER });
server.removeAllContentTypeParsers();
server.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
await server.register(replyFrom, {
  base: `http://127.0.0.1:${storePort}`,
  undici: { connections: 512, pipelining: 1 },
});
const handOn = (request: FastifyRequest, reply: FastifyReply): FastifyReply => reply.from(request.raw.url);
server.route({ method: ['GET', 'HEAD', 'PUT'], url: '/*', handler: handOn });
await server.listen({ host: '127.0.0.1', port: Number(port), backlog: 4096 });
