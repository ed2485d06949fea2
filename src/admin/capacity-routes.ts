// Capacity over the admin listener: as it is, and as it was.
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { HistoryPoint } from '../capacity/history/sample.ts';
import { Capacities, History } from './capacity-schemas.ts';
import { readHistoryQuery, readParameters } from './history-query.ts';
import { READ_BY_ROUTE } from './openapi.ts';
import type { AdminPorts } from './ports.ts';

const TAGS = ['capacity'];

const CapacityQuery = Type.Object({
  bucket: Type.Optional(
    Type.String({ description: 'One bucket; it is measured first, where it is time to.' }),
  ),
});

const HistoryQuery = Type.Object({
  bucket: Type.Optional(Type.String()),
  backend: Type.Optional(Type.String()),
  from: Type.Optional(
    Type.String({ description: 'A date, or milliseconds since 1970; without it 7 days before `to`.' }),
  ),
  to: Type.Optional(Type.String({ description: 'The same; without it now.' })),
  step: Type.Optional(Type.String({ description: 'Such as 5m, 1h or 1d; without it what fits the span.' })),
});

/** A query that cannot be read throws BadQueryError. */
export function capacityRoutes(app: FastifyInstance, ports: AdminPorts): void {
  app.get(
    '/api/capacity',
    {
      ...READ_BY_ROUTE,
      schema: {
        summary: 'How full the buckets are, and how that is known.',
        tags: TAGS,
        querystring: CapacityQuery,
        response: { 200: Capacities },
      },
    },
    async (request) => {
      const { bucket } = readParameters(request.query, ['bucket']);
      return { version: ports.version, capacities: await ports.capacities(bucket) };
    },
  );

  app.get(
    '/api/capacity/history',
    {
      ...READ_BY_ROUTE,
      schema: {
        summary: 'How full the buckets were.',
        tags: TAGS,
        querystring: HistoryQuery,
        response: { 200: History },
      },
    },
    async (request) => {
      const query = readHistoryQuery(request.query, (ports.now ?? Date.now)());
      const { stepMs, series } = ports.capacityHistory(query);
      return {
        version: ports.version,
        from: iso(query.fromMs),
        to: iso(query.toMs),
        stepSeconds: stepMs / 1000,
        series: series.map(({ bucket, backend, points }) => ({
          bucket,
          backend,
          points: points.map(pointRow),
        })),
      };
    },
  );
}

function pointRow({ atMs, capacityBytes, availableBytes, usedBytes }: HistoryPoint) {
  return {
    at: iso(atMs),
    capacityBytes: String(capacityBytes),
    availableBytes: String(availableBytes),
    usedBytes: String(usedBytes),
  };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
