// The Veeam ONE port of a rehearsal: who is logged in, what is registered, and errors as problem details.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ValidationError } from '../http/validation.ts';
import type { RehearsalContext } from '../rehearsal-context.ts';
import { registerAlarms } from './alarms/alarm-routes.ts';
import { registerCollection } from './collection-route.ts';
import { registerDataCollection } from './data-collection-routes.ts';
import { FORM_DATA_LIMIT_BYTES, parseFormData } from './form-data.ts';
import { OneError, problemDetails } from './one-error.ts';
import { registerOneTokens } from './one-tokens.ts';
import { OneQueryError } from './query/query-error.ts';
import { BackupRepositoryResource } from './resources/backup-repository-resource.ts';
import { ObjectStorageResource, objectStorages } from './resources/object-storage-resource.ts';
import { ScaleOutResource, scaleOutResources } from './resources/scale-out-resource.ts';
import { SessionNumbers, SessionResource, sessionResources } from './resources/session-resource.ts';

const METHODS = ['GET', 'POST', 'PATCH'] as const;
const VBR_TAG = 'Veeam Backup & Replication Infrastructure';

/** Everything of the port but Swagger UI, which comes before. */
export function registerOne(app: FastifyInstance, context: RehearsalContext): void {
  guard(app, context);
  const form = { parseAs: 'buffer', bodyLimit: FORM_DATA_LIMIT_BYTES } as const;
  app.addContentTypeParser<Buffer>('multipart/form-data', form, (request, body, done) => {
    try {
      done(null, parseFormData(request.headers['content-type'] ?? '', body));
    } catch (error) {
      done(error as Error);
    }
  });
  app.setErrorHandler((error, _request, reply) => answerError(error, reply));
  app.setNotFoundHandler((request, reply) => answerError(notFound(app, request), reply));
  registerOneTokens(app, context);
  registerVbr(app, context);
  registerAlarms(app, context);
  registerDataCollection(app, context);
}

function registerVbr(app: FastifyInstance, context: RehearsalContext): void {
  registerCollection(app, {
    path: '/vbr/repositories',
    tag: VBR_TAG,
    summary: 'Get All Backup Repositories',
    schema: BackupRepositoryResource,
    // The vendor says that object storage repositories are not among them, and a rehearsal has no others.
    resources: () => [],
  });
  registerCollection(app, {
    path: '/vbr/repositories/objectStorages',
    tag: VBR_TAG,
    summary: 'Get All Object Storage Repositories',
    schema: ObjectStorageResource,
    resources: () => objectStorages(context.repositories.all()),
    idProperty: 'objectStorageId',
  });
  registerCollection(app, {
    path: '/vbr/scaleoutRepositories',
    tag: VBR_TAG,
    summary: 'Get All Scale-Out Backup Repositories',
    schema: ScaleOutResource,
    resources: () => scaleOutResources(context.scaleOuts.all(), context.repositories.all()),
    idProperty: 'scaleoutRepositoryId',
  });
  const numbers = new SessionNumbers(context.database);
  registerCollection(app, {
    path: '/sessions',
    tag: 'Task Sessions',
    summary: 'Get All Task Sessions',
    schema: SessionResource,
    resources: () => sessionResources(context.sessionTable.all(), numbers),
    idProperty: 'jobSessionId',
  });
}

function guard(app: FastifyInstance, context: RehearsalContext): void {
  const counts = new Map<string, number>();
  app.addHook('onRequest', async (request) => {
    const path = pathOf(request);
    if (!path.startsWith('/api/')) return;
    if (context.faults.breaks !== undefined) {
      const count = (counts.get(`${request.method} ${path}`) ?? 0) + 1;
      counts.set(`${request.method} ${path}`, count);
      if (context.faults.breaks({ method: request.method, path, count })) {
        throw new OneError(500, 'The server has been told to fail this request.');
      }
    }
    if (request.routeOptions.config.anonymous !== true) requireToken(request, context);
  });
}

function requireToken(request: FastifyRequest, { oneTokens }: RehearsalContext): void {
  const token = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1];
  if (token === undefined)
    throw new OneError(401, 'The header Authorization with a bearer token is missing.');
  const { kind } = oneTokens.check(token);
  if (kind === 'expired') throw new OneError(401, 'The access token has expired.');
  if (kind === 'unknown') throw new OneError(401, 'The access token is not known.');
}

function notFound(app: FastifyInstance, request: FastifyRequest): OneError {
  const url = pathOf(request);
  const isKnown = METHODS.some(
    (method) => app.findRoute({ method, url }) !== null || app.hasRoute({ method, url }),
  );
  return isKnown
    ? new OneError(405, `The path ${url.slice(0, 200)} does not take ${request.method}.`)
    : new OneError(404, `There is no path ${url.slice(0, 200)}.`);
}

function answerError(error: unknown, reply: FastifyReply): FastifyReply {
  const known = oneErrorOf(error);
  if (known.status === 401) reply.header('www-authenticate', 'Bearer');
  return reply
    .code(known.status)
    .type('application/problem+json; charset=utf-8')
    .send(JSON.stringify(problemDetails(known)));
}

function oneErrorOf(error: unknown): OneError {
  if (error instanceof OneError) return error;
  if (error instanceof OneQueryError || error instanceof ValidationError)
    return new OneError(400, error.message);
  const { statusCode, message } = error as { readonly statusCode?: number; readonly message?: string };
  if (statusCode !== undefined && statusCode < 500) {
    return new OneError(statusCode, message ?? 'The request cannot be read.');
  }
  return new OneError(500, `The rehearsal server failed: ${message ?? String(error)}`);
}

function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0] ?? '';
}
