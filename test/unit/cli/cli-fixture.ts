// The command as users run it, in a directory of its own, with nothing of this machine's configuration.
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OwnedProcess } from '../../support/owned-process.ts';
import { waitFor } from '../../support/wait.ts';

const ROOT = new URL('../../..', import.meta.url).pathname;
export const MAIN = join(ROOT, 'src/cli/main.ts');
export const NODE = join(ROOT, 'node_modules/.bin/node');

/** Free ports, whatever else runs here. */
export const FREE_PORTS = { SOSAPI_PORT: '0', SOSAPI_ADMIN_PORT: '0' };

export interface Line {
  readonly msg?: string;
  readonly [name: string]: unknown;
}

export interface CommandOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Needs script(1). Its own process id is then in a file. */
  readonly onTerminal?: boolean;
}

const PID_FILE = '.pid';

export class Command implements AsyncDisposable {
  readonly process: OwnedProcess;
  out = '';
  err = '';
  readonly #closed: Promise<unknown>;
  readonly #cwd: string;

  constructor(args: readonly string[], { cwd, env = {}, onTerminal = false }: CommandOptions) {
    this.#cwd = cwd;
    const words = [NODE, MAIN, ...args];
    const shown = ['script', '-qefc', `echo $$ > ${PID_FILE}; exec ${words.join(' ')}`, '/dev/null'];
    const [command = '', ...rest] = onTerminal ? shown : words;
    this.process = new OwnedProcess('sosapi-gateway', command, rest, {
      cwd,
      env: { PATH: process.env['PATH'], ...env },
    });
    const { child } = this.process;
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.out += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.err += text;
    });
    this.#closed = once(child, 'close');
  }

  /** The JSON lines of the log so far. */
  get lines(): readonly Line[] {
    const whole = this.out.slice(0, this.out.lastIndexOf('\n') + 1);
    return whole
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Line);
  }

  /** Waits until what it wrote satisfies that; fails where it ended before. */
  until<T>(probe: () => T | undefined | false, what: string): Promise<T> {
    let isOver = false;
    void this.process.exited.then(() => {
      isOver = true;
    });
    return waitFor(
      () => {
        const found = probe();
        if (isOver && (found === undefined || found === false))
          throw new Error(`it ended: ${this.out}${this.err}`);
        return found;
      },
      { what, everyMs: 5 },
    );
  }

  /** SIGTERM to the command itself, where it runs on a terminal. */
  async endOnTerminal(): Promise<number | null> {
    process.kill(Number(await readFile(join(this.#cwd, PID_FILE), 'utf8')), 'SIGTERM');
    return this.code();
  }

  /** Its exit code, when all that it wrote has come. */
  async code(): Promise<number | null> {
    const { code } = await this.process.exited;
    await this.#closed;
    return code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.process.running) await this.process.stop(20_000);
  }
}

/** Runs a command to its end. */
export async function ran(
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = {},
): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }> {
  const command = new Command(args, { cwd, env });
  return { code: await command.code(), out: command.out, err: command.err };
}

/** A directory that is gone with the test. */
export async function scratch(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'cli-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
