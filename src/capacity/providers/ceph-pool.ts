// The size of the pool that RGW writes to, from the text of the Ceph manager's Prometheus module.
// https://docs.ceph.com/en/latest/mgr/prometheus/ ; behaviour observed on Ceph 16.2.15, 2026-11.
import { CapacityUnknownError } from '../capacity.ts';
import type { StoreQuota } from '../figures.ts';
import { exactBytes, readSeries } from './prometheus-text.ts';

export interface PoolSpace {
  /** Stored and still storable, both net of replication and erasure coding. */
  readonly capacityBytes: bigint;
  readonly availableBytes: bigint;
  /** The pool's own quota; `max_avail` does not know of it (observed on 16.2.15). */
  readonly quota: StoreQuota | undefined;
}

interface Pool {
  readonly name: string;
  readonly maxAvail: bigint | undefined;
  readonly stored: bigint | undefined;
  readonly quotaBytes: bigint;
}

const CLUSTER_TOTAL = 'ceph_cluster_total_bytes';
const METADATA = 'ceph_pool_metadata';
const FAMILIES = new Set([
  CLUSTER_TOTAL,
  METADATA,
  'ceph_pool_max_avail',
  'ceph_pool_stored',
  'ceph_pool_quota_bytes',
]);
const DATA_POOL = '.rgw.buckets.data';

/** The space of the pool named `wanted`, or of the only one that RGW keeps bucket data in. Throws when it is not known. */
export function poolSpace(text: string, wanted: string | undefined): PoolSpace {
  const series = readSeries(text, FAMILIES);
  if (series.length === 0)
    throw new CapacityUnknownError('no pool metrics in the answer (a standby manager?)');
  const total = series.find(({ name }) => name === CLUSTER_TOTAL);
  if (!total || !exactBytes(total.value)) {
    // The first scrape after a manager's start reads zero everywhere (observed on 16.2.15).
    throw new CapacityUnknownError(
      `${CLUSTER_TOTAL} is ${total?.value ?? 'missing'}: the manager knows no numbers yet`,
    );
  }
  const pools = series
    .filter(({ name }) => name === METADATA)
    .map(({ labels }): Pool => {
      const bytes = (name: string) => {
        const found = series.find((one) => one.name === name && one.labels['pool_id'] === labels['pool_id']);
        return found && exactBytes(found.value);
      };
      return {
        name: labels['name'] ?? '',
        maxAvail: bytes('ceph_pool_max_avail'),
        stored: bytes('ceph_pool_stored'),
        quotaBytes: bytes('ceph_pool_quota_bytes') ?? 0n,
      };
    });
  return spaceOf(choosePool(pools, wanted));
}

function choosePool(pools: readonly Pool[], wanted: string | undefined): Pool {
  const data = pools.filter(({ name }) =>
    wanted === undefined ? name.endsWith(DATA_POOL) : name === wanted,
  );
  const [only, second] = data;
  if (only && !second) return only;
  if (only && second) {
    const names = data.map(({ name }) => name).join(', ');
    throw new CapacityUnknownError(
      `several pools hold bucket data (${names}): name one in the configuration`,
    );
  }
  if (wanted !== undefined) throw new CapacityUnknownError(`there is no pool named ${wanted}`);
  return beforeFirstWrite(pools);
}

/** RGW makes the data pool at the first write: until then, the tightest of its other pools says what there will be. */
function beforeFirstWrite(pools: readonly Pool[]): Pool {
  const avail = pools.flatMap(({ name, maxAvail }) => (name.includes('.rgw.') && maxAvail ? [maxAvail] : []));
  const [first, ...rest] = avail;
  if (first === undefined)
    throw new CapacityUnknownError(`there is no pool whose name ends with ${DATA_POOL}`);
  return { name: DATA_POOL, maxAvail: least(first, rest), stored: 0n, quotaBytes: 0n };
}

function spaceOf({ name, maxAvail, stored, quotaBytes }: Pool): PoolSpace {
  if (maxAvail === undefined || stored === undefined) {
    throw new CapacityUnknownError(`ceph_pool_max_avail or ceph_pool_stored of pool ${name} is missing`);
  }
  // A full pool has max_avail 0 and something stored; with nothing stored either, the manager just does not know yet.
  if (maxAvail === 0n && stored === 0n) {
    throw new CapacityUnknownError(
      `pool ${name} has neither room nor content: the manager knows no numbers yet`,
    );
  }
  const quota =
    quotaBytes > 0n
      ? { name: `quota of pool ${name}`, limitBytes: quotaBytes, usedBytes: stored }
      : undefined;
  return { capacityBytes: stored + maxAvail, availableBytes: maxAvail, quota };
}

function least(first: bigint, rest: readonly bigint[]): bigint {
  return rest.reduce((smallest, value) => (value < smallest ? value : smallest), first);
}
