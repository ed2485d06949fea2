// Progress of something long: one line that is written over on a terminal, now and then a line of its own elsewhere.

export interface ProgressOutput {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const TERMINAL_EVERY_MS = 100;
const PLAIN_EVERY_MS = 30_000;

export class ProgressLine {
  readonly #output: ProgressOutput;
  readonly #now: () => number;
  #nextMs: number;
  #isShown = false;

  /** `now` is monotonic milliseconds. */
  constructor(output: ProgressOutput, now: () => number) {
    this.#output = output;
    this.#now = now;
    // What is over soon needs no line of its own.
    this.#nextMs = output.isTTY ? now() : now() + PLAIN_EVERY_MS;
  }

  /** May be called as often as one likes. */
  show(text: () => string): void {
    const nowMs = this.#now();
    if (nowMs < this.#nextMs) return;
    this.#nextMs = nowMs + (this.#output.isTTY ? TERMINAL_EVERY_MS : PLAIN_EVERY_MS);
    this.#isShown = true;
    this.#output.write(this.#output.isTTY ? `\r\x1b[K${text()}` : `${text()}\n`);
  }

  /** Makes room for what is printed next. */
  clear(): void {
    if (this.#isShown && this.#output.isTTY) this.#output.write('\r\x1b[K');
    this.#isShown = false;
  }
}
