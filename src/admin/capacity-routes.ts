// Capacity over the admin listener: as it is, and as it was.
import type { FastifyInstance } from 'fastify';
import type { HistoryPoint } from '../capacity/history/sample.ts';
import { Capacities, History } from './capacity-schemas.ts';
import { readHistoryQuery, readParameters } from './history-query.ts';
import type { AdminPorts } from './ports.ts';

/** A query that cannot be read throws BadQueryError. */
export function capacityRoutes(app: FastifyInstance, ports: AdminPorts): void {
  app.get('/api/capacity', { schema: { response: { 200: Capacities } } }, async (request) => {
    const { bucket } = readParameters(request.query, ['bucket']);
    return { version: ports.version, capacities: await ports.capacities(bucket) };
  });

  app.get('/api/capacity/history', { schema: { response: { 200: History } } }, async (request) => {
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
  });
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
