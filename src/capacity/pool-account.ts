// The one account that every bucket of a pool shows: the sum of what they hold, and what the store has for all of them.
import { type Account, accountOf, type CapacityPolicy, type LedgerDelta } from './account.ts';
import { CapacityUnknownError } from './capacity.ts';
import type { StoreQuota, UsedFigure, WholeFigures } from './figures.ts';

/** How every source names the quota of the bucket that was measured; some tell what counts against it besides. */
const QUOTA_OF_ONE_BUCKET = 'bucket quota';

export interface PoolMember {
  readonly bucket: string;
  readonly figures: WholeFigures;
  /** Of this bucket since its own `used`, and of the store since its own `free`. */
  readonly delta: LedgerDelta;
}

/**
 * `policy.quota` is the pool's own. The order of the members does not matter. Throws CapacityUnknownError where the numbers
 * make no sense or there is no member.
 */
export function poolAccountOf(members: readonly PoolMember[], policy: CapacityPolicy): Account {
  const latest = latestOf(members);
  const bucketBytes = members.reduce((sum, member) => sum + changeOf(member), 0n);
  return accountOf(
    {
      // Both of one sample: the size of one moment and the free space of another would not fit.
      total: latest.figures.total,
      free: latest.figures.free,
      used: usedOf(members),
      quotas: sharedQuotas(members),
    },
    policy,
    { bucketBytes, storeBytes: latest.delta.storeBytes },
  );
}

/** The member whose numbers of the store are the most recent; of equal ones that which leaves the least. */
function latestOf([first, ...rest]: readonly PoolMember[]): PoolMember {
  if (first === undefined) throw new CapacityUnknownError('a pool without a bucket has no capacity');
  let found = first;
  for (const member of rest) if (isBetter(member, found)) found = member;
  return found;
}

function isBetter(one: PoolMember, other: PoolMember): boolean {
  const ranks = ({ figures: { free, total }, delta }: PoolMember) => [
    free.atMs,
    total.atMs,
    delta.storeBytes - free.bytes,
    -total.bytes,
    // Nothing but the names is left to tell equal numbers apart.
    free.source,
    total.source,
  ];
  return isGreater(ranks(one), ranks(other));
}

type Rank = number | bigint | string;

/** By the first that differs. */
function isGreater(one: readonly Rank[], other: readonly Rank[]): boolean {
  for (const [at, rank] of one.entries()) {
    const against = other[at];
    if (against !== undefined && rank !== against) return rank > against;
  }
  return false;
}

/** No bucket holds less than nothing: what one was told to have lost beyond that must not hide what another holds. */
function changeOf({ figures: { used }, delta }: PoolMember): bigint {
  if (used.isFixed) return 0n;
  return delta.bucketBytes < -used.bytes ? -used.bytes : delta.bucketBytes;
}

/** The sum, as old as its oldest part. */
function usedOf(members: readonly PoolMember[]): UsedFigure {
  const parts = members.map(({ bucket, figures: { used } }) => {
    if (used.bytes < 0n) {
      throw new CapacityUnknownError(
        `used from ${used.source} is ${used.bytes} in bucket ${bucket}: not an answer`,
      );
    }
    return used;
  });
  const least = (of: (used: UsedFigure) => number): number =>
    parts.reduce((smallest, used) => Math.min(smallest, of(used)), Number.POSITIVE_INFINITY);
  const atMs = least((used) => used.atMs);
  const measured = parts.filter(({ isFixed }) => !isFixed);
  // The operator said one number for all buckets, so it is in the sum once.
  const fixedBytes = parts.reduce((most, { bytes, isFixed }) => (isFixed && bytes > most ? bytes : most), 0n);
  return {
    bytes: measured.reduce((sum, { bytes }) => sum + bytes, fixedBytes),
    ...(measured.length === 0 ? { isFixed: true } : {}),
    source: [...new Set(parts.map(({ source }) => source))].sort().join('+'),
    atMs,
    // All that happened before the earliest moment that a part reaches back to is in the sum.
    lagMs: atMs - least((used) => used.atMs - used.lagMs),
    uploads: parts.every(({ uploads }) => uploads === 'counted') ? 'counted' : 'not-counted',
  };
}

/**
 * Quotas of an owner or of a pool of the store, each as the member that was measured last tells it. The quota of a single
 * bucket does not bind the others: when one of them is full, the next still takes data, and Veeam goes on to it.
 */
function sharedQuotas(members: readonly PoolMember[]): readonly StoreQuota[] {
  const found = new Map<string, { readonly quota: StoreQuota; readonly ranks: readonly Rank[] }>();
  for (const { figures } of members) {
    for (const quota of figures.quotas) {
      const { name, limitBytes, usedBytes } = quota;
      if (usedBytes === undefined || name === QUOTA_OF_ONE_BUCKET) continue;
      const ranks = [figures.used.atMs, usedBytes - limitBytes, -limitBytes];
      const known = found.get(name);
      if (known === undefined || isGreater(ranks, known.ranks)) found.set(name, { quota, ranks });
    }
  }
  return [...found.values()].map(({ quota }) => quota).sort((a, b) => (a.name < b.name ? -1 : 1));
}
