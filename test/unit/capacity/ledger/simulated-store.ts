// A store that clients of the gateway write to, and what it would tell of itself at any moment of its past.
import type { UsageChange } from '../../../../src/capacity/ledger/usage-change.ts';

/** What a client does; numbers pick among what is there. */
export interface Act {
  readonly kind: 'put' | 'null-put' | 'delete' | 'copy' | 'part' | 'complete' | 'abort';
  readonly folder: number;
  readonly pick: number;
  readonly bytes: number;
}

interface Held {
  readonly key: string;
  readonly versionId?: string;
  readonly bytes: number;
}

/** What a bucket held after one change, by folder: what `counted` sources say and what others say. */
interface Moment {
  readonly atMs: number;
  readonly counted: readonly number[];
  readonly notCounted: readonly number[];
}

export const FOLDERS = 3;

/** One bucket, empty at first, that only the gateway writes to. */
export class SimulatedStore {
  readonly bucket: string;
  readonly past: Moment[];
  #objects: readonly Held[] = [];
  readonly #uploads = new Map<string, { readonly key: string; readonly parts: Map<number, number> }>();
  #serial = 0;

  constructor(bucket: string, nowMs: number) {
    this.bucket = bucket;
    this.past = [{ atMs: nowMs, counted: Array(FOLDERS).fill(0), notCounted: Array(FOLDERS).fill(0) }];
  }

  /** Does it, where it can be done, and gives what the gateway sees of it. */
  act(act: Act, atMs: number): UsageChange | undefined {
    const change = this.#do(act);
    if (change !== undefined) {
      this.past.push({ atMs, counted: this.#sums(true), notCounted: this.#sums(false) });
    }
    return change;
  }

  /** What it held after so many changes. */
  heldAt(moment: number, uploads: 'counted' | 'not-counted', folder?: number): bigint {
    const { counted, notCounted } = this.past[moment] ?? { counted: [], notCounted: [] };
    const sums = uploads === 'counted' ? counted : notCounted;
    return BigInt(folder === undefined ? sums.reduce((sum, bytes) => sum + bytes, 0) : (sums[folder] ?? 0));
  }

  #do({ kind, folder, pick, bytes }: Act): UsageChange | undefined {
    const { bucket } = this;
    this.#serial += 1;
    switch (kind) {
      case 'put':
        return this.#write({ key: `${folder}/k${pick % 4}`, versionId: `v${this.#serial}`, bytes }, 'put');
      case 'null-put':
        return this.#write(
          { key: `${folder}/k${pick % 4}`, ...(pick % 2 ? { versionId: 'null' } : {}), bytes },
          'put',
        );
      case 'delete': {
        const gone = picked(this.#objects, pick);
        if (gone === undefined) return undefined;
        this.#objects = this.#objects.filter((held) => held !== gone);
        const { key, versionId } = gone;
        return { kind: 'delete', bucket, key, ...(versionId !== undefined && { versionId }) };
      }
      case 'copy': {
        const from = picked(this.#objects, pick);
        if (from?.versionId === undefined) return undefined;
        const to = { key: `${folder}/c${pick % 4}`, versionId: `v${this.#serial}`, bytes: from.bytes };
        this.#write(to, 'put');
        return { kind: 'copy', bucket, key: to.key, versionId: to.versionId, from: { bucket, ...from } };
      }
      case 'part': {
        const uploadId = `${folder}-u${pick % 3}`;
        const upload = this.#uploads.get(uploadId) ?? {
          key: `${folder}/big`,
          parts: new Map<number, number>(),
        };
        this.#uploads.set(uploadId, upload);
        const partNumber = (bytes + pick) % 2 ? upload.parts.size + 1 : Math.max(1, upload.parts.size);
        upload.parts.set(partNumber, bytes);
        return { kind: 'part', bucket, key: upload.key, uploadId, partNumber, bytes };
      }
      case 'complete': {
        const [uploadId, upload] = picked([...this.#uploads], pick) ?? [];
        if (uploadId === undefined || upload === undefined) return undefined;
        this.#uploads.delete(uploadId);
        const whole = [...upload.parts.values()].reduce((sum, part) => sum + part, 0);
        const versionId = pick % 2 ? { versionId: `v${this.#serial}` } : {};
        this.#write({ key: upload.key, ...versionId, bytes: whole }, 'put');
        return { kind: 'complete', bucket, key: upload.key, uploadId, ...versionId };
      }
      case 'abort': {
        const [uploadId, upload] = picked([...this.#uploads], pick) ?? [];
        if (uploadId === undefined || upload === undefined) return undefined;
        this.#uploads.delete(uploadId);
        return { kind: 'abort', bucket, key: upload.key, uploadId };
      }
    }
  }

  #write(held: Held, kind: 'put'): UsageChange {
    const isNull = held.versionId === undefined || held.versionId === 'null';
    this.#objects = [
      ...this.#objects.filter(
        ({ key, versionId }) =>
          !isNull || key !== held.key || (versionId !== undefined && versionId !== 'null'),
      ),
      held,
    ];
    const { key, versionId, bytes } = held;
    return { kind, bucket: this.bucket, key, bytes, ...(versionId !== undefined && { versionId }) };
  }

  #sums(withUploads: boolean): readonly number[] {
    const sums: number[] = Array(FOLDERS).fill(0);
    const add = (key: string, bytes: number) => {
      const folder = Number(key.slice(0, key.indexOf('/')));
      sums[folder] = (sums[folder] ?? 0) + bytes;
    };
    for (const { key, bytes } of this.#objects) add(key, bytes);
    if (withUploads) {
      for (const { key, parts } of this.#uploads.values())
        for (const bytes of parts.values()) add(key, bytes);
    }
    return sums;
  }
}

function picked<T>(items: readonly T[], pick: number): T | undefined {
  return items[pick % Math.max(1, items.length)];
}
