// The endpoints of the stores over the admin listener: how they fare, and to take one out of service and back.
import type { FastifyInstance } from 'fastify';
import { EndpointRefusal } from './endpoint-ports.ts';
import {
  Drained,
  type DrainedAnswer,
  DrainOrder,
  type DrainOrderBody,
  type EndpointAnswer,
  Endpoints,
  Refusal,
  UndrainOrder,
  type UndrainOrderBody,
} from './endpoint-schemas.ts';
import type { AdminPorts } from './ports.ts';
import './admin-actions.ts';
import './route-role.ts';

const TAGS = ['endpoints'];
const REFUSALS = { 404: Refusal, 409: Refusal };

/** Nothing where the ports have none. */
export function endpointRoutes(app: FastifyInstance, { version, endpoints }: AdminPorts): void {
  if (endpoints === undefined) return;

  app.get(
    '/api/endpoints',
    {
      config: { role: 'read-only' },
      schema: {
        tags: TAGS,
        summary: 'Each endpoint of each store, with what is under way there.',
        response: { 200: Endpoints },
      },
    },
    async (): Promise<EndpointAnswer> => ({ version, ...(await endpoints.list()) }),
  );

  const changing = <Order>(
    path: string,
    summary: string,
    body: typeof DrainOrder | typeof UndrainOrder,
    change: (order: Order) => Promise<boolean>,
  ): void => {
    app.post(
      path,
      {
        config: { role: 'operator' },
        schema: { tags: TAGS, summary, body, response: { 200: Drained, ...REFUSALS } },
      },
      async (request, reply) => {
        request.actionDetails = { ...(request.body as object) };
        try {
          const answer: DrainedAnswer = { version, changed: await change(request.body as Order) };
          return answer;
        } catch (error) {
          if (!(error instanceof EndpointRefusal)) throw error;
          return reply.code(error.status).send({ error: error.message });
        }
      },
    );
  };
  changing<DrainOrderBody>(
    '/api/endpoints/drain',
    'Sends nothing new to an endpoint; what is under way there ends as it would.',
    DrainOrder,
    (order) => endpoints.drain(order),
  );
  changing<UndrainOrderBody>(
    '/api/endpoints/undrain',
    'Sends requests to an endpoint again, few at first.',
    UndrainOrder,
    (order) => endpoints.undrain(order),
  );
}
