// The config over the admin listener: have it read again, and what the gateway runs on.
import type { FastifyInstance } from 'fastify';
import { readParameters } from './history-query.ts';
import type { ReloadPorts } from './reload-ports.ts';
import { Refusal, Reload, Settings } from './reload-schemas.ts';

/** A query throws BadQueryError: there is none. */
export function reloadRoutes(
  app: FastifyInstance,
  { version, config }: { readonly version: string; readonly config?: ReloadPorts | undefined },
): void {
  app.post(
    '/api/reload',
    {
      config: { role: 'operator' },
      schema: {
        summary: 'Reads the config again and puts it to work, whole or not at all.',
        tags: ['config'],
        response: { 200: Reload, 409: Refusal },
      },
    },
    async (request, reply) => {
      readParameters(request.query, []);
      if (config === undefined) {
        return reply
          .code(409)
          .send({ error: 'this gateway runs without a config file: there is nothing to reload' });
      }
      const { result, changes, problems } = await config.reload();
      return { version, result, changes: changes.map((change) => ({ ...change })), problems: [...problems] };
    },
  );

  app.get(
    '/api/config',
    {
      config: { role: 'read-only' },
      schema: {
        summary: 'The settings that the gateway runs on, without secrets.',
        tags: ['config'],
        response: { 200: Settings, 409: Refusal },
      },
    },
    async (request, reply) => {
      readParameters(request.query, []);
      if (config === undefined) {
        return reply.code(409).send({ error: 'this gateway runs without a config file' });
      }
      return { version, settings: config.settings().map((setting) => ({ ...setting })) };
    },
  );
}
