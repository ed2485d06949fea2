// A bucket as the admin API tells it.
import type { CapacityRow } from '../../../src/admin/capacity-schemas.ts';

export const GIB = 2n ** 30n;
const gib = (count: bigint): string => String(count * GIB);
const AT = '2026-03-01T12:00:00.000Z';

/** All is known and well; 60 of 100 GiB, a quota of 100 on a store of 1000. */
export const ROW: CapacityRow = {
  bucket: 'veeam-1',
  backend: 'store',
  capacityBytes: gib(100n),
  availableBytes: gib(40n),
  usedBytes: gib(60n),
  source: 'filesystem, s3-walk',
  measuredAt: AT,
  changedAt: '2026-03-01T11:00:00.000Z',
  served: true,
  guard: 'open',
  total: { bytes: gib(1000n), source: 'filesystem', at: AT, ageSeconds: 4.4 },
  free: { bytes: gib(600n), source: 'filesystem', at: AT, ageSeconds: 4.4 },
  used: {
    bytes: gib(55n),
    source: 's3-walk',
    at: '2026-03-01T10:00:00.000Z',
    ageSeconds: 7204,
    lagSeconds: 3600,
    uploads: 'counted',
  },
  ledger: { bucketBytes: gib(5n), storeBytes: String(-GIB) },
  reserveBytes: gib(10n),
  quotas: [{ name: 'quota of the rule veeam-*', limitBytes: gib(100n), usedBytes: gib(60n) }],
  capacityBound: 'quota of the rule veeam-*',
  availableBound: 'quota of the rule veeam-*',
  driftBytes: String(3n * 2n ** 20n),
  forecast: {
    daysUntilFull: 20.04,
    bytesPerDay: gib(2n),
    from: '2026-02-01T00:00:00.000Z',
    to: AT,
  },
};

/** Nobody could measure it yet. */
export const UNKNOWN_ROW: CapacityRow = {
  bucket: 'veeam-2',
  backend: 'store',
  served: false,
  error: 'the store answered 500\nto\u001b[31m GET /',
  failingSince: AT,
};
