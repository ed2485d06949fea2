// The answers of Garage's admin API v2 that tell how full it is. Read in src/api/admin/api.rs, cluster.rs and bucket.rs and
// in doc/api/garage-admin-v2.json of Garage 2.0.0 (2025-06), 2026-11.
import type { StoreQuota } from '../figures.ts';
import { integer, member, parseExactJson } from './exact-json.ts';
import type { HttpAnswer } from './http-get.ts';

export interface GarageSpace {
  readonly totalBytes: bigint;
  readonly freeBytes: bigint;
}

export interface GarageBucket {
  /** Of whole objects. */
  readonly bytes: bigint;
  /** Of parts of uploads that are not completed. */
  readonly uploadBytes: bigint;
  readonly quota: StoreQuota | undefined;
}

/** A layout cuts the data into so many parts of equal size (`PARTITION_BITS`, src/rpc/layout/mod.rs). */
const PARTITIONS = 256n;

/** The JSON of an answer to a call of version 2. Throws CapacityUnknownError for any other. */
export function garageJson(answer: HttpAnswer): unknown {
  const json = parseExactJson(answer.body);
  if (answer.status === 200) return json;
  const code = member(json, 'code');
  const message = member(json, 'message');
  // Garage 1 answers 400 `Unknown API endpoint`.
  const isUnknownCall = answer.status === 404 && code !== 'NoSuchBucket';
  if (isUnknownCall || (typeof message === 'string' && message.includes('Unknown API endpoint'))) {
    throw answer.unknown(
      `answered ${answer.status}: there is no admin API of version 2 (Garage before 2.0?)`,
    );
  }
  const word = typeof code === 'string' && /^[A-Za-z]{1,80}$/.test(code) ? ` ${code}` : '';
  throw answer.unknown(`answered ${answer.status}${word}`);
}

/**
 * Space net of replication, by Garage's own estimate (`GetClusterStatistics`): every node holds so many of the layout's
 * parts, and the one whose disk has least for each of them is full first. A node that is down tells nothing and is left out.
 */
export function garageSpace(layout: HttpAnswer, status: HttpAnswer): GarageSpace {
  const roles = member(garageJson(layout), 'roles');
  const nodes = member(garageJson(status), 'nodes');
  if (!Array.isArray(roles)) throw layout.unknown('the answer is not a layout');
  if (!Array.isArray(nodes)) throw status.unknown('the answer lists no nodes');
  const partsOf = new Map(roles.map((role) => [member(role, 'id'), integer(role, 'storedPartitions') ?? 0n]));
  const stored = [...partsOf.values()].reduce((sum, parts) => sum + parts, 0n);
  if (stored <= 0n) throw layout.unknown('no node has a part of the data: no layout was applied yet');
  const spaces = nodes.flatMap((node) => {
    const parts = partsOf.get(member(node, 'id')) ?? 0n;
    const disk = member(node, 'dataPartition');
    const [total, available] = [integer(disk, 'total'), integer(disk, 'available')];
    if (parts <= 0n || total === undefined || available === undefined || total <= 0n || available < 0n)
      return [];
    return [{ totalBytes: total / parts, freeBytes: (available < total ? available : total) / parts }];
  });
  const [first, ...others] = spaces;
  if (!first) throw status.unknown('no node that holds data tells the size of its disk');
  const least = others.reduce(
    (found, one) => ({
      totalBytes: one.totalBytes < found.totalBytes ? one.totalBytes : found.totalBytes,
      freeBytes: one.freeBytes < found.freeBytes ? one.freeBytes : found.freeBytes,
    }),
    first,
  );
  return { totalBytes: least.totalBytes * PARTITIONS, freeBytes: least.freeBytes * PARTITIONS };
}

/** The counters of a bucket. Its quota is held against whole objects alone (`check_quotas`, src/api/s3/put.rs). */
export function garageBucket(answer: HttpAnswer): GarageBucket {
  const json = garageJson(answer);
  const bytes = integer(json, 'bytes');
  const uploadBytes = integer(json, 'unfinishedMultipartUploadBytes');
  const quotas = member(json, 'quotas');
  const limitBytes = integer(quotas, 'maxSize');
  if (bytes === undefined || uploadBytes === undefined || typeof quotas !== 'object') {
    throw answer.unknown('the answer is not the information of a bucket');
  }
  if (bytes < 0n || uploadBytes < 0n)
    throw answer.unknown('a counter of the bucket is below zero: repair it');
  const quota = limitBytes === undefined ? undefined : { name: 'bucket quota', limitBytes, usedBytes: bytes };
  return { bytes, uploadBytes, quota };
}
