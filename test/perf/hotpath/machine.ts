// What this run stands on: for the heading and the JSON file.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { cpus, release, totalmem } from 'node:os';
import { promisify } from 'node:util';
import { describeCores, parseCores, planCores } from './cores.ts';
import { canPin } from './pinned-process.ts';

const execute = promisify(execFile);

export async function allowedCores(): Promise<readonly number[]> {
  const status = await readFile('/proc/self/status', 'utf8');
  const cores = parseCores(/^Cpus_allowed_list:\s*(.*)$/m.exec(status)?.[1] ?? '');
  return cores.length === 0 ? [0] : cores;
}

export async function describeMachine(given: {
  readonly cores: readonly number[];
  readonly nginx: string | undefined;
  readonly haproxy: string | undefined;
  readonly sink: string;
}): Promise<Readonly<Record<string, string>>> {
  const { cores, nginx, haproxy, sink } = given;
  return {
    CPU: `${cpus()[0]?.model.trim() ?? 'of an unknown kind'}, ${cores.length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`,
    kernel: `Linux ${release()}`,
    'Node.js': process.version,
    nginx: await versionOf(nginx, ['-v']),
    HAProxy: await versionOf(haproxy, ['-v']),
    sink,
    cores: describeCores(planCores(cores, 1), canPin),
  };
}

/** The version from the first line that a program prints of itself, to whichever stream. */
async function versionOf(command: string | undefined, args: readonly string[]): Promise<string> {
  if (command === undefined) return 'not installed';
  const { stdout, stderr } = await execute(command, args);
  return /\d+\.\d+[\w.+-]*/.exec(stdout + stderr)?.[0] ?? 'unknown';
}
