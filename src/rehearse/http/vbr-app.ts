// What every path of the VBR port has: its revision, its bearer token, and errors in the documents' shape.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Revision } from '../../veeam/vbr/revisions.ts';
import type { RehearsalContext } from '../rehearsal-context.ts';
import { createRehearsalApp } from './rehearsal-app.ts';
import { badRequest, RestError } from './rest-error.ts';
import { requireRevision } from './revision.ts';
import { ValidationError } from './validation.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A path that the documents open to everybody. */
    readonly anonymous?: boolean;
  }
}

/** Builds the app of the VBR port; paths are registered by the caller. */
export function createVbrApp(context: RehearsalContext, revisions: readonly Revision[]): FastifyInstance {
  const app = createRehearsalApp(context.certificate);
  const counts = new Map<string, number>();
  const routes: { readonly method: string; readonly path: RegExp }[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    const parts = url.split('/').map((part) => (part.startsWith(':') ? '[^/]+' : RegExp.escape(part)));
    const path = new RegExp(`^${parts.join('/')}$`);
    for (const one of [method].flat()) routes.push({ method: one, path });
  });
  app.addHook('onRequest', async (request) => {
    const path = pathOf(request);
    if (!path.startsWith('/api/')) return;
    const count = (counts.get(`${request.method} ${path}`) ?? 0) + 1;
    if (context.faults.breaks !== undefined) {
      counts.set(`${request.method} ${path}`, count);
      if (context.faults.breaks({ method: request.method, path, count })) {
        throw new RestError(500, 'UnknownError', 'The server has been told to fail this request.');
      }
    }
    requireRevision(request, revisions);
    if (request.routeOptions.config.anonymous !== true) requireToken(request, context);
  });
  app.setErrorHandler((error, _request, reply) => answerError(error, reply));
  app.setNotFoundHandler((request, reply) => {
    const url = pathOf(request);
    const allowed = routes.filter(({ path }) => path.test(url)).map(({ method }) => method);
    if (allowed.length === 0) {
      return answerError(new RestError(404, 'InvalidURI', `There is no path ${url.slice(0, 200)}.`), reply);
    }
    reply.header('allow', allowed.join(', '));
    return answerError(
      new RestError(405, 'MethodNotAllowed', `The path ${url} does not take ${request.method}.`),
      reply,
    );
  });
  return app;
}

/** The access token of a request; undefined where it has none. */
export function bearerOf(request: FastifyRequest): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1];
}

function requireToken(request: FastifyRequest, context: RehearsalContext): void {
  const token = bearerOf(request);
  if (token === undefined) {
    throw new RestError(401, 'AccessDenied', 'The header Authorization with a bearer token is missing.');
  }
  const { kind } = context.vbrTokens.check(token);
  if (kind === 'expired') throw new RestError(401, 'ExpiredToken', 'The access token has expired.');
  if (kind === 'unknown') throw new RestError(401, 'InvalidToken', 'The access token is not known.');
}

function answerError(error: unknown, reply: FastifyReply): FastifyReply {
  const { status, errorCode, message, resourceId } = restErrorOf(error);
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  return reply.code(status).send({ errorCode, message, ...(resourceId === undefined ? {} : { resourceId }) });
}

function restErrorOf(error: unknown): RestError {
  if (error instanceof RestError) return error;
  if (error instanceof ValidationError) return badRequest(error.message);
  const { statusCode, message } = error as { readonly statusCode?: number; readonly message?: string };
  // The documents know 400 for every body that cannot be taken.
  if (statusCode !== undefined && statusCode < 500)
    return badRequest(message ?? 'The request cannot be read.');
  return new RestError(500, 'UnknownError', `The rehearsal server failed: ${message ?? String(error)}`);
}

function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0] ?? '';
}
