// What a gateway says that has a bit of everything: for the tests of `top`.
import type { TopData } from '../../../src/cli/top-sections.ts';

const AT_MS = Date.UTC(2026, 10, 22, 3, 0, 2);
const iso = (ms: number) => new Date(ms).toISOString();

/** `many` of everything. */
export function topData({
  many,
  name = 'machine',
}: {
  readonly many: number;
  readonly name?: string;
}): TopData {
  const each = <T>(make: (index: number) => T): T[] =>
    Array.from({ length: many }, (_, index) => make(index));
  return {
    live: {
      version: '1.2.3',
      at: iso(AT_MS),
      startedAt: iso(AT_MS - 90_000_000),
      workers: 2,
      connections: 37,
      traffic: {
        stepSeconds: 5,
        points: Array.from({ length: 120 }, (_, index) => ({
          at: iso(AT_MS - 2_000 - (119 - index) * 5_000),
          requests: 10,
          errors: 0,
          refused: 1,
          requestBytes: index * 1e6,
          responseBytes: 1000,
        })),
      },
      latency: {
        windowSeconds: 300,
        operations: each((index) => ({
          operation: `Operation${index}`,
          requests: 1000 - index,
          errors: index,
          p50Ms: 0.42,
          p90Ms: 12,
          p99Ms: 3100,
          maxMs: 700_000,
          ...(index > 0 && { firstByteP50Ms: 0.3, firstByteP99Ms: 9 }),
        })),
      },
      entities: each((index) => ({
        bucket: `bucket-${index}`,
        entity: index === 0 ? '' : `Veeam/Backup/f/Clients/{${name}}/{${index}}/`,
        requests: 100,
        requestBytes: 1e9,
        responseBytes: 0,
      })),
      backends: [{ name: 'ceph', kind: 'ceph-rgw', reachable: false, detail: 'the store cannot be reached' }],
      endpoints: [
        { backend: 'ceph', endpoint: 'node-1:7480', state: 'working', inFlight: 3, waiting: 0 },
        {
          backend: 'ceph',
          endpoint: 'node-2:7480',
          state: 'ejected',
          inFlight: 0,
          waiting: 1,
          reason: 'connection refused',
          until: iso(AT_MS + 58_000),
        },
        ...each((index) => ({
          backend: 'ceph',
          endpoint: `node-${index + 3}:7480`,
          state: 'warming' as const,
          inFlight: index,
          waiting: 0,
        })),
      ],
      refusals: each((index) => ({
        at: iso(AT_MS - index * 1000),
        remote: '192.0.2.1',
        operation: 'PutObject',
        bucket: `bucket-${index}`,
        key: name,
        status: 403,
        code: 'AccessDenied',
        reason: `the credential may not write here: ${name}`,
        requestId: `R${index}`,
      })),
    },
    capacity: {
      version: '1.2.3',
      capacities: each((index) => ({
        bucket: `bucket-${index}`,
        backend: 'ceph',
        capacityBytes: '10995116277760',
        availableBytes: '1099511627776',
        usedBytes: '9895604649984',
        served: index !== 1,
        ...(index < 2 && { forecast: { daysUntilFull: index === 0 ? 0.5 : 29.9 } }),
      })),
    },
    veeam: {
      version: '1.2.3',
      servers: [
        { name: 'vbr', answered: true },
        { name: 'one', answered: false, error: 'no route' },
      ],
      repositories: each((index) => ({
        id: String(index),
        name: `Repository ${name}`,
        type: 'S3Integrated',
        isOnline: true,
        bucket: `bucket-${index}`,
        folder: 'f',
        gateway: { capacityBytes: '10995116277760', availableBytes: '1099511627776', at: iso(AT_MS) },
        vbr: { capacityBytes: '10995116277760', availableBytes: '1099511627000', at: iso(AT_MS) },
        differenceBytes: '776',
        differencePercent: 0.1,
      })),
    },
  };
}
