// What the admin listener says of one bucket's capacity.
import { expect } from 'vitest';
import type { GatewayProcess } from './gateway-process.ts';

/** The part that tests look at; bytes are decimal digits. */
export interface AdminCapacityRow {
  readonly bucket: string;
  readonly capacityBytes?: string;
  readonly availableBytes?: string;
  readonly usedBytes?: string;
  readonly source?: string;
  /** What the source said that the bucket holds. */
  readonly used?: { readonly bytes: string };
  /** The latest measurement that went well. */
  readonly measuredAt?: string;
  /** Why the latest measurement failed. */
  readonly error?: string;
  readonly failingSince?: string;
  readonly served?: boolean;
}

/** Fails where the listener does not answer, or does not know the bucket. */
export async function capacityRow(gateway: GatewayProcess, bucket: string): Promise<AdminCapacityRow> {
  const row = await findCapacityRow(gateway, bucket);
  if (row === undefined) throw new Error(`/api/capacity has no row for ${bucket}`);
  return row;
}

/** Undefined where it does not know the bucket, as one that was just made anew. */
export async function findCapacityRow(
  gateway: GatewayProcess,
  bucket: string,
): Promise<AdminCapacityRow | undefined> {
  const answer = await fetch(`${gateway.adminUrl}/api/capacity`);
  expect(answer.status).toBe(200);
  const { capacities } = (await answer.json()) as { readonly capacities: readonly AdminCapacityRow[] };
  return capacities.find((one) => one.bucket === bucket);
}

/** The text of `/metrics`; fails where it does not answer. */
export async function metricsText(gateway: GatewayProcess): Promise<string> {
  const answer = await fetch(`${gateway.adminUrl}/metrics`);
  expect(answer.status).toBe(200);
  return await answer.text();
}
