// What a load run is to do: the shape of the backups, how wide, how much and how long.
import { BenchRefusal } from '../runtime/bench-target.ts';

const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;

export interface LoadSettings {
  /** Bytes of a block before compression: one object holds one block. Veeam has 256 KiB to 8 MiB. */
  readonly blockBytes: number;
  /** Size of an object beside its block, above 0, at most 1. Single objects vary. */
  readonly compression: number;
  readonly machines: number;
  /** Bytes of source data of each, before compression. */
  readonly machineBytes: number;
  /** Increments after the full backup. */
  readonly increments: number;
  /** Percent of the blocks that an increment writes anew. */
  readonly changedPercent: number;
  /** Restore points of which the blocks outlive the sweep, the latest. */
  readonly keptPoints: number;
  /** Percent of the latest restore point's blocks that are read, picked at random. */
  readonly restorePercent: number;
  /** As in VBR: machines that are worked on at a time. */
  readonly taskSlots: number;
  /** S3 calls at a time for each task slot. Veeam has 64 (S3ConcurrentTaskLimit). */
  readonly connectionsPerSlot: number;
  /** Each block gets a COMPLIANCE lock, which the extension renews. Needs a bucket with object lock. */
  readonly immutability: boolean;
  /**
   * Of these locks: short, since all must be deleted in the end; longer than the slowest call and the difference of the
   * clocks, or the store is asked for a lock that is over and refuses it.
   */
  readonly lockSeconds: number;
  /** Versions for each DeleteObjects; S3 takes at most 1000. */
  readonly deleteBatch: number;
  /** Written at most, in all. */
  readonly maxBytes: number;
  /** Of work, without the final delete, which is never cut short. */
  readonly maxMinutes: number;
  /** The same seed gives the same blocks. */
  readonly seed: string;
}

export const DEFAULT_LOAD: LoadSettings = {
  blockBytes: MIB,
  compression: 0.5,
  machines: 4,
  machineBytes: 512 * MIB,
  increments: 3,
  changedPercent: 10,
  keptPoints: 1,
  restorePercent: 25,
  taskSlots: 2,
  connectionsPerSlot: 64,
  immutability: true,
  lockSeconds: 60,
  deleteBatch: 1000,
  maxBytes: 2 * GIB,
  maxMinutes: 10,
  seed: 'sosapi',
};

interface Rule {
  readonly from: number;
  readonly to: number;
  readonly unit: string;
  readonly isWhole: boolean;
}

const whole = (from: number, to: number, unit = ''): Rule => ({ from, to, unit, isWhole: true });
const real = (from: number, to: number, unit = ''): Rule => ({ from, to, unit, isWhole: false });

type NumberSetting = {
  [Name in keyof LoadSettings]: LoadSettings[Name] extends number ? Name : never;
}[keyof LoadSettings];

const RULES: Readonly<Record<NumberSetting, Rule>> = {
  blockBytes: whole(4 * KIB, 8 * MIB, ' bytes'),
  compression: real(0.01, 1),
  machines: whole(1, 1000),
  machineBytes: whole(4 * KIB, 1024 * GIB, ' bytes'),
  increments: whole(0, 100),
  changedPercent: real(0, 100, ' percent'),
  keptPoints: whole(1, 101),
  restorePercent: real(0, 1000, ' percent'),
  taskSlots: whole(1, 64),
  connectionsPerSlot: whole(1, 256),
  lockSeconds: whole(1, 3600, ' seconds'),
  deleteBatch: whole(1, 1000),
  maxBytes: whole(1, 1024 * 1024 * GIB, ' bytes'),
  maxMinutes: real(0.01, 10_000, ' minutes'),
};

/** Throws BenchRefusal where a value is out of its range. */
export function loadSettings(given: Partial<LoadSettings>): LoadSettings {
  const settings: LoadSettings = { ...DEFAULT_LOAD, ...given };
  for (const [name, { from, to, unit, isWhole }] of Object.entries(RULES)) {
    const value = settings[name as NumberSetting];
    const fits = value >= from && value <= to && (!isWhole || Number.isInteger(value));
    if (!fits) {
      const kind = isWhole ? 'a whole number' : 'a number';
      throw new BenchRefusal(
        `the load's ${name} is ${value}: it must be ${kind} from ${from} to ${to}${unit}.`,
      );
    }
  }
  if (settings.machineBytes < settings.blockBytes) {
    throw new BenchRefusal(
      `the load's machineBytes is ${settings.machineBytes}, less than one block of ${settings.blockBytes} bytes.`,
    );
  }
  return settings;
}

/** Bodies in memory at a time, for all connections together. */
const BODY_MEMORY_BYTES = 256 * MIB;

/** Calls at a time: task slots × connections, fewer where the blocks of all would take too much memory. */
export function widthOf({ taskSlots, connectionsPerSlot, blockBytes, compression }: LoadSettings): number {
  const fitting = Math.max(1, Math.floor(BODY_MEMORY_BYTES / (blockBytes * compression)));
  return Math.min(taskSlots * connectionsPerSlot, fitting);
}
