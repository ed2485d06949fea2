// SeaweedFS: room from the volumes that its master knows of, what a bucket holds from them or from the S3 server's metrics.
import type { CapacityFigures, StoreQuota, UsedFigure } from '../figures.ts';
import type { CapacityProvider } from '../provider.ts';
import { firstAnswer } from './first-answer.ts';
import { type HttpAnswer, httpGet, refused, type StoreTls } from './http-get.ts';
import { exactBytes, readSeries } from './prometheus-text.ts';
import { type VolumeMap, type VolumeReplica, volumeMap, volumeSizeLimit } from './seaweedfs-master.ts';
import { sharedLoad } from './shared-load.ts';

/** The masters let in whom their white list names; there are no keys. */
export interface SeaweedfsCapacityOptions {
  /** `http://host:9333`. With several masters name each: they are asked in order, and one that follows asks its leader. */
  readonly masters: readonly string[];
  /**
   * The Prometheus page of the S3 server, for what a bucket holds and its quota. With several servers name each: one
   * sums at a time, and they are asked in order. Without it the volumes tell, but not where some are erasure-coded.
   */
  readonly metricsUrl?: string | readonly string[] | undefined;
  /** `-volumeSizeLimitMB` of the master in bytes; unless given, what its page says. */
  readonly volumeSizeBytes?: bigint | undefined;
  /** How many replicas a bucket gets that has no volume yet: unless given, as many as any volume has. */
  readonly copies?: number | undefined;
  /** `-filerGroup` of the S3 server. */
  readonly filerGroup?: string | undefined;
  /** How long the masters' answers serve other buckets. */
  readonly shareMs?: number | undefined;
  readonly tls?: StoreTls | undefined;
  readonly now: () => number;
}

const SOURCE = 'seaweedfs';
/** Volume servers tell their master every 5 s (`-pulseSeconds`). Facts of this file: weed/ of 2026-08 (cc8364a), read 2026-11. */
const PULSE_MS = 10_000;
/** The S3 server sums once a minute what the master was told (weed/s3api/bucket_size_metrics.go). */
const METRICS_MS = 60_000 + PULSE_MS;
const SIZE = 'SeaweedFS_s3_bucket_size_bytes';
const QUOTA = 'SeaweedFS_s3_bucket_quota_bytes';

interface Cluster extends VolumeMap {
  readonly volumeSizeBytes: bigint;
  readonly atMs: number;
}

interface Held {
  readonly used?: UsedFigure;
  readonly quotas?: readonly StoreQuota[];
}

export function seaweedfsCapacity(options: SeaweedfsCapacityOptions): CapacityProvider {
  const { masters, metricsUrl, filerGroup, tls, now, shareMs = 10_000 } = options;
  const pages = metricsUrl === undefined ? undefined : [metricsUrl].flat().map((url) => new URL(url));
  const ask = (url: URL, what: string, signal: AbortSignal) => httpGet({ url, tls, signal, what });

  async function clusterOf(master: string, signal: AbortSignal): Promise<Cluster> {
    const atMs = now();
    const at = (path: string) => new URL(`${master.replace(/\/+$/, '')}${path}`);
    const [map, volumeSizeBytes] = await Promise.all([
      ask(at('/vol/status'), 'its volumes', signal).then(volumeMap),
      options.volumeSizeBytes ?? ask(at('/'), 'the size limit of a volume', signal).then(volumeSizeLimit),
    ]);
    return { ...map, volumeSizeBytes, atMs };
  }

  const cluster = sharedLoad({
    load: (_key, signal) => firstAnswer(masters, signal, (master) => clusterOf(master, signal)),
    shareMs,
    now,
  });
  const page = sharedLoad({
    load: async (url, signal) => {
      const atMs = now();
      return { answer: await ask(new URL(url), 'the sizes of the buckets', signal), atMs };
    },
    shareMs,
    now,
  });

  async function fromMetrics(urls: readonly URL[], bucket: string, signal: AbortSignal): Promise<Held> {
    const { size, quota, atMs } = await firstAnswer(urls, signal, async (url) => {
      const { answer, atMs } = await page(url.href, signal);
      return { ...bucketOf(answer, bucket), atMs };
    });
    const used: UsedFigure = { bytes: size, source: SOURCE, atMs, lagMs: METRICS_MS, uploads: 'counted' };
    return { used, quotas: quota ? [{ name: 'bucket quota', limitBytes: quota }] : [] };
  }

  return {
    source: SOURCE,
    async measure(bucket, signal) {
      const collection = filerGroup === undefined ? bucket : `${filerGroup}_${bucket}`;
      const [known, summed] = await Promise.all([
        cluster('the volumes of the cluster', signal),
        pages && fromMetrics(pages, bucket, signal),
      ]);
      const own = oncePerVolume(known.replicas.filter((replica) => replica.collection === collection));
      const figures: CapacityFigures = {
        ...roomOf(known, own, options.copies),
        ...(summed ?? fromVolumes(known, own)),
      };
      return figures;
    },
  };
}

/**
 * A volume belongs to one bucket, so the bucket can take what its own volumes still hold and what new ones will; the room
 * in volumes of others is none of its.
 */
function roomOf(cluster: Cluster, own: readonly VolumeReplica[], wantedCopies: number | undefined) {
  const { slots, freeSlots, replicas, volumeSizeBytes, atMs } = cluster;
  const anyCopies = most(replicas) ?? 1n;
  const copies = most(own) ?? (wantedCopies === undefined ? anyCopies : BigInt(wantedCopies));
  const totalBytes = (slots * volumeSizeBytes) / copies;
  const left = own.reduce((sum, { sizeBytes, isReadOnly }) => {
    return isReadOnly || sizeBytes >= volumeSizeBytes ? sum : sum + volumeSizeBytes - sizeBytes;
  }, 0n);
  const freeBytes = (freeSlots * volumeSizeBytes) / copies + left;
  return {
    total: { bytes: totalBytes, source: SOURCE, atMs },
    free: { bytes: freeBytes < totalBytes ? freeBytes : totalBytes, source: SOURCE, atMs, lagMs: PULSE_MS },
  };
}

function most(replicas: readonly VolumeReplica[]): bigint | undefined {
  return replicas.reduce<bigint | undefined>(
    (found, { copies }) => (found === undefined || copies > found ? copies : found),
    undefined,
  );
}

/** Of each volume the fullest replica. */
function oncePerVolume(replicas: readonly VolumeReplica[]): readonly VolumeReplica[] {
  const byId = new Map<bigint, VolumeReplica>();
  for (const replica of replicas) {
    const other = byId.get(replica.id);
    if (!other || replica.sizeBytes > other.sizeBytes) byId.set(replica.id, replica);
  }
  return [...byId.values()];
}

/** As SeaweedFS counts for its own quotas: less what was deleted. Unknown where slots are taken by something that is not listed. */
function fromVolumes({ slots, freeSlots, replicas, atMs }: Cluster, own: readonly VolumeReplica[]): Held {
  if (slots - freeSlots > BigInt(replicas.length)) return {};
  const bytes = own.reduce((sum, { sizeBytes, deletedBytes }) => {
    return deletedBytes >= sizeBytes ? sum : sum + sizeBytes - deletedBytes;
  }, 0n);
  return { used: { bytes, source: SOURCE, atMs, lagMs: PULSE_MS, uploads: 'counted' } };
}

function bucketOf(
  answer: HttpAnswer,
  bucket: string,
): { readonly size: bigint; readonly quota: bigint | undefined } {
  if (answer.status !== 200) throw refused(answer);
  const series = readSeries(answer.body, new Set([SIZE, QUOTA]));
  const bytes = (name: string) => {
    const found = series.find((one) => one.name === name && one.labels['bucket'] === bucket);
    return found && exactBytes(found.value);
  };
  const size = bytes(SIZE);
  if (size === undefined) {
    throw answer.unknown(`no ${SIZE} of bucket ${bucket}: not yet summed, or not by this server`);
  }
  return { size, quota: bytes(QUOTA) };
}
