// The whole screen of a terminal: taken while something is shown, and given back as it was, whatever ends the process.
import { writeSync } from 'node:fs';
import type { ReadStream, WriteStream } from 'node:tty';
import type { Line, Span } from './top-table.ts';

export interface TerminalScreenOptions {
  readonly output: WriteStream & { readonly fd: number };
  /** Keys are read where it is a terminal, too. */
  readonly input: ReadStream | undefined;
  readonly hasColours: boolean;
  onKey(key: string): void;
  onResize(): void;
}

/** The alternate screen, without a cursor, without lines that go on in the next one (xterm, "Control Sequences"). */
const ENTER = '\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J';
const LEAVE = '\x1b[?7h\x1b[?25h\x1b[?1049l';
const STYLES: Readonly<Record<NonNullable<Span['tone']>, string>> = {
  bad: '31',
  warn: '33',
  heading: '1',
  faint: '2',
};

export class TerminalScreen {
  readonly #options: TerminalScreenOptions;
  readonly #restore = (): void => this.#leave();
  readonly #onResize = (): void => {
    // What stood there has moved.
    this.#shown = [];
    this.#cleared = true;
    this.#options.onResize();
  };
  readonly #onKey = (bytes: Buffer): void => {
    for (const key of bytes.toString('latin1')) this.#options.onKey(key);
  };
  #shown: readonly string[] = [];
  #cleared = false;
  #isOpen = false;

  constructor(options: TerminalScreenOptions) {
    this.#options = options;
  }

  get size(): { readonly columns: number; readonly rows: number } {
    const { columns, rows } = this.#options.output;
    // A terminal that does not know is as the first ones were.
    return { columns: columns || 80, rows: rows || 24 };
  }

  open(): void {
    const { input, output } = this.#options;
    this.#isOpen = true;
    process.on('exit', this.#restore);
    output.on('resize', this.#onResize);
    if (input !== undefined) {
      input.setRawMode(true);
      input.on('data', this.#onKey);
      input.resume();
    }
    output.write(ENTER);
  }

  /** Only lines that changed are written, all at once: nothing flickers. */
  draw(lines: readonly Line[]): void {
    if (!this.#isOpen) return;
    const { output } = this.#options;
    // A terminal that takes nothing now gets the next one.
    if (output.writableNeedDrain) return;
    const texts = lines.map((line) => this.#styled(line));
    const rows = Math.max(texts.length, this.#shown.length);
    let text = this.#cleared ? '\x1b[2J' : '';
    for (let row = 0; row < rows; row++) {
      const now = texts[row] ?? '';
      if (now !== (this.#shown[row] ?? '')) text += `\x1b[${row + 1};1H${now}\x1b[K`;
    }
    this.#cleared = false;
    this.#shown = texts;
    if (text !== '') output.write(text);
  }

  close(): void {
    const { input, output } = this.#options;
    process.off('exit', this.#restore);
    output.off('resize', this.#onResize);
    input?.off('data', this.#onKey);
    input?.pause();
    this.#leave();
  }

  /** Also where the process is just ending and nothing that waits is written any more. */
  #leave(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    try {
      this.#options.input?.setRawMode(false);
      writeSync(this.#options.output.fd, LEAVE);
    } catch {
      // The terminal is gone.
    }
  }

  #styled(line: Line): string {
    return line
      .map(({ text, tone }) =>
        tone === undefined || !this.#options.hasColours ? text : `\x1b[${STYLES[tone]}m${text}\x1b[0m`,
      )
      .join('')
      .trimEnd();
  }
}
