// The sizes of the latest objects that were written, for the moment that they are overwritten or deleted.
import type { LedgerWriter } from './ledger-writer.ts';
import { Unsaved } from './unsaved.ts';
import type { VersionHash } from './version-hash.ts';

const NOTHING = -1;

/** A size as it stands in the file; `written` counts up with each new entry. */
export interface SavedSize {
  readonly written: number;
  readonly hash: bigint;
  readonly bytes: number;
}

/**
 * A ring of so many entries, 16 bytes each, and a hash table over it with open addressing: 26 bytes an entry in all,
 * and no objects for the collector. The oldest entry gives way; one that is written again keeps its place.
 */
export class KnownSizes {
  readonly #capacity: number;
  readonly #highs: Int32Array;
  readonly #lows: Int32Array;
  /** `NOTHING` where the entry is gone. */
  readonly #bytes: Float64Array;
  /** Positions in the ring plus one; 0 is free. At most half of it is taken. */
  readonly #table: Int32Array;
  readonly #mask: number;
  readonly #unsaved: Unsaved<number>;
  #next = 0;
  #savedFrom = 0;

  constructor(capacity: number, isSaved: boolean) {
    this.#capacity = capacity;
    this.#highs = new Int32Array(capacity);
    this.#lows = new Int32Array(capacity);
    this.#bytes = new Float64Array(capacity).fill(NOTHING);
    const tableSize = 2 ** Math.ceil(Math.log2(capacity * 2));
    this.#table = new Int32Array(tableSize);
    this.#mask = tableSize - 1;
    this.#unsaved = new Unsaved(isSaved);
  }

  get next(): number {
    return this.#next;
  }

  get({ high, low }: VersionHash): number | undefined {
    const slot = this.#slotAt(this.#find(high, low));
    return slot === undefined ? undefined : this.#bytes[slot];
  }

  set({ high, low }: VersionHash, bytes: number): void {
    const at = this.#find(high, low);
    const known = this.#slotAt(at);
    if (known === undefined) this.#append(at, high, low, bytes);
    else {
      this.#bytes[known] = bytes;
      this.#unsaved.add(this.#writtenAt(known));
    }
  }

  delete({ high, low }: VersionHash): void {
    const at = this.#find(high, low);
    const slot = this.#slotAt(at);
    if (slot === undefined) return;
    this.#free(at);
    this.#bytes[slot] = NOTHING;
    this.#unsaved.add(this.#writtenAt(slot));
  }

  /** In the order that they were written. */
  restore(sizes: Iterable<SavedSize>, next: number): void {
    const { words, whole } = wordsOfBigint();
    this.#savedFrom = next - this.#capacity;
    for (const { written, hash, bytes } of sizes) {
      if (written < this.#savedFrom || written >= next) continue;
      whole[0] = hash;
      const [low = 0, high = 0] = words;
      this.#next = written;
      this.#place(this.#find(high, low), high, low, bytes);
    }
    this.#next = next;
  }

  save(writer: LedgerWriter, backendId: number, isWhole: boolean): void {
    const { words, whole } = wordsOfBigint();
    const first = Math.max(0, this.#next - this.#capacity);
    const changed = this.#unsaved.take();
    for (const written of isWhole ? numbers(first, this.#next) : changed) {
      if (written < first) continue;
      const slot = written % this.#capacity;
      const bytes = this.#bytes[slot] ?? NOTHING;
      words[0] = this.#lows[slot] ?? 0;
      words[1] = this.#highs[slot] ?? 0;
      if (bytes !== NOTHING) writer.size(backendId, written, whole[0] ?? 0n, bytes);
      else if (!isWhole) writer.removeSize(backendId, written);
    }
    if (first > this.#savedFrom) writer.removeSizesBefore(backendId, first);
    this.#savedFrom = first;
  }

  #append(free: number, high: number, low: number, bytes: number): void {
    const slot = this.#next % this.#capacity;
    let at = free;
    if (this.#bytes[slot] !== NOTHING) {
      this.#free(this.#find(this.#highs[slot] ?? 0, this.#lows[slot] ?? 0));
      at = this.#find(high, low);
    }
    this.#unsaved.add(this.#next);
    this.#place(at, high, low, bytes);
  }

  #place(at: number, high: number, low: number, bytes: number): void {
    const slot = this.#next % this.#capacity;
    this.#highs[slot] = high;
    this.#lows[slot] = low;
    this.#bytes[slot] = bytes;
    this.#table[at] = slot + 1;
    this.#next += 1;
  }

  /** The place of it in the table, or the free one where it would be put. */
  #find(high: number, low: number): number {
    let at = low & this.#mask;
    for (;;) {
      const slot = this.#slotAt(at);
      if (slot === undefined || (this.#lows[slot] === low && this.#highs[slot] === high)) return at;
      at = (at + 1) & this.#mask;
    }
  }

  #slotAt(at: number): number | undefined {
    const entry = this.#table[at] ?? 0;
    return entry === 0 ? undefined : entry - 1;
  }

  /** Entries that were put further on because this place was taken move up (Knuth, volume 3, 6.4, algorithm R). */
  #free(taken: number): void {
    let hole = taken;
    let at = taken;
    for (;;) {
      at = (at + 1) & this.#mask;
      const slot = this.#slotAt(at);
      if (slot === undefined) break;
      const home = (this.#lows[slot] ?? 0) & this.#mask;
      if (((at - home) & this.#mask) < ((at - hole) & this.#mask)) continue;
      this.#table[hole] = slot + 1;
      hole = at;
    }
    this.#table[hole] = 0;
  }

  #writtenAt(slot: number): number {
    const last = this.#next - 1;
    return last - ((((last - slot) % this.#capacity) + this.#capacity) % this.#capacity);
  }
}

/** The same eight bytes twice: as the two words of a hash, the low one first, and as SQLite keeps it. */
function wordsOfBigint() {
  const words = new Int32Array(2);
  return { words, whole: new BigInt64Array(words.buffer) };
}

function* numbers(from: number, to: number): Generator<number> {
  for (let number = from; number < to; number += 1) yield number;
}
