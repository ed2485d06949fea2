// What the cache remembers, as the admin listener shows it.
import type { CapacityRow } from '../admin/ports.ts';
import type { CachedCapacityEntry } from '../capacity/cached.ts';

export function capacityRows(
  backend: string,
  entries: readonly CachedCapacityEntry[],
): readonly CapacityRow[] {
  return entries.map(({ bucket, capacity, lastError }) => ({
    bucket,
    backend,
    ...(capacity && {
      capacityBytes: String(capacity.capacityBytes),
      availableBytes: String(capacity.availableBytes),
      usedBytes: String(capacity.usedBytes),
      source: capacity.source,
      measuredAt: new Date(capacity.measuredAtMs).toISOString(),
      changedAt: new Date(capacity.changedAtMs).toISOString(),
    }),
    ...(lastError === undefined ? {} : { error: lastError }),
  }));
}
