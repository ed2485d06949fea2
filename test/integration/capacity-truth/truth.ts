// Compares capacity.xml with what the store holds, counted at the store.
import { setTimeout as sleep } from 'node:timers/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import { expect } from 'vitest';
import { findCapacityRow } from '../../support/admin-capacity.ts';
import { fullCount } from '../../support/full-count.ts';
import type { GatewayProcess } from '../../support/gateway-process.ts';
import { type CapacityServed, knownCapacity } from '../../support/served-capacity.ts';
import { watchUntil } from '../../support/watch.ts';
import { MIB, type Scene } from './scene.ts';

const TIMEOUT_MS = 15_000;
/** Longer than two measurements at the pace of these tests. */
const STEADY_MS = 2_500;

export interface Truth {
  readonly gateway: GatewayProcess;
  /** A client at the store itself. */
  readonly direct: S3Client;
  /** Whether the store counts the parts of unfinished uploads: Ceph and the embedded store do, MinIO's scanner does not. */
  readonly countsUploads: boolean;
  /**
   * Whether a part that is uploaded again goes on taking room until its bucket is deleted: so RGW up to 17
   * (https://tracker.ceph.com/issues/44660), whose own sums count it while no listing shows it. Seen on 16.2.15, 2026-11.
   */
  readonly keepsReplacedParts: boolean;
}

/**
 * Waits until Used of each bucket is what it holds, give or take 1 MiB and what earlier steps were off, with a measurement from
 * after the call: an older one may say the same by chance. The bounds hold all the while.
 */
export async function expectTruth(truth: Truth, scene: Scene): Promise<void> {
  await Promise.all(scene.buckets.map((bucket) => expectTruthOf(truth, scene, bucket)));
}

/** And it stays so over the next measurements, whatever earlier steps were off. */
export async function expectSteadyTruth(truth: Truth, scene: Scene): Promise<void> {
  await expectTruth(truth, scene);
  const until = Date.now() + STEADY_MS;
  while (Date.now() < until) {
    for (const bucket of scene.buckets) {
      const held = await bytesHeld(truth, scene, bucket);
      const { used } = await knownCapacity(truth.gateway, bucket);
      expect(isEqual(Number(used), held), `${bucket}: Used ${used}, held ${held}`).toBe(true);
    }
    await sleep(100);
  }
}

export async function bytesHeld(truth: Truth, scene: Scene, bucket: string): Promise<number> {
  const { versionBytes, partBytes } = await fullCount(truth.direct, bucket);
  return (
    versionBytes +
    (truth.countsUploads ? partBytes : 0) +
    (truth.keepsReplacedParts ? scene.replacedBytes(bucket) : 0)
  );
}

async function expectTruthOf(truth: Truth, scene: Scene, bucket: string): Promise<void> {
  const sinceMs = Date.now();
  const held = await bytesHeld(truth, scene, bucket);
  const expected = held + scene.missedBytes(bucket);
  let last: CapacityServed | undefined;
  const isTrue = async () => {
    last = await knownCapacity(truth.gateway, bucket);
    if (!isEqual(Number(last.used), expected) && !isEqual(Number(last.used), held)) return false;
    const measuredAt = (await findCapacityRow(truth.gateway, bucket))?.measuredAt;
    return measuredAt !== undefined && Date.parse(measuredAt) > sinceMs;
  };
  await watchUntil(isTrue, { what: bucket, timeoutMs: TIMEOUT_MS }).catch((cause: unknown) => {
    if (last === undefined) throw cause;
    const used = Number(last.used);
    scene.missed(bucket, used - held);
    throw new Error(`${bucket} holds ${held / MIB} MiB; Used is ${used / MIB} MiB: ${cause}`, { cause });
  });
  if (last !== undefined) scene.missed(bucket, isEqual(Number(last.used), held) ? 0 : expected - held);
}

function isEqual(used: number, held: number): boolean {
  return Math.abs(used - held) <= MIB;
}
