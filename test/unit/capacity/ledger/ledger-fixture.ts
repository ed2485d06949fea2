// A ledger with a clock that stands until it is moved, and short words for what is done to it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { UsedFigure } from '../../../../src/capacity/figures.ts';
import { createLedger, type Drift, type Ledger } from '../../../../src/capacity/ledger/ledger.ts';
import type { LedgerLimits } from '../../../../src/capacity/ledger/ledger-limits.ts';
import type { UsageChange } from '../../../../src/capacity/ledger/usage-change.ts';

export const HOUR_MS = 3_600_000;
export const START_MS = Date.UTC(2026, 10, 21);

/** Changes as a test says them: of the bucket `b` unless it is named. */
export type Change = UsageChange extends infer Each ? (Each extends unknown ? Loose<Each> : never) : never;
type Loose<Each> = Omit<Each, 'bucket'> & { readonly bucket?: string };

export type Found = Partial<UsedFigure> & { readonly bytes: bigint };

export class LedgerRig {
  nowMs = START_MS;
  ledger: Ledger;
  readonly drifts: Drift[] = [];
  readonly messages: string[] = [];
  readonly #path: string | undefined;
  readonly #limits: Partial<LedgerLimits>;

  constructor(limits: Partial<LedgerLimits> = {}, path?: string) {
    this.#limits = limits;
    this.#path = path;
    this.ledger = this.open();
  }

  open(path = this.#path): Ledger {
    const tell = (message: string) => void this.messages.push(message);
    return createLedger({
      path,
      now: () => this.nowMs,
      onSetAside: tell,
      onUnsaved: tell,
      onDrift: (drift) => void this.drifts.push(drift),
      limits: { flushMs: HOUR_MS, ...this.#limits },
    });
  }

  reopen(): void {
    this.ledger.close();
    this.ledger = this.open();
  }

  pass(ms: number): void {
    this.nowMs += ms;
  }

  /** Done now. */
  take(...changes: readonly Change[]): void {
    this.takeAt(this.nowMs, ...changes);
  }

  takeAt(atMs: number, ...changes: readonly Change[]): void {
    this.ledger.take(
      'store',
      changes.map((change) => ({ change: { bucket: 'b', ...change } as UsageChange, atMs })),
    );
  }

  /** Of now and of a store that counts live and with its uploads, unless it is said otherwise. */
  measured(found: Found, bucket = 'b') {
    return this.ledger.measured('store', bucket, {
      source: 'test',
      atMs: this.nowMs,
      lagMs: 0,
      uploads: 'counted',
      ...found,
    });
  }

  delta(bucket = 'b'): bigint {
    return this.ledger.bucketDelta('store', bucket);
  }

  /** What the ledger answers, all of it. */
  answers(buckets: readonly string[] = ['b']) {
    const { ledger, nowMs } = this;
    const since = [START_MS, nowMs - HOUR_MS, nowMs - 5_000, nowMs - 100, nowMs];
    return {
      store: since.map((sinceMs) => ledger.storeWritten('store', sinceMs)),
      buckets: buckets.map((bucket) => ({
        delta: ledger.bucketDelta('store', bucket),
        drift: ledger.bucketDrift('store', bucket),
        changed: since.map((sinceMs) => ledger.changedSince('store', bucket, sinceMs)),
      })),
    };
  }
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ledger-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function put(key: string, bytes: number, versionId?: string): Change {
  return { kind: 'put', key, bytes, ...(versionId !== undefined && { versionId }) };
}

export function remove(key: string, versionId?: string): Change {
  return { kind: 'delete', key, ...(versionId !== undefined && { versionId }) };
}

export function part(uploadId: string, partNumber: number, bytes: number): Change {
  return { kind: 'part', key: 'big', uploadId, partNumber, bytes };
}

export function complete(uploadId: string, versionId?: string, parts?: readonly number[]): Change {
  const version = versionId !== undefined && { versionId };
  return { kind: 'complete', key: 'big', uploadId, ...version, ...(parts && { parts }) };
}
