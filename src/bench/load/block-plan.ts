// Which blocks a load run writes, how large each is, and which a restore point uses: all worked out from the seed.
import { BenchRefusal } from '../runtime/bench-target.ts';
import { seededBytes } from '../runtime/seeded-bytes.ts';
import type { LoadSettings } from './load-settings.ts';
import { type Chance, seededChance } from './seeded-chance.ts';

/** One version of one block: of which machine, its number there, and the restore point that wrote it (0: the full). */
export interface Block {
  readonly machine: number;
  readonly number: number;
  readonly point: number;
}

/** What one restore point writes. */
export interface PointPlan {
  /** Blocks below this place are looked at. */
  readonly places: number;
  /** Of these, the ones that it writes. */
  readonly blocks: number;
  readonly bytes: number;
  /** What it would write without the limit on bytes. */
  readonly askedBlocks: number;
}

/** What was really written, as far as it can be told without a list. */
export interface Written {
  /** For each restore point: blocks below this place are written. */
  readonly writtenTo: readonly number[];
  isFailed(block: Block): boolean;
}

/** Above, looking at every place would itself take minutes. */
const MAX_PLACES = 50_000_000;
/** Of the full backup's part of what may be written: increments are left theirs, with some room, or nothing could be swept. */
const FULL_SHARE = 0.95;
const CHANGED = 1;
const SIZE = 2;
const READ = 3;

export class BlockPlan {
  /** Block places of all machines. Places go round the machines, so that all grow alike. */
  readonly places: number;
  /** The full backup and each increment. */
  readonly points: readonly PointPlan[];
  readonly #settings: LoadSettings;
  readonly #chance: Chance;
  readonly #meanBytes: number;
  /** Sizes differ from the mean by at most so much of it: an object is never larger than its block. */
  readonly #spread: number;

  /** Throws BenchRefusal where there are too many blocks. */
  constructor(settings: LoadSettings) {
    const { blockBytes, machineBytes, machines, compression, seed, maxBytes } = settings;
    this.#settings = settings;
    this.#chance = seededChance(seed);
    this.#meanBytes = blockBytes * compression;
    this.#spread = Math.min(0.5, 1 / compression - 1);
    this.places = machines * Math.floor(machineBytes / blockBytes);
    const reachable = Math.min(this.places, Math.ceil((2 * maxBytes) / this.#meanBytes));
    if (reachable > MAX_PLACES) {
      throw new BenchRefusal(
        `the load has ${reachable} blocks, more than ${MAX_PLACES}: take larger blocks or fewer bytes.`,
      );
    }
    this.points = this.#plan(reachable);
  }

  blockAt(place: number, point: number): Block {
    const { machines } = this.#settings;
    return { machine: place % machines, number: Math.floor(place / machines), point };
  }

  placeOf({ machine, number }: Pick<Block, 'machine' | 'number'>): number {
    return number * this.#settings.machines + machine;
  }

  /** Whether a restore point writes this block. */
  isPlanned({ machine, number, point }: Block): boolean {
    return point === 0 || this.#chance(CHANGED, machine, number, point) * 100 < this.#settings.changedPercent;
  }

  bytesOf({ machine, number, point }: Block): number {
    const deviation = this.#spread * (2 * this.#chance(SIZE, machine, number, point) - 1);
    return Math.max(1, Math.min(this.#settings.blockBytes, Math.round(this.#meanBytes * (1 + deviation))));
  }

  /** The same bytes for the same block. They do not compress, as what Veeam sends does not. */
  contentOf(block: Block): Buffer {
    const { machine, number, point } = block;
    return seededBytes(this.bytesOf(block), `${this.#settings.seed} ${machine} ${number} ${point}`);
  }

  isWritten(block: Block, { writtenTo, isFailed }: Written): boolean {
    const isReached = this.placeOf(block) < (writtenTo[block.point] ?? 0);
    return isReached && this.isPlanned(block) && !isFailed(block);
  }

  /** The version of a block that the latest restore point up to `point` uses. */
  latest(place: number, point: number, written: Written): Block | undefined {
    for (let each = point; each >= 0; each--) {
      const block = this.blockAt(place, each);
      if (this.isWritten(block, written)) return block;
    }
    return undefined;
  }

  /** Whether a restore point that is kept uses it: the oldest of those, or a later one. */
  isInUse(block: Block, oldestKept: number, written: Written): boolean {
    if (block.point >= oldestKept) return true;
    return this.latest(this.placeOf(block), oldestKept, written)?.point === block.point;
  }

  /** The block that a restore reads as its `index`-th. */
  readAt(index: number, places: number): number {
    return Math.floor(this.#chance(READ, index) * places);
  }

  #plan(reachable: number): readonly PointPlan[] {
    const { increments, maxBytes } = this.#settings;
    const all = this.#point(0, reachable, Number.POSITIVE_INFINITY);
    const changed = Array.from({ length: increments }, (_, i) =>
      this.#point(i + 1, reachable, Number.POSITIVE_INFINITY),
    );
    const askedBytes = [all, ...changed].reduce((sum, { bytes }) => sum + bytes, 0);
    const isWhole = reachable === this.places && askedBytes <= maxBytes;
    const fullBytes =
      isWhole || increments === 0 ? maxBytes : (maxBytes * FULL_SHARE * all.bytes) / askedBytes;
    const points = [{ ...this.#point(0, reachable, fullBytes), askedBlocks: this.places }];
    let left = maxBytes - (points[0]?.bytes ?? 0);
    const { places = 0 } = points[0] ?? {};
    for (let point = 1; point <= increments; point++) {
      const asked = this.#point(point, places, Number.POSITIVE_INFINITY);
      const fitting = asked.bytes <= left ? asked : this.#point(point, places, left);
      points.push({ ...fitting, askedBlocks: asked.blocks });
      left -= fitting.bytes;
    }
    return points;
  }

  #point(point: number, places: number, maxBytes: number): Omit<PointPlan, 'askedBlocks'> {
    let blocks = 0;
    let bytes = 0;
    for (let place = 0; place < places; place++) {
      const block = this.blockAt(place, point);
      if (!this.isPlanned(block)) continue;
      const size = this.bytesOf(block);
      if (bytes + size > maxBytes) return { places: place, blocks, bytes };
      blocks++;
      bytes += size;
    }
    return { places, blocks, bytes };
  }
}
