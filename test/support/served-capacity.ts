// capacity.xml byte by byte: well-formed, bounded and exact, or a refusal that says when to come again. Nothing else may be served.
import { expect } from 'vitest';
import { CAPACITY } from './capacity-document.ts';
import type { GatewayProcess } from './gateway-process.ts';
import { elementOf, headerOf } from './raw-http.ts';
import { ask, rawTargetOf } from './raw-target.ts';

export interface CapacityServed {
  readonly isServed: true;
  readonly capacity: bigint;
  readonly available: bigint;
  readonly used: bigint;
}

export interface CapacityRefused {
  readonly isServed: false;
  readonly retryAfterSeconds: number;
}

const DOCUMENT =
  /^<\?xml version="1\.0" encoding="UTF-8"\?>\s*<CapacityInfo>\s*<Capacity>(0|[1-9]\d*)<\/Capacity>\s*<Available>(0|[1-9]\d*)<\/Available>\s*<Used>(0|[1-9]\d*)<\/Used>\s*<\/CapacityInfo>\s*$/;

/** Fails on any answer that is neither; a capacity of zero is one that was invented. */
export async function servedCapacity(
  gateway: GatewayProcess,
  bucket: string,
): Promise<CapacityServed | CapacityRefused> {
  const answer = await ask(rawTargetOf(gateway), { method: 'GET', target: `/${bucket}/${CAPACITY}` });
  const text = answer.body.toString('latin1');
  if (answer.status !== 200) {
    expect([answer.status, elementOf(answer, 'Code')], text).toEqual([503, 'ServiceUnavailable']);
    expect(headerOf(answer, 'retry-after'), 'Retry-After').toMatch(/^[1-9]\d*$/);
    return { isServed: false, retryAfterSeconds: Number(headerOf(answer, 'retry-after')) };
  }
  expect(text).toMatch(DOCUMENT);
  expect(headerOf(answer, 'content-type')).toBe('application/xml');
  expect(headerOf(answer, 'content-length')).toBe(String(answer.body.length));
  const [capacity = 0n, available = 0n, used = 0n] = (DOCUMENT.exec(text) ?? []).slice(1).map(BigInt);
  expect(capacity, text).toBeGreaterThan(0n);
  expect(available, text).toBeLessThanOrEqual(capacity);
  return { isServed: true, capacity, available, used };
}

/** Fails where it is refused. */
export async function knownCapacity(gateway: GatewayProcess, bucket: string): Promise<CapacityServed> {
  const served = await servedCapacity(gateway, bucket);
  if (!served.isServed) throw new Error(`capacity.xml of ${bucket} is refused`);
  return served;
}
