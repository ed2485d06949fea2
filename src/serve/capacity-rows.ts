// All that is known of each bucket's capacity, as the admin listener shows it.
import type { CapacityForecastRow, CapacityRow } from '../admin/capacity-schemas.ts';
import type { Account } from '../capacity/account.ts';
import type { Figure } from '../capacity/figures.ts';
import type { Forecast } from '../capacity/history/forecast.ts';
import type { CapacityReport } from '../capacity/report.ts';

export interface CapacityRowsOptions {
  /** The moment that ages are counted to, milliseconds since 1970. */
  readonly nowMs: number;
  /** Of a bucket, or of a pool by its pattern. Absent where no history is kept. */
  forecastOf?(backend: string, bucketOrPool: string): Forecast;
  /** Absent where this gateway is alone. */
  readonly peers?: { readonly of: number; readonly heard: number } | undefined;
}

export function capacityRows(
  reports: readonly CapacityReport[],
  { nowMs, forecastOf, peers }: CapacityRowsOptions,
): readonly CapacityRow[] {
  return reports.map(({ bucket, backend, pool, account, failure, driftBytes, guard, ...report }) => ({
    bucket,
    backend,
    ...(pool === undefined ? {} : { pool }),
    ...(account && accountFields(account, nowMs)),
    ...(report.measuredAtMs === undefined ? {} : { measuredAt: iso(report.measuredAtMs) }),
    ...(report.changedAtMs === undefined ? {} : { changedAt: iso(report.changedAtMs) }),
    ...(failure && { error: failure.message, failingSince: iso(failure.sinceMs) }),
    served: report.isServed,
    ...(guard === undefined ? {} : { guard }),
    ...(driftBytes === undefined ? {} : { driftBytes: String(driftBytes) }),
    ...(peers && { peers: { of: peers.of, heard: peers.heard } }),
    ...(forecastOf && { forecast: forecastRow(forecastOf(backend, pool ?? bucket)) }),
  }));
}

function accountFields(account: Account, nowMs: number) {
  const { total, free, used, delta } = account;
  return {
    capacityBytes: String(account.capacityBytes),
    availableBytes: String(account.availableBytes),
    usedBytes: String(account.usedBytes),
    source: [...new Set([total.source, free.source, used.source])].join(', '),
    total: figureRow(total, nowMs),
    free: figureRow(free, nowMs),
    used: { ...figureRow(used, nowMs), lagSeconds: used.lagMs / 1000, uploads: used.uploads },
    ledger: { bucketBytes: String(delta.bucketBytes), storeBytes: String(delta.storeBytes) },
    reserveBytes: String(account.reserveBytes),
    quotas: account.quotas.map(({ name, limitBytes, usedBytes }) => ({
      name,
      limitBytes: String(limitBytes),
      usedBytes: String(usedBytes),
    })),
    capacityBound: account.capacityBound,
    availableBound: account.availableBound,
  };
}

function figureRow({ bytes, source, atMs }: Figure, nowMs: number) {
  return {
    bytes: String(bytes),
    source,
    at: iso(atMs),
    ageSeconds: Math.max(0, nowMs - atMs) / 1000,
  };
}

function forecastRow(forecast: Forecast): CapacityForecastRow {
  if (forecast.kind === 'unknown') return { reason: forecast.reason };
  return {
    ...(forecast.kind === 'filling' ? { daysUntilFull: forecast.daysUntilFull } : { reason: 'not filling' }),
    bytesPerDay: String(BigInt(Math.round(forecast.bytesPerDay))),
    from: iso(forecast.fromMs),
    to: iso(forecast.toMs),
  };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
