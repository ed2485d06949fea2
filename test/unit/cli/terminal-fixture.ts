// The command on a terminal of its own, made by script(1): its size, its keys, what it shows, and how it was left.
import { execFileSync } from 'node:child_process';
import { type FileHandle, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { OwnedProcess } from '../../support/owned-process.ts';
import { waitFor } from '../../support/wait.ts';
import { MAIN, NODE } from './cli-fixture.ts';
import { TerminalScreenReader } from './terminal-screen-reader.ts';

export interface TerminalOptions {
  /** A directory for what the two sides tell each other. */
  readonly cwd: string;
  readonly columns: number;
  readonly rows: number;
  readonly env?: NodeJS.ProcessEnv;
}

/** `exec`, so that the process that is asked for is the one whose id is written. */
const SCRIPT = (args: readonly string[], { columns, rows }: TerminalOptions): string =>
  [
    `stty rows ${rows} cols ${columns}`,
    'tty > tty',
    'stty -g > before',
    `sh -c 'echo $$ > pid; exec ${[NODE, MAIN, ...args].join(' ')}'`,
    'echo $? > code',
    'stty -g > after',
  ].join('; ');

export class Terminal implements AsyncDisposable {
  readonly process: OwnedProcess;
  readonly #cwd: string;
  readonly #keys: FileHandle;
  screen: TerminalScreenReader;
  /** All that was written. */
  text = '';

  private constructor(args: readonly string[], options: TerminalOptions, keys: FileHandle) {
    this.#cwd = options.cwd;
    this.#keys = keys;
    this.screen = new TerminalScreenReader(options.columns, options.rows);
    const command = `exec script -qefc "$COMMAND" /dev/null < keys`;
    this.process = new OwnedProcess('a terminal', 'sh', ['-c', command], {
      cwd: options.cwd,
      env: {
        PATH: process.env['PATH'],
        TERM: 'xterm-256color',
        SHELL: '/bin/sh',
        COMMAND: SCRIPT(args, options),
        ...options.env,
      },
    });
    this.process.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.text += text;
      this.screen.write(text);
    });
    this.process.child.stderr?.resume();
  }

  static async start(args: readonly string[], options: TerminalOptions): Promise<Terminal> {
    const fifo = join(options.cwd, 'keys');
    await rm(fifo, { force: true });
    execFileSync('mkfifo', [fifo]);
    // Both ways, so that neither side waits for the other.
    return new Terminal(args, options, await open(fifo, 'r+'));
  }

  async press(keys: string): Promise<void> {
    await this.#keys.write(keys);
  }

  /** As a window is made larger: what it shows from then on. */
  async resize(columns: number, rows: number): Promise<void> {
    this.screen = new TerminalScreenReader(columns, rows);
    this.screen.isAlternate = true;
    execFileSync('stty', ['-F', await this.#told('tty'), 'rows', String(rows), 'cols', String(columns)]);
  }

  async signal(signal: NodeJS.Signals): Promise<void> {
    process.kill(Number(await this.#told('pid')), signal);
  }

  shows(text: string | RegExp): Promise<unknown> {
    const wanted =
      typeof text === 'string'
        ? (shown: string) => shown.includes(text)
        : (shown: string) => text.test(shown);
    return waitFor(() => wanted(this.screen.text), { what: `the screen to show ${text}`, everyMs: 20 }).catch(
      (error: unknown) => {
        throw new Error(`instead there is:\n${this.screen.text}`, { cause: error });
      },
    );
  }

  /** Its exit code, when it has ended, and whether the terminal is as it was. */
  async ended(): Promise<{ readonly code: number; readonly isAsBefore: boolean }> {
    await this.process.exited;
    const [code, before, after] = await Promise.all(
      ['code', 'before', 'after'].map((name) => this.#told(name)),
    );
    return { code: Number(code), isAsBefore: before === after };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.process.stop(2_000);
    await this.#keys.close();
  }

  async #told(name: string): Promise<string> {
    return waitFor(async () => (await readFile(join(this.#cwd, name), 'utf8').catch(() => '')).trim(), {
      what: `the file ${name}`,
      everyMs: 10,
    });
  }
}
