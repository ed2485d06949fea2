// What the gateway does right now, over the admin listener: asked for, or told as it changes.
import type { FastifyInstance, FastifyReply } from 'fastify';
import { Capacities, type CapacityAnswer } from './capacity-schemas.ts';
import { EventStreams } from './event-streams.ts';
import { readParameters } from './history-query.ts';
import { Live } from './live-schemas.ts';
import type { AdminPorts } from './ports.ts';
import './route-role.ts';
import { Refused } from './schemas.ts';
import { Veeam } from './veeam-schemas.ts';

/** Pages and programs that look at the same time. */
export const MAX_STREAMS = 32;
const EVERY_MS = 2_000;
/** So that ages are right although no number changed. */
const CAPACITY_AT_LEAST_MS = 30_000;

const TAGS = ['live'];

/** Nothing where the ports have none. A query throws BadQueryError: there is none. */
export function liveRoutes(app: FastifyInstance, ports: AdminPorts): void {
  const { version, live } = ports;
  if (live === undefined) return;
  let streams: EventStreams | undefined;
  app.addHook('preClose', async () => streams?.close());

  app.get(
    '/api/live',
    {
      config: { role: 'read-only' },
      schema: {
        tags: TAGS,
        summary: 'Traffic, latencies, busiest entities, endpoints and refusals of the last minutes.',
        response: { 200: Live },
      },
    },
    async (request) => {
      readParameters(request.query, []);
      return { version, ...(await live()) };
    },
  );

  app.get(
    '/api/events',
    {
      config: { role: 'read-only' },
      // What answers HEAD would have no end either.
      exposeHeadRoute: false,
      schema: {
        tags: TAGS,
        summary:
          'Server-sent events: `live` every 2 s, `capacity` when it changes and every 30 s, `veeam` when it changes, with the answers of /api/live, /api/capacity and /api/veeam as data.',
        response: { 503: Refused },
      },
    },
    async (request, reply) => {
      readParameters(request.query, []);
      streams ??= eventStreams(reply, ports, live);
      const isOpen = streams.open(reply.raw, reply.getHeaders());
      if (isOpen) return reply.hijack();
      return reply
        .code(503)
        .header('retry-after', 10)
        .send({ error: `${MAX_STREAMS} readers have these events already: close one, or ask for /api/live` });
    },
  );
}

/** Written by the same schemas as the answers. */
function eventStreams(
  reply: FastifyReply,
  ports: AdminPorts,
  live: NonNullable<AdminPorts['live']>,
): EventStreams {
  const { version, logger } = ports;
  const serializerOf = (schema: object) => reply.compileSerializationSchema({ ...schema });
  const writeLive = serializerOf(Live);
  const writeCapacities = serializerOf(Capacities);
  const writeVeeam = serializerOf(Veeam);
  let turn = 0;
  return new EventStreams({
    everyMs: EVERY_MS,
    maxStreams: MAX_STREAMS,
    now: () => performance.now(),
    onFailed: (source, error) => logger?.error({ err: error, source }, 'an event could not be made'),
    sources: [
      {
        name: 'live',
        make: async () => ({ data: writeLive({ version, ...(await live()) }), mark: String(turn++) }),
      },
      {
        name: 'capacity',
        atLeastEveryMs: CAPACITY_AT_LEAST_MS,
        async make() {
          const answer = { version, capacities: await ports.capacities(undefined) };
          return { data: writeCapacities(answer), mark: markOf(answer) };
        },
      },
      {
        name: 'veeam',
        make() {
          const data = writeVeeam({ version, ...(ports.veeam?.() ?? { servers: [], repositories: [] }) });
          return { data, mark: data };
        },
      },
    ],
  });
}

/** Without what only time changes. */
function markOf({ capacities }: CapacityAnswer): string {
  return JSON.stringify(capacities, (name, value: unknown) =>
    name === 'ageSeconds' || name === 'forecast' ? undefined : value,
  );
}
