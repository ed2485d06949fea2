// How far a run of the bench is: one line that is written over on a terminal, a line for each case elsewhere.
import type { BenchProgress } from '../bench/runtime/run-bench.ts';

export interface ProgressOutput {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const TERMINAL_EVERY_MS = 100;
const PLAIN_EVERY_MS = 10_000;
const DEFAULT_COLUMNS = 80;

export class BenchProgressLine {
  readonly #output: ProgressOutput;
  readonly #now: () => number;
  #nextMs = 0;
  #isShown = false;

  /** `now` is monotonic milliseconds. */
  constructor(output: ProgressOutput, now: () => number) {
    this.#output = output;
    this.#now = now;
  }

  show(progress: BenchProgress): void {
    const { done, total, ended, text } = progress;
    if (this.#output.isTTY) {
      this.#overwrite(statusLine(progress), text === undefined && done === total);
    } else if (ended !== undefined) {
      this.#output.write(`[${done}/${total}] ${ended.status} ${ended.id}\n`);
    } else if (text !== undefined) {
      this.cleanup(text);
    }
  }

  cleanup(text: string): void {
    if (this.#output.isTTY) this.#overwrite(text, false);
    else if (this.#isDue(PLAIN_EVERY_MS)) this.#output.write(`${text}\n`);
  }

  /** Makes room for what is printed next. */
  clear(): void {
    if (this.#isShown) this.#output.write('\r\x1b[K');
    this.#isShown = false;
  }

  #overwrite(text: string, isLast: boolean): void {
    if (!this.#isDue(TERMINAL_EVERY_MS) && !isLast) return;
    this.#isShown = true;
    // A line that wraps could not be written over.
    this.#output.write(`\r\x1b[K${text.slice(0, (this.#output.columns ?? DEFAULT_COLUMNS) - 1)}`);
  }

  #isDue(everyMs: number): boolean {
    const nowMs = this.#now();
    if (nowMs < this.#nextMs) return false;
    this.#nextMs = nowMs + everyMs;
    return true;
  }
}

function statusLine({ done, total, current, failures, text }: BenchProgress): string {
  if (text !== undefined) return text;
  return `${done}/${total} done, ${failures} failed${current.length === 0 ? '' : `, now ${current.join(', ')}`}`;
}
