// What a process and all that it started have taken: processor time and resident memory, from /proc.
import { readdir, readFile } from 'node:fs/promises';

/** Linux counts the times of /proc/PID/stat in hundredths of a second for programs, whatever the kernel's own tick (time(7)). */
const MICROS_PER_TICK = 10_000;
const KIB = 1024;

export interface ProcessStat {
  readonly pid: number;
  readonly parent: number;
  /** User and system, its own and that of children that ended and were waited for. */
  readonly cpuMicros: number;
  /** By SIGSTOP or the like. */
  readonly isStopped: boolean;
}

/** The text of /proc/PID/stat, proc_pid_stat(5); undefined where it is something else. */
export function parseStat(text: string): ProcessStat | undefined {
  // The name stands in parentheses and may hold spaces and parentheses itself.
  const close = text.lastIndexOf(')');
  const pid = Number.parseInt(text, 10);
  const fields = text.slice(close + 2).split(' ');
  if (close < 0 || Number.isNaN(pid) || fields.length < 15) return undefined;
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return { pid, parent: Number(fields[1]), cpuMicros: ticks * MICROS_PER_TICK, isStopped: fields[0] === 'T' };
}

/** The root, its children, theirs, and so on, in no order. */
export function treeOf(root: number, all: readonly ProcessStat[]): readonly ProcessStat[] {
  const members = all.filter(({ pid }) => pid === root);
  const known = new Set([root]);
  for (let before = -1; before !== known.size; ) {
    before = known.size;
    for (const stat of all) {
      if (known.has(stat.pid) || !known.has(stat.parent)) continue;
      known.add(stat.pid);
      members.push(stat);
    }
  }
  return members;
}

/** Throws where the root is gone: a proxy that ended has no figures. */
export async function readTree(root: number): Promise<readonly ProcessStat[]> {
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const texts = await Promise.all(names.map((name) => readIfThere(`/proc/${name}/stat`)));
  const all = texts.map((text) => (text === undefined ? undefined : parseStat(text)));
  const tree = treeOf(
    root,
    all.filter((stat) => stat !== undefined),
  );
  if (tree.length === 0) throw new Error(`process ${root} has ended`);
  return tree;
}

export async function cpuMicrosOf(root: number): Promise<number> {
  return (await readTree(root)).reduce((sum, { cpuMicros }) => sum + cpuMicros, 0);
}

export interface TreeMemory {
  /** Sum of what is resident now. */
  readonly nowBytes: number;
  /** Sum of the highest that each process ever had: an upper bound of the highest sum. */
  readonly peakBytes: number;
}

/**
 * What the tree holds now, in bytes, each page counted once: the processes share the pages of Node.js itself, which a sum of
 * resident sizes counts for each of them.
 */
export async function proportionalMemoryOf(root: number): Promise<number> {
  const tree = await readTree(root);
  const texts = await Promise.all(tree.map(({ pid }) => readIfThere(`/proc/${pid}/smaps_rollup`)));
  return texts.reduce((total, text) => total + statusBytes(text ?? '', 'Pss'), 0);
}

export async function memoryOf(root: number): Promise<TreeMemory> {
  const tree = await readTree(root);
  const texts = await Promise.all(tree.map(({ pid }) => readIfThere(`/proc/${pid}/status`)));
  const sum = (name: string): number =>
    texts.reduce((total, text) => total + statusBytes(text ?? '', name), 0);
  return { nowBytes: sum('VmRSS'), peakBytes: sum('VmHWM') };
}

/** A line such as `VmRSS:  1234 kB` of /proc/PID/status in bytes; 0 where there is none, as for one that just ended. */
export function statusBytes(text: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) * KIB;
}

/** Undefined for one that ended between the look and the read. */
async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw error;
  }
}
