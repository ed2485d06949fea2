// What a gateway may tell its dashboard: backups that run, nothing yet, a store that is down, and texts full of malice.
import type { CapacityRow } from '../../../src/admin/capacity-schemas.ts';
import type { LiveReport, RefusalRow, TrafficPointRow } from '../../../src/admin/live-schemas.ts';
import type { VeeamReport } from '../../../src/admin/veeam-schemas.ts';
import type { HistoryPoint } from '../../../src/capacity/history/sample.ts';

export interface DashboardPicture {
  readonly live: LiveReport;
  readonly capacities: readonly CapacityRow[];
  readonly veeam?: VeeamReport;
  /** Of every bucket and pool. */
  readonly history: readonly HistoryPoint[];
}

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const DAY = 24 * HOUR;
const STEP_SECONDS = 5;
const STEPS = 120;
const MIB = 1024 ** 2;
const TIB = 2n ** 40n;

const iso = (ms: number): string => new Date(ms).toISOString();
const tib = (tenths: number): string => String((TIB * BigInt(tenths)) / 10n);

/** Up and down without chance, so that two runs draw the same; between -1 and 1. */
const wave = (index: number, slow = 1): number =>
  (Math.sin(index / (5 * slow)) + Math.sin(index / (2.3 * slow) + 1) * 0.6) / 1.6;

function traffic(nowMs: number, of: (index: number) => Omit<TrafficPointRow, 'at'>): LiveReport['traffic'] {
  const firstMs = (Math.floor(nowMs / (STEP_SECONDS * SECOND)) - STEPS + 1) * STEP_SECONDS * SECOND;
  const points = Array.from({ length: STEPS }, (_, index) => ({
    at: iso(firstMs + index * STEP_SECONDS * SECOND),
    ...of(index),
  }));
  return { stepSeconds: STEP_SECONDS, points };
}

const QUIET = { requests: 0, errors: 0, refused: 0, requestBytes: 0, responseBytes: 0 };

function history(nowMs: number): readonly HistoryPoint[] {
  return Array.from({ length: 60 * 24 }, (_, index) => {
    const days = index / 24;
    const usedBytes = BigInt(Math.round((9 + days * 0.08 + wave(index, 5) * 0.35) * 1024)) * 2n ** 30n;
    const others = 6n * TIB;
    return {
      atMs: nowMs - 60 * DAY + index * HOUR,
      capacityBytes: 40n * TIB,
      availableBytes: 40n * TIB - others - usedBytes,
      usedBytes,
    };
  });
}

interface RowChange {
  readonly used: number;
  readonly available: number;
  readonly capacity: number;
  readonly days?: number;
  readonly source?: string;
  readonly ageSeconds?: number;
}

/** Tenths of a TiB. */
function row(nowMs: number, bucket: string, backend: string, change: RowChange): CapacityRow {
  const { used, available, capacity, days, source = 'ceph-rgw', ageSeconds = 14 } = change;
  const at = iso(nowMs - ageSeconds * SECOND);
  const figure = { source, at, ageSeconds };
  return {
    bucket,
    backend,
    capacityBytes: tib(capacity),
    availableBytes: tib(available),
    usedBytes: tib(used),
    source,
    measuredAt: at,
    changedAt: at,
    served: true,
    total: { bytes: tib(capacity), ...figure },
    free: { bytes: tib(available), ...figure },
    used: { bytes: tib(used), ...figure, lagSeconds: 0, uploads: 'counted' },
    forecast:
      days === undefined
        ? { reason: 'not filling', bytesPerDay: '-1073741824' }
        : {
            daysUntilFull: days,
            bytesPerDay: String(BigInt(Math.round((available * 1e6) / days)) * (TIB / 10_000_000n)),
            from: iso(nowMs - 30 * DAY),
            to: iso(nowMs),
          },
  };
}

function refusal(nowMs: number, index: number, change: Partial<RefusalRow> = {}): RefusalRow {
  return {
    at: iso(nowMs - (40 + index * 97) * SECOND),
    remote: `192.0.2.${10 + (index % 3)}`,
    operation: 'PutObject',
    bucket: 'veeam-prod',
    key: `Veeam/Backup/prod/Clients/{5a1d}/b${index}/CloudStg/Meta/Blocks/History/00000001`,
    status: 403,
    code: 'SignatureDoesNotMatch',
    reason: 'the signature does not match: the secret is most likely another one',
    requestId: `0A4C${String(index).padStart(12, '0')}`,
    ...change,
  };
}

function refusals(nowMs: number): readonly RefusalRow[] {
  return [
    refusal(nowMs, 0),
    refusal(nowMs, 1, {
      accessKeyId: 'VEEAMKEY',
      operation: 'PutBucketReplication',
      key: '',
      code: 'AccessDenied',
      reason: 'settings that make the store write into another bucket need a credential for *',
    }),
    refusal(nowMs, 2, {
      accessKeyId: 'VEEAMKEY',
      operation: 'PutObject',
      key: '.system-d26a9498-cb7c-4a87-a44a-8ae204f5ba6c/capacity.xml',
      code: 'AccessDenied',
      reason: 'the SOSAPI documents are the gateway’s own',
    }),
    ...Array.from({ length: 17 }, (_, index) => refusal(nowMs, index + 3)),
  ];
}

const operation = (
  name: string,
  requests: number,
  p50Ms: number,
  errors = 0,
): LiveReport['latency']['operations'][number] => ({
  operation: name,
  requests,
  errors,
  p50Ms,
  p90Ms: p50Ms * 2.2,
  p99Ms: p50Ms * 6.1,
  maxMs: p50Ms * 14.7,
  firstByteP50Ms: p50Ms * 0.8,
  firstByteP99Ms: p50Ms * 4.4,
});

const endpoint = (host: string, change: Partial<LiveReport['endpoints'][number]> = {}) => ({
  backend: 'ceph',
  endpoint: `${host}:7480`,
  state: 'working' as const,
  inFlight: 21,
  waiting: 0,
  ...change,
});

const entity = (client: string, mib: number) => ({
  bucket: 'veeam-prod',
  entity: `Veeam/Backup/prod/Clients/{${client}}/{9f1c4f0e-6a1b-4f0e-8a51-1d2f3a4b5c6d}/`,
  requests: Math.round(mib * 1.2),
  requestBytes: mib * MIB,
  responseBytes: Math.round(mib * MIB * 0.03),
});

export function backupsRun(nowMs: number): DashboardPicture {
  const pool = Array.from({ length: 12 }, (_, index) => ({
    ...row(nowMs, `${String(index).padStart(2, '0')}f3c5d7e9`.repeat(3).slice(0, 32), 'ceph', {
      used: 88,
      available: 31,
      capacity: 200,
      days: 22,
    }),
    pool: '????????????????????????????????',
  }));
  return {
    live: {
      at: iso(nowMs),
      startedAt: iso(nowMs - 12 * DAY - 5 * HOUR),
      workers: 4,
      connections: 312,
      traffic: traffic(nowMs, (index) => ({
        requests: Math.round(2300 + wave(index) * 500),
        errors: index === 60 ? 3 : 0,
        refused: index % 37 === 0 ? 2 : 0,
        requestBytes: Math.round((860 + wave(index) * 140) * MIB * STEP_SECONDS),
        responseBytes: Math.round((95 + wave(index + 9) * 60) * MIB * STEP_SECONDS),
      })),
      latency: {
        windowSeconds: 300,
        operations: [
          operation('PutObject', 118_204, 11.4),
          operation('GetObject', 14_311, 4.2),
          operation('HeadObject', 3_120, 0.9),
          operation('ListObjectsV2', 1_204, 22),
          operation('PutObjectRetention', 811, 3.1),
          operation('DeleteObjects', 42, 180, 3),
        ],
      },
      entities: [
        entity('d3b07384-d9a0-4e5c-9c1e-6f7a8b9c0d1e', 81_200),
        entity('c157a790-4e1f-4f8e-a3a5-0b1c2d3e4f50', 64_030),
        entity('6f4922f4-5568-4cf1-8f5c-7a8b9c0d1e2f', 40_811),
        entity('aab3238c-7a1e-4c51-b6f1-2e3f4a5b6c7d', 12_007),
        { ...entity('x', 410), entity: '' },
      ],
      backends: [
        { name: 'ceph', kind: 'ceph-rgw', reachable: true },
        { name: 'archive', kind: 'minio', reachable: true },
      ],
      endpoints: [
        endpoint('rgw-1.storage.example.com'),
        endpoint('rgw-2.storage.example.com', { inFlight: 24 }),
        endpoint('rgw-3.storage.example.com', { inFlight: 6, state: 'warming' }),
        endpoint('rgw-4.storage.example.com', { inFlight: 0, state: 'drained' }),
        { ...endpoint('minio.example.com', { inFlight: 3 }), backend: 'archive' },
      ],
      refusals: refusals(nowMs),
    },
    capacities: [
      row(nowMs, 'veeam-prod', 'ceph', { used: 138, available: 202, capacity: 400, days: 41.4 }),
      { ...row(nowMs, 'veeam-sql', 'ceph', { used: 42, available: 202, capacity: 400 }), guard: 'open' },
      ...pool,
      row(nowMs, 'veeam-archive', 'archive', {
        used: 911,
        available: 689,
        capacity: 1600,
        days: 388,
        source: 'minio, s3-walk',
        ageSeconds: 2_710,
      }),
    ],
    veeam: {
      comparedAt: iso(nowMs - 80 * SECOND),
      servers: [
        { name: 'vbr', answered: true },
        { name: 'one', answered: true },
      ],
      repositories: [
        {
          id: '88788f9e-d8f5-4eb4-bc4f-9b3f5403bcec',
          name: 'Production',
          type: 'SmartObjectS3',
          isOnline: true,
          bucket: 'veeam-prod',
          folder: 'prod',
          backend: 'ceph',
          store: {
            capacityBytes: tib(400),
            availableBytes: tib(202),
            usedBytes: tib(138),
            at: iso(nowMs - 14 * SECOND),
          },
          gateway: {
            capacityBytes: tib(400),
            availableBytes: tib(202),
            usedBytes: tib(138),
            at: iso(nowMs - 14 * SECOND),
          },
          vbr: {
            capacityBytes: tib(400),
            availableBytes: tib(203),
            usedBytes: tib(137),
            at: iso(nowMs - 200 * SECOND),
          },
          one: { capacityBytes: tib(400), usedBytes: tib(137), at: iso(nowMs - 900 * SECOND) },
          differenceBytes: tib(1),
          differencePercent: 0.25,
        },
      ],
    },
    history: history(nowMs),
  };
}

/** A gateway that was just started and that nobody has asked for anything. */
export function nothingYet(nowMs: number): DashboardPicture {
  return {
    live: {
      at: iso(nowMs),
      startedAt: iso(nowMs - 9 * SECOND),
      workers: 1,
      connections: 0,
      traffic: traffic(nowMs, () => QUIET),
      latency: { windowSeconds: 300, operations: [] },
      entities: [],
      backends: [{ name: 'local', kind: 'embedded' }],
      endpoints: [],
      refusals: [],
    },
    capacities: [],
    history: [],
  };
}

export function storeDown(nowMs: number): DashboardPicture {
  const running = backupsRun(nowMs);
  const since = iso(nowMs - 190 * SECOND);
  const error = 'connect ECONNREFUSED 192.0.2.21:9283';
  return {
    ...running,
    live: {
      ...running.live,
      traffic: traffic(nowMs, (index) =>
        index < 82
          ? {
              requests: 2300,
              errors: 0,
              refused: 0,
              requestBytes: 850 * MIB * 5,
              responseBytes: 90 * MIB * 5,
            }
          : { requests: 640, errors: 638, refused: 0, requestBytes: 0, responseBytes: 90_000 },
      ),
      latency: {
        windowSeconds: 300,
        operations: [operation('PutObject', 24_310, 5_004, 24_301), operation('HeadObject', 940, 5_002, 940)],
      },
      entities: running.live.entities.slice(0, 2),
      backends: [
        { name: 'ceph', kind: 'ceph-rgw', reachable: false, detail: 'connect ECONNREFUSED 192.0.2.21:7480' },
        { name: 'archive', kind: 'minio', reachable: true },
      ],
      endpoints: running.live.endpoints.map((each, index) =>
        each.backend !== 'ceph'
          ? each
          : {
              ...each,
              state: index === 0 ? ('trial' as const) : ('ejected' as const),
              inFlight: index === 0 ? 1 : 0,
              waiting: index === 0 ? 64 : 0,
              reason: 'connection refused',
              until: iso(nowMs + (index + 1) * 11 * SECOND),
            },
      ),
    },
    capacities: running.capacities.map((each) =>
      each.backend === 'ceph'
        ? { ...each, error, failingSince: since, served: each.bucket === 'veeam-prod' }
        : each,
    ),
  };
}

/** `text` wherever a client, a store or a config could put one. */
export function hostile(nowMs: number, text: string): DashboardPicture {
  const { live, capacities, veeam, history: points } = storeDown(nowMs);
  return {
    history: points,
    live: {
      ...live,
      latency: { ...live.latency, operations: [operation(text, 12, 3, 2)] },
      entities: [{ bucket: text, entity: text, requests: 3, requestBytes: 5, responseBytes: 7 }],
      backends: [{ name: text, kind: text, reachable: false, detail: text }],
      endpoints: [{ backend: text, endpoint: text, state: 'ejected', inFlight: 0, waiting: 0, reason: text }],
      refusals: [
        refusal(nowMs, 0, {
          remote: text,
          accessKeyId: text,
          operation: text,
          bucket: text,
          key: text,
          code: text,
          reason: text,
          requestId: text,
        }),
      ],
    },
    capacities: capacities
      .slice(0, 1)
      .map((each) => ({ ...each, bucket: text, backend: text, source: text, error: text })),
    ...(veeam && {
      veeam: {
        ...veeam,
        servers: [{ name: 'vbr', answered: false, error: text }],
        repositories: veeam.repositories.map((each) => ({
          ...each,
          id: text,
          name: text,
          type: text,
          bucket: text,
          folder: text,
          isOnline: false,
        })),
      },
    }),
  };
}
