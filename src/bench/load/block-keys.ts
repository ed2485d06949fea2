// Keys of the load's blocks, and what can be read back from a key that was listed.
import { blocksFolder, hex32 } from '../cases/veeam-layout.ts';
import type { Block } from './block-plan.ts';

export class BlockKeys {
  readonly #seed: string;
  readonly #folders: readonly string[];
  readonly #points: readonly string[];
  readonly #pointOf: ReadonlyMap<string, number>;

  /** `prefix` ends with `/`; `points` counts the full backup too. */
  constructor(prefix: string, seed: string, machines: number, points: number) {
    this.#seed = seed;
    this.#folders = Array.from(
      { length: machines },
      (_, machine) => `${blocksFolder(prefix, `${seed} machine ${machine}`)}blocks/`,
    );
    this.#points = Array.from({ length: points }, (_, point) => hex32(`${seed} point ${point}`));
    this.#pointOf = new Map(this.#points.map((hex, point) => [hex, point]));
  }

  /** Where all blocks of a machine are; ends with `/`. */
  folderOf(machine: number): string {
    return this.#folders[machine] ?? '';
  }

  keyOf({ machine, number, point }: Block): string {
    const content = hex32(`${this.#seed} ${machine} ${number} ${point}`);
    return `${this.folderOf(machine)}${number}_${this.#points[point] ?? ''}_${content}`;
  }

  /** Undefined where it is no block of this machine. */
  blockOf(key: string, machine: number): Block | undefined {
    const folder = this.folderOf(machine);
    if (!key.startsWith(folder)) return undefined;
    const [, number, hex = ''] = /^(\d+)_([0-9a-f]{32})_[0-9a-f]{32}$/.exec(key.slice(folder.length)) ?? [];
    const point = this.#pointOf.get(hex);
    return number === undefined || point === undefined
      ? undefined
      : { machine, number: Number(number), point };
  }
}
