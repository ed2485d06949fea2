// The dashboard over the admin listener: the page at `/`, its files below `/dashboard/DIGEST/`. Open to everyone: what it shows it asks for itself.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type DashboardFile, readDashboardAssets } from './dashboard-assets.ts';
import type { RouteRole } from './route-role.ts';
import { PAGE_HEADERS } from './security-headers.ts';

/** The page is asked for anew each time; a file under its digest never changes. */
const EACH_TIME = 'no-cache';
const FOR_EVER = 'public, max-age=31536000, immutable';

const OPEN: { readonly role: RouteRole } = { role: 'none' };

/** Reads the files. Throws where they are not there. */
export function dashboardRoutes(app: FastifyInstance): void {
  const { page, digest, files } = readDashboardAssets();
  app.get('/', { config: OPEN, schema: { hide: true } }, async (request, reply) =>
    send(request, reply, page, EACH_TIME),
  );
  app.get<{ Params: { readonly name: string } }>(
    `/dashboard/${digest}/:name`,
    { config: OPEN, schema: { hide: true } },
    async (request, reply) => {
      const file = files.get(request.params.name);
      if (file === undefined) return reply.code(404).send({ error: 'not found' });
      return send(request, reply, file, FOR_EVER);
    },
  );
}

function send(request: FastifyRequest, reply: FastifyReply, file: DashboardFile, cacheControl: string) {
  void reply.headers({ ...PAGE_HEADERS, 'cache-control': cacheControl, etag: file.etag });
  const known = request.headers['if-none-match']?.split(',').map((each) => each.trim().replace(/^W\//, ''));
  if (known?.some((each) => each === file.etag || each === '*')) return reply.code(304).send();
  return reply.header('content-type', file.contentType).send(file.body);
}
