// What is kept of a load run so that it can go on after it was ended: seeds and counters, no keys of blocks.
import { readFileSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { BenchRefusal, type BenchTarget } from '../runtime/bench-target.ts';
import type { CapacitySample, LoadPhase } from './load-result.ts';
import type { SeriesState } from './load-series.ts';
import type { LoadSettings } from './load-settings.ts';
import type { FiguresState } from './phase-figures.ts';

export const STATE_FORMAT = 'sosapi-gateway-bench-load/1';

export interface LoadState {
  readonly format: typeof STATE_FORMAT;
  /** Of the store: a state is of no use with another one. */
  readonly endpoint: string;
  readonly bucket: string;
  /** In the names of all that the run writes: 12 hex digits. */
  readonly runId: string;
  readonly settings: LoadSettings;
  /** Milliseconds of work so far. */
  readonly workedMs: number;
  readonly parts: number;
  /** Those that have ended. The next one is under way. */
  readonly phases: readonly LoadPhase[];
  /** The phase under way, once it has begun. */
  readonly current?: CurrentPhase;
  /** For each restore point: blocks below this place are written. */
  readonly writtenTo: readonly number[];
  /** Blocks that could not be written, as `machine/number/point`: at most as many as end a phase. */
  readonly failedBlocks: readonly string[];
  /** Milliseconds since 1970: when the last lock of a write runs out, and the last of all. */
  readonly writeLocksEndMs: number;
  readonly locksEndMs: number;
  /** Reads that gave no or wrong data, in all; and the first of them. */
  readonly wrongReads: number;
  readonly wrong: readonly string[];
  readonly series: SeriesState;
  readonly capacity: readonly CapacitySample[];
}

export interface CurrentPhase {
  readonly startMs: number;
  readonly tookMs: number;
  readonly waitedMs: number;
  /** Jobs below this number are done, in phases that count jobs. */
  readonly doneTo: number;
  readonly figures: FiguresState;
}

/** Undefined where there is no such file. Throws BenchRefusal where it is no state of this store and these settings. */
export function readLoadState(
  file: string,
  { endpoint, bucket }: Pick<BenchTarget, 'endpoint' | 'bucket'>,
  given: Partial<LoadSettings>,
): LoadState | undefined {
  const text = readIfThere(file);
  if (text === undefined) return undefined;
  const state = parse(text);
  if (state === undefined) {
    throw new BenchRefusal(`--state ${file} is no state of a load run: name another file, or delete it.`);
  }
  if (state.endpoint !== endpoint.href || state.bucket !== bucket) {
    throw new BenchRefusal(
      `--state ${file} is of the bucket "${state.bucket}" at ${state.endpoint}: name another file, or that bucket.`,
    );
  }
  const other = Object.entries(given).find(
    ([name, value]) => value !== undefined && state.settings[name as keyof LoadSettings] !== value,
  );
  if (other !== undefined) {
    const [name] = other;
    throw new BenchRefusal(
      `--state ${file} is of a run with ${name} ${state.settings[name as keyof LoadSettings]}: a run that goes on keeps its settings, so leave them out.`,
    );
  }
  return state;
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new BenchRefusal(`--state ${file} cannot be read (${code}).`, { cause: error });
  }
}

function parse(text: string): LoadState | undefined {
  try {
    const state = JSON.parse(text) as Partial<LoadState> | null;
    const isState =
      state?.format === STATE_FORMAT &&
      /^[0-9a-f]{12}$/.test(state.runId ?? '') &&
      typeof state.settings === 'object' &&
      Array.isArray(state.writtenTo) &&
      Array.isArray(state.phases);
    return isState ? (state as LoadState) : undefined;
  } catch {
    return undefined;
  }
}

/** Writes the state one write after another, each whole: a reader finds the one before or this one. */
export class StateFile {
  readonly #file: string | undefined;
  #last: Promise<void> = Promise.resolve();
  #isWriting = false;

  /** Without a file nothing is kept. */
  constructor(file: string | undefined) {
    this.#file = file;
  }

  /** Whether one is still being written: the next may wait. */
  get isBusy(): boolean {
    return this.#isWriting;
  }

  /** Rejects with BenchRefusal where it cannot be written. */
  save(state: LoadState): Promise<void> {
    return this.#after(async (file) => {
      await writeFile(`${file}.new`, JSON.stringify(state), { mode: 0o600 });
      await rename(`${file}.new`, file);
    });
  }

  remove(): Promise<void> {
    return this.#after((file) => rm(file, { force: true }));
  }

  #after(work: (file: string) => Promise<void>): Promise<void> {
    const file = this.#file;
    if (file === undefined) return Promise.resolve();
    const done = this.#last.then(async () => {
      this.#isWriting = true;
      try {
        await work(file);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        throw new BenchRefusal(`--state ${file} cannot be written (${code}).`, { cause: error });
      } finally {
        this.#isWriting = false;
      }
    });
    this.#last = done.catch(() => {});
    return done;
  }
}
