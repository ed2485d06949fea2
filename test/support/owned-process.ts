// A child process that cannot outlive its owner: own process group, killed with this process however it ends.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync } from 'node:fs';

const SETPRIV = '/usr/bin/setpriv';
const owned = new Set<OwnedProcess>();

export interface OwnedProcessOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Takes stdout and stderr; without it they are pipes on `child`. */
  readonly logFile?: string;
  /** Gives a Node.js child a channel for messages, structured clones. */
  readonly channel?: boolean;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export class OwnedProcess {
  readonly child: ChildProcess;
  readonly exited: Promise<Exit>;
  readonly #name: string;

  constructor(name: string, command: string, args: readonly string[], options: OwnedProcessOptions = {}) {
    // The kernel kills the child also where this process dies without a chance to clean up.
    const tied = existsSync(SETPRIV);
    const output = options.logFile === undefined ? 'pipe' : openSync(options.logFile, 'a');
    this.#name = name;
    this.child = spawn(
      tied ? SETPRIV : command,
      tied ? ['--pdeathsig', 'KILL', command, ...args] : [...args],
      {
        detached: true,
        stdio: ['ignore', output, output, ...(options.channel ? ['ipc' as const] : [])],
        serialization: 'advanced',
        env: options.env,
        cwd: options.cwd,
      },
    );
    owned.add(this);
    this.exited = once(this.child, 'exit').then(([code, signal]) => {
      owned.delete(this);
      return { code, signal } as Exit;
    });
    this.exited.catch(() => owned.delete(this));
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error(`${this.#name} did not start`);
    return this.child.pid;
  }

  get running(): boolean {
    return owned.has(this);
  }

  /** SIGTERM, then SIGKILL to the whole group after `graceMs`. */
  async stop(graceMs = 10_000): Promise<Exit> {
    this.signal('SIGTERM');
    const kill = setTimeout(() => this.signal('SIGKILL'), graceMs);
    try {
      return await this.exited;
    } finally {
      clearTimeout(kill);
    }
  }

  signal(signal: NodeJS.Signals): void {
    if (!this.running || this.child.pid === undefined) return;
    try {
      process.kill(-this.child.pid, signal);
    } catch {
      // Gone between the look and the kill.
    }
  }
}

/** Ends everything this process still owns, at once. */
export function killOwned(): void {
  for (const process of owned) process.signal('SIGKILL');
}

process.on('exit', killOwned);

/** Runs a command to its end; its stdout, or an error that shows its stderr. */
export async function run(
  command: string,
  args: readonly string[],
  env?: NodeJS.ProcessEnv,
): Promise<string> {
  const process = new OwnedProcess(command, command, args, env === undefined ? {} : { env });
  let out = '';
  let err = '';
  process.child.stdout?.on('data', (chunk) => {
    out += chunk;
  });
  process.child.stderr?.on('data', (chunk) => {
    err += chunk;
  });
  const closed = once(process.child, 'close');
  const { code } = await process.exited;
  await closed;
  if (code !== 0) throw new Error(`${command} ${args.join(' ')}: exit ${code}\n${err}`);
  return out;
}
