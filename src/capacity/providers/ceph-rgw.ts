// Ceph: what a bucket holds from RGW's admin ops API (live), what its pool can take from the manager's metrics.
import { CapacityUnknownError } from '../capacity.ts';
import type { CapacityProvider } from '../provider.ts';
import { type PoolSpace, poolSpace } from './ceph-pool.ts';
import { httpGet, refused } from './http-get.ts';
import { bucketUsage, ownerQuota } from './rgw-admin-ops.ts';
import { sharedLoad } from './shared-load.ts';
import { type SignedSource, signedGetter } from './signed-get.ts';

/** The key needs `buckets=read`; with `users=read` the quota of the bucket's owner counts too. */
export interface CephRgwCapacityOptions extends SignedSource {
  /** The manager's metrics. With several managers name each: only the active one answers, and they are asked in order. */
  readonly metricsUrl: string | readonly string[];
  /** The pool with the bucket data; unless given, the only one whose name ends with `.rgw.buckets.data`. */
  readonly pool?: string;
  /** How long cluster-wide answers serve other buckets; the manager itself keeps its own for 15 s. */
  readonly shareMs?: number;
}

interface Pool extends PoolSpace {
  readonly atMs: number;
}

const SOURCE = 'ceph-rgw';
/** The manager says its own numbers again for 15 s (prometheus module, `scrape_interval`), so they may be that old. */
const MANAGER_CACHE_MS = 15_000;

export function cephRgwCapacity(options: CephRgwCapacityOptions): CapacityProvider {
  const { metricsUrl, pool, now, tls, shareMs = 10_000 } = options;
  const managers = [metricsUrl].flat().map((url) => new URL(url));
  const get = signedGetter(options);

  async function scrape(url: URL, signal: AbortSignal): Promise<Pool> {
    const atMs = now();
    const answer = await httpGet({ url, tls, signal, what: 'the pool metrics' });
    if (answer.status !== 200) throw refused(answer);
    try {
      return { ...poolSpace(answer.body, pool), atMs };
    } catch (error) {
      throw answer.unknown(error instanceof Error ? error.message : String(error));
    }
  }

  async function fromActiveManager(signal: AbortSignal): Promise<Pool> {
    const failures: string[] = [];
    for (const url of managers) {
      try {
        return await scrape(url, signal);
      } catch (error) {
        failures.push(error instanceof Error ? error.message : String(error));
      }
    }
    throw new CapacityUnknownError(failures.join('; ') || 'no metrics URL is configured');
  }

  const poolOf = sharedLoad({ load: (_pool, signal) => fromActiveManager(signal), shareMs, now });
  const quotaOf = sharedLoad({ load: (owner, signal) => ownerQuota(get, owner, signal), shareMs, now });

  return {
    source: SOURCE,
    async measure(bucket, signal) {
      const usedAtMs = now();
      const [space, usage] = await Promise.all([
        poolOf('the pool metrics', signal),
        bucketUsage(get, bucket, signal),
      ]);
      const { capacityBytes, availableBytes, atMs } = space;
      const quotas = [usage.quota, await quotaOf(usage.owner, signal), space.quota];
      return {
        total: { bytes: capacityBytes, source: SOURCE, atMs, lagMs: MANAGER_CACHE_MS },
        free: { bytes: availableBytes, source: SOURCE, atMs, lagMs: MANAGER_CACHE_MS },
        used: { bytes: usage.usedBytes, source: SOURCE, atMs: usedAtMs, lagMs: 0, uploads: 'counted' },
        quotas: quotas.filter((quota) => quota !== undefined),
      };
    },
  };
}
