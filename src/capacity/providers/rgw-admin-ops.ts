// What RGW's admin ops API says of a bucket and of its owner. https://docs.ceph.com/en/latest/radosgw/adminops/
// Observed on Ceph 16.2.15, 2026-11: JSON without a Content-Type; `usage` is `{}` until the first write.
import type { StoreQuota } from '../figures.ts';
import { integer, member, parseExactJson } from './exact-json.ts';
import { type HttpAnswer, refused } from './http-get.ts';
import type { SignedGet } from './signed-get.ts';

type Get = (get: SignedGet) => Promise<HttpAnswer>;

/** Bytes as written, and rounded up to blocks as `check_on_raw` quotas count them. */
interface Usage {
  readonly bytes: bigint;
  readonly roundedBytes: bigint;
}

export interface BucketUsage {
  readonly usedBytes: bigint;
  readonly owner: string;
  readonly quota: StoreQuota | undefined;
}

/** Live usage and quota of one bucket; needs the capability `buckets=read`. */
export async function bucketUsage(get: Get, bucket: string, signal: AbortSignal): Promise<BucketUsage> {
  const query = { bucket, stats: 'True', format: 'json' };
  const answer = await get({ path: '/admin/bucket', query, signal, what: `the usage of bucket ${bucket}` });
  if (answer.status !== 200) throw refused(answer);
  const stats = parseExactJson(answer.body);
  const owner = member(stats, 'owner');
  const usage = usageOf(stats);
  if (member(stats, 'bucket') !== bucket || typeof owner !== 'string' || !usage) {
    throw answer.unknown('the answer is not the stats of that bucket');
  }
  return {
    usedBytes: usage.bytes,
    owner,
    quota: quotaOf('bucket quota', member(stats, 'bucket_quota'), usage),
  };
}

/**
 * The owner's quota over all their buckets and what counts against it; needs `users=read`. Without that capability (403)
 * there is no way to know, and the bucket is measured without it.
 */
export async function ownerQuota(
  get: Get,
  owner: string,
  signal: AbortSignal,
): Promise<StoreQuota | undefined> {
  const query = { quota: '', uid: owner, 'quota-type': 'user', format: 'json' };
  const answer = await get({ path: '/admin/user', query, signal, what: `the quota of user ${owner}` });
  if (answer.status === 403) return undefined;
  if (answer.status !== 200) throw refused(answer);
  const quota = parseExactJson(answer.body);
  if (typeof member(quota, 'enabled') !== 'boolean') throw answer.unknown('the answer is not a quota');
  if (!isLimit(quota)) return undefined;
  return quotaOf(`quota of user ${owner}`, quota, await ownerUsage(get, owner, signal));
}

/** Summed over the buckets, not from the user's stats: those lag (they still read 0 minutes after writes, 16.2.15). */
async function ownerUsage(get: Get, owner: string, signal: AbortSignal): Promise<Usage> {
  const query = { uid: owner, stats: 'True', format: 'json' };
  const answer = await get({ path: '/admin/bucket', query, signal, what: `the usage of user ${owner}` });
  if (answer.status !== 200) throw refused(answer);
  const buckets = parseExactJson(answer.body);
  if (!Array.isArray(buckets)) throw answer.unknown('the answer is not a list of buckets');
  return buckets.map(usageOf).reduce<Usage>((sum, one) => {
    if (!one) throw answer.unknown('a bucket of the answer has no usage');
    return add(sum, one);
  }, NONE);
}

const NONE: Usage = { bytes: 0n, roundedBytes: 0n };

/** All categories count: `rgw.main` (unfinished parts included), `rgw.multimeta`, `rgw.none`. */
function usageOf(stats: unknown): Usage | undefined {
  const usage = member(stats, 'usage');
  if (typeof usage !== 'object' || usage === null) return undefined;
  return Object.values(usage).reduce<Usage | undefined>((sum, category: unknown) => {
    const bytes = integer(category, 'size');
    if (!sum || bytes === undefined) return undefined;
    return add(sum, { bytes, roundedBytes: integer(category, 'size_actual') ?? bytes });
  }, NONE);
}

function add(a: Usage, b: Usage): Usage {
  return { bytes: a.bytes + b.bytes, roundedBytes: a.roundedBytes + b.roundedBytes };
}

/** `max_size` below zero is no limit; an enabled 0 does refuse every write (observed on 16.2.15). */
function isLimit(quota: unknown): boolean {
  return member(quota, 'enabled') === true && (integer(quota, 'max_size') ?? -1n) >= 0n;
}

function quotaOf(name: string, quota: unknown, usage: Usage): StoreQuota | undefined {
  if (!isLimit(quota)) return undefined;
  const usedBytes = member(quota, 'check_on_raw') === true ? usage.roundedBytes : usage.bytes;
  return { name, limitBytes: integer(quota, 'max_size') ?? 0n, usedBytes };
}
