// When the write-ahead log is moved into the database file: in the background while it grows, and with the writer held
// back for a short round when it is long, because only a log that is wholly moved starts again from its beginning.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { CheckpointAnswer } from './checkpoint-answer.ts';

/** Pages of 4 KiB. */
export const CHECKPOINT_FROM_FRAMES = 4_096;
export const HOLD_BACK_FROM_FRAMES = 16_384;

/** The log as it is: pages in it, and how many of them are in the database file already. */
export interface LogState {
  readonly frames: number;
  readonly moved: number;
}

export interface CheckpointerOptions {
  /** The database file. */
  readonly file: string;
  readonly logState: () => LogState;
  readonly onLog: (
    level: 'warn' | 'error',
    message: string,
    fields: Readonly<Record<string, unknown>>,
  ) => void;
  /** Moving failed for good. */
  readonly onFatal: (error: Error) => void;
  readonly checkpointFromFrames?: number;
  readonly holdBackFromFrames?: number;
}

export class Checkpointer {
  readonly #options: CheckpointerOptions;
  readonly #fromFrames: number;
  readonly #holdBackFrames: number;
  readonly #worker: Worker;
  readonly #ended: Promise<unknown>;
  #round: { readonly done: Promise<void>; readonly finish: () => void } | undefined;
  #nextHoldBack: number;
  #over = false;

  constructor(options: CheckpointerOptions) {
    this.#options = options;
    this.#fromFrames = options.checkpointFromFrames ?? CHECKPOINT_FROM_FRAMES;
    this.#holdBackFrames = options.holdBackFromFrames ?? HOLD_BACK_FROM_FRAMES;
    this.#nextHoldBack = this.#holdBackFrames;
    // In a checkout the sources run as they are; in a built package the same file is JavaScript.
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    this.#worker = new Worker(new URL(`./checkpoint-worker.${extension}`, import.meta.url), {
      workerData: { file: options.file },
      execArgv: [],
      // It keeps next to nothing.
      resourceLimits: { maxYoungGenerationSizeMb: 4 },
    });
    this.#ended = once(this.#worker, 'exit').catch(() => undefined);
    this.#worker.on('message', (answer: CheckpointAnswer) => this.#roundEnded(answer));
    this.#worker.on('error', (error) => this.#died(error));
    this.#worker.on('exit', () => this.#died(new Error('the checkpoint thread ended')));
  }

  /** Looks at the log after a commit and has it moved where there is enough of it. */
  afterCommit(): void {
    const { frames, moved } = this.#options.logState();
    if (frames < this.#nextHoldBack && frames - moved >= this.#fromFrames) void this.#startRound();
  }

  /**
   * Has it moved whatever its length: a log that starts again needs no more room than it has. Resolves when that was tried,
   * so the first call also waits for the thread to have opened the database.
   */
  moveNow(): Promise<void> {
    return this.#startRound();
  }

  /** A promise where the next transaction has to wait: the log is long and can start again when all of it is moved. */
  holdBack(): Promise<void> | undefined {
    if (this.#over) return undefined;
    const { frames, moved } = this.#options.logState();
    if (frames < this.#holdBackFrames) this.#nextHoldBack = this.#holdBackFrames;
    if (frames < this.#nextHoldBack || frames === moved) return undefined;
    // A round in the background may still take long; held back is only for a round that finds little left.
    if (this.#round !== undefined && frames < this.#nextHoldBack + this.#holdBackFrames) return undefined;
    return this.#holdBackForRound(frames);
  }

  async close(): Promise<void> {
    this.#over = true;
    this.#worker.postMessage('end');
    await this.#ended;
  }

  async #holdBackForRound(frames: number): Promise<void> {
    await this.#round?.done;
    await this.#startRound();
    // Where a reader elsewhere keeps the log from starting again, do not hold back for each group.
    this.#nextHoldBack = frames + this.#holdBackFrames;
  }

  #startRound(): Promise<void> {
    if (this.#over) return Promise.resolve();
    if (this.#round === undefined) {
      const { promise: done, resolve: finish } = Promise.withResolvers<void>();
      this.#round = { done, finish };
      this.#worker.postMessage('round');
    }
    return this.#round.done;
  }

  #roundEnded({ failure }: CheckpointAnswer): void {
    const round = this.#round;
    this.#round = undefined;
    if (failure?.passing === true) {
      this.#options.onLog('warn', 'the write-ahead log of the catalog could not be moved', {
        reason: failure.message,
      });
    } else if (failure) {
      this.#options.onFatal(new Error(`moving the write-ahead log failed: ${failure.message}`));
    }
    round?.finish();
  }

  #died(error: Error): void {
    const expected = this.#over;
    this.#over = true;
    this.#round?.finish();
    this.#round = undefined;
    if (!expected) this.#options.onFatal(error);
  }
}
