// What V8 does with its heap by habit and a process that serves S3 has no use for.
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Both take effect while a process runs, too. Measured with Node 24.21, 2026-11-22. */
export const HEAP_HABITS: readonly string[] = [
  // Code that a few collections found unused is dropped, as if nobody would ask again. After a pause the next requests pay for
  // that: capacity.xml took 52 us of processor time instead of 36.
  '--no-flush-bytecode',
  // What a request leaves behind is dead when young objects are collected, so there is nothing to share out: threads that help
  // take more time to wake than they save. One GET at a time took 103 us of processor time with them and 83 without.
  '--no-parallel-scavenge',
];

/**
 * What a worker is started with: there are many, and each has a heap. Hundreds of requests under way outlive any nursery, so what
 * they leave behind is garbage among the old objects. V8 lets those grow to four times of what is alive, this to twice as much; a
 * nursery of 4 MiB sends fewer of them there than one of 2. 512 connections at two workers, ten minutes: 330 MiB at most, and 460 with
 * 2 MiB and V8's own growth, which took more processor time, too: 2 to 23 % for 4 KiB, 6 to 8 % for 1 MiB. A growth of 50 % took a
 * third more for 4 KiB on 256 connections (Node 24.21, 2026-11-23).
 */
export const WORKER_HEAP: readonly string[] = [
  '--max-semi-space-size=4',
  '--heap-growing-percent=100',
  ...HEAP_HABITS,
];

/** In this process; a new one can be started with them. */
export function breakHeapHabits(): void {
  for (const flag of HEAP_HABITS) setFlagsFromString(flag);
}

/**
 * Gives back what the start took, and keeps the part of the heap small that young objects live in (the nursery), for a process that
 * leaves the serving to others: 85 MiB instead of 125, for 70 ms once. Not for one that serves: its nursery could not grow again,
 * and a GET of 4 KiB took 71 to 79 us instead of 54.
 */
export function shrinkHeap(): void {
  setFlagsFromString(growthBy(1));
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('globalThis.gc');
  setFlagsFromString('--no-expose-gc');
  if (typeof collect === 'function') collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}

/** Two halves of 8 MiB, of which one is in use. */
const NURSERY_BYTES = 2 * 8 * 1024 * 1024;
const LOOK_EVERY_MS = 50;

/**
 * Lets that part grow to some 8 MiB and no further, for a process that serves. V8's own limit is 64 MiB on a machine with 24 GB, more
 * than a processor's cache; `--max-semi-space-size` can be given to a new process only. Gives what ends it.
 */
export function holdNursery(): () => void {
  let factor: number | undefined;
  const look = (): void => {
    const wanted = nurseryBytes() < NURSERY_BYTES ? 2 : 1;
    if (wanted !== factor) setFlagsFromString(growthBy(wanted));
    factor = wanted;
  };
  look();
  const timer = setInterval(look, LOOK_EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}

const growthBy = (factor: number): string => `--semi-space-growth-factor=${factor}`;

function nurseryBytes(): number {
  return getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')?.space_size ?? 0;
}
