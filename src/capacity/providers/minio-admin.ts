// The answers of MinIO's admin API v3 that tell how full it is. All three are plain JSON.
// https://github.com/minio/minio/blob/master/cmd/admin-handlers.go ; observed on the last open-source version, 2026-11.
import { integer, member, parseExactJson } from './exact-json.ts';
import { type HttpAnswer, refused } from './http-get.ts';
import type { SignedGet } from './signed-get.ts';
import { atOurTime } from './store-clock.ts';

type Get = (get: SignedGet) => Promise<HttpAnswer>;

export interface UsableSpace {
  readonly totalBytes: bigint;
  readonly freeBytes: bigint;
}

interface AdminCall {
  readonly call: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly what: string;
}

async function admin(get: Get, { call, query = {}, what }: AdminCall, signal: AbortSignal) {
  const answer = await get({ path: `/minio/admin/v3/${call}`, query, signal, what });
  return { answer, json: answer.status === 200 ? parseExactJson(answer.body) : undefined };
}

/**
 * Space net of parity: of each erasure set as many drives count as hold data. With all drives up these are the ones that
 * MinIO itself counts (`disk_index` below `StandardSCData`); a drive that is offline tells no size, and then the next one
 * stands in, so that losing one drive of a set that goes on serving does not look like losing half its space.
 */
export async function usableSpace(get: Get, signal: AbortSignal): Promise<UsableSpace> {
  const { answer, json } = await admin(get, { call: 'storageinfo', what: 'the space of its drives' }, signal);
  if (answer.status !== 200) throw refused(answer);
  const listed = member(json, 'Disks');
  const dataDrives = member(member(json, 'Backend'), 'StandardSCData');
  if (!Array.isArray(listed) || !Array.isArray(dataDrives))
    throw answer.unknown('the answer lists no drives');
  const drives = listed.flatMap(readDrive).sort((a, b) => a.index - b.index);
  const counted = new Map<string, number>();
  let [sizeBytes, spareBytes] = [0n, 0n];
  for (const { pool, set, totalBytes, freeBytes } of drives) {
    const perSet: unknown = dataDrives[pool];
    const already = counted.get(`${pool}/${set}`) ?? 0;
    if (typeof perSet !== 'bigint' || already >= perSet) continue;
    counted.set(`${pool}/${set}`, already + 1);
    sizeBytes += totalBytes;
    spareBytes += freeBytes;
  }
  if (sizeBytes === 0n) throw answer.unknown('no drive that holds data tells its size');
  return { totalBytes: sizeBytes, freeBytes: spareBytes };
}

/** A drive in its place, or nothing for one that is offline or in no pool (index -1, minio#16500). */
function readDrive(drive: unknown) {
  const place = (key: string) => Number(integer(drive, key) ?? -1n);
  const [pool, set, index] = [place('pool_index'), place('set_index'), place('disk_index')];
  const totalBytes = integer(drive, 'totalspace') ?? 0n;
  const freeBytes = integer(drive, 'availspace') ?? 0n;
  return pool < 0 || set < 0 || index < 0 || totalBytes <= 0n
    ? []
    : [{ pool, set, index, totalBytes, freeBytes }];
}

export interface ScannedUsage {
  /** When the scanner wrote its sums down, by our own clock: the date that it gives less what its clock is ahead. */
  readonly scannedAtMs: number;
  /** Throws CapacityUnknownError where the entry of that bucket has no size. */
  bytesOf(bucket: string): bigint;
}

/** The bytes of every bucket as the background scanner last summed them; it counts versions but no unfinished uploads. */
export async function scannedUsage(get: Get, signal: AbortSignal, now: () => number): Promise<ScannedUsage> {
  const { answer, json } = await admin(
    get,
    { call: 'datausageinfo', what: 'the usage of its buckets' },
    signal,
  );
  if (answer.status !== 200) throw refused(answer);
  const lastUpdate = member(json, 'lastUpdate');
  if (typeof lastUpdate !== 'string') throw answer.unknown('the answer has no lastUpdate');
  // Go's zero time: the scanner has not finished its first round since the store was made.
  if (lastUpdate.startsWith('0001-')) throw answer.unknown('the scanner has not run yet');
  const scannedAt = Date.parse(lastUpdate);
  if (Number.isNaN(scannedAt)) throw answer.unknown('lastUpdate is not a date');
  const buckets = member(json, 'bucketsUsageInfo');
  return {
    scannedAtMs: atOurTime(answer, scannedAt, now),
    bytesOf(bucket) {
      const entry = member(buckets, bucket);
      // Not in the map: made after the last scan, so as of that scan it held nothing.
      if (entry === undefined) return 0n;
      const size = integer(entry, 'size');
      if (size === undefined) throw answer.unknown(`bucket ${bucket} has no size`);
      return size;
    },
  };
}

/** The hard quota of a bucket, `undefined` when it has none: then MinIO answers `"quota":0` without a `quotatype`. */
export async function bucketQuota(
  get: Get,
  bucket: string,
  signal: AbortSignal,
): Promise<bigint | undefined> {
  const { answer, json } = await admin(
    get,
    { call: 'get-bucket-quota', query: { bucket }, what: `the quota of bucket ${bucket}` },
    signal,
  );
  // Releases before the plain zero said so with an error.
  if (answer.status === 404 && answer.code === 'XMinioAdminNoSuchQuotaConfiguration') return undefined;
  if (answer.status !== 200) throw refused(answer);
  // `size` is the newer name of `quota`; an answer has both, and the one not set is 0.
  const size = integer(json, 'size') ?? 0n;
  const limit = size > 0n ? size : integer(json, 'quota');
  if (limit === undefined) throw answer.unknown('the answer is not a quota');
  return limit > 0n && member(json, 'quotatype') === 'hard' ? limit : undefined;
}
