// What Veeam believes, over the admin listener: as of the latest comparison; nobody is asked anew.
import type { FastifyInstance } from 'fastify';
import { readParameters } from './history-query.ts';
import type { AdminPorts } from './ports.ts';
import { Veeam } from './veeam-schemas.ts';

/** A query throws BadQueryError: there is none. */
export function veeamRoutes(app: FastifyInstance, ports: AdminPorts): void {
  app.get(
    '/api/veeam',
    {
      schema: {
        summary: 'What Veeam believes beside what the gateway serves, as of the latest comparison.',
        tags: ['veeam'],
        response: { 200: Veeam },
      },
    },
    async (request) => {
      readParameters(request.query, []);
      return { version: ports.version, ...(ports.veeam?.() ?? { servers: [], repositories: [] }) };
    },
  );
}
