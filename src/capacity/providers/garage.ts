// Garage: what a bucket holds from its counters (live), the space from the disks of its nodes, through the admin API v2.
import type { Secret } from '../../secret.ts';
import type { CapacityProvider } from '../provider.ts';
import { type GarageSpace, garageBucket, garageSpace } from './garage-admin.ts';
import { httpGet, type StoreTls } from './http-get.ts';
import { sharedLoad } from './shared-load.ts';

/** The token needs `GetClusterStatus`, `GetClusterLayout` and `GetBucketInfo`. */
export interface GarageCapacityOptions {
  /** `http://host:3903`. */
  readonly adminUrl: string;
  readonly token: Secret;
  /** Whether parts of unfinished uploads are in `used`: they are, unless given. */
  readonly countUploads?: boolean | undefined;
  /** How long the cluster-wide answers serve other buckets. */
  readonly shareMs?: number | undefined;
  readonly tls?: StoreTls | undefined;
  readonly now: () => number;
}

interface Space extends GarageSpace {
  readonly atMs: number;
}

const SOURCE = 'garage';
/** Nodes tell each other their disks every 10 s (`STATUS_EXCHANGE_INTERVAL`, src/rpc/system.rs of 2.0.0, read 2026-11). */
const STATUS_MS = 10_000;
/** Counters are summed in the background, right after the write (src/model/index_counter.rs). */
const COUNTER_LAG_MS = 5_000;

export function garageCapacity(options: GarageCapacityOptions): CapacityProvider {
  const { token, tls, now, countUploads = true, shareMs = 10_000 } = options;
  const base = options.adminUrl.replace(/\/+$/, '');
  const headers = { authorization: `Bearer ${token.reveal()}` };
  const ask = (call: string, what: string, signal: AbortSignal) =>
    httpGet({ url: new URL(`${base}/v2/${call}`), headers, tls, signal, what });

  async function space(signal: AbortSignal): Promise<Space> {
    const atMs = now();
    const [layout, status] = await Promise.all([
      ask('GetClusterLayout', 'its layout', signal),
      ask('GetClusterStatus', 'the disks of its nodes', signal),
    ]);
    return { ...garageSpace(layout, status), atMs };
  }

  const spaceOf = sharedLoad({ load: (_key, signal) => space(signal), shareMs, now });

  return {
    source: SOURCE,
    async measure(bucket, signal) {
      const usedAtMs = now();
      const call = `GetBucketInfo?globalAlias=${encodeURIComponent(bucket)}`;
      const [{ totalBytes, freeBytes, atMs }, held] = await Promise.all([
        spaceOf('the disks of the nodes', signal),
        ask(call, `the usage of bucket ${bucket}`, signal).then(garageBucket),
      ]);
      return {
        total: { bytes: totalBytes, source: SOURCE, atMs },
        free: { bytes: freeBytes, source: SOURCE, atMs, lagMs: STATUS_MS },
        used: {
          bytes: countUploads ? held.bytes + held.uploadBytes : held.bytes,
          source: SOURCE,
          atMs: usedAtMs,
          lagMs: COUNTER_LAG_MS,
          uploads: countUploads ? 'counted' : 'not-counted',
        },
        quotas: held.quota === undefined ? [] : [held.quota],
      };
    },
  };
}
