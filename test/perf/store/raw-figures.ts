// What the machine can do without any store: the measure that the store is held against, taken on the same file system in
// the same run. A process of its own, started by bench.ts with as many threads as there are writes in flight.
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import { join } from 'node:path';

const MIB = 1024 * 1024;

export interface RawFigures {
  /** One file, written from front to back and synced at its end. */
  readonly sequentialMiBs: number;
  /** Files of 1 MiB, each synced, 64 at once. */
  readonly parallelMiBs: number;
  readonly md5MiBs: number;
  readonly sha256MiBs: number;
}

export interface RawFiguresJob {
  readonly directory: string;
  readonly mebibytes: number;
  readonly inFlight: number;
}

const secondsSince = (startMs: number): number => (performance.now() - startMs) / 1000;

async function sequentialWrite(directory: string, mebibytes: number): Promise<number> {
  const block = Buffer.alloc(MIB, 'sequential');
  const startMs = performance.now();
  await using file = await open(join(directory, 'sequential'), 'w');
  for (let index = 0; index < mebibytes; index += 1) await file.write(block);
  await file.datasync();
  return mebibytes / secondsSince(startMs);
}

async function parallelWrites(directory: string, mebibytes: number, inFlight: number): Promise<number> {
  const block = Buffer.alloc(MIB, 'parallel');
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < mebibytes; index = next++) {
      await using file = await open(join(directory, `parallel-${index}`), 'w');
      await file.write(block);
      await file.datasync();
    }
  };
  const startMs = performance.now();
  await Promise.all(Array.from({ length: inFlight }, worker));
  return mebibytes / secondsSince(startMs);
}

/** Megabytes a second on one core, long enough that the clock of the processor has settled. */
function hashing(name: 'md5' | 'sha256'): number {
  const block = Buffer.alloc(MIB, name);
  const startMs = performance.now();
  let mebibytes = 0;
  while (secondsSince(startMs) < 1) {
    createHash(name).update(block).digest();
    mebibytes += 1;
  }
  return mebibytes / secondsSince(startMs);
}

async function measure({ directory, mebibytes, inFlight }: RawFiguresJob): Promise<RawFigures> {
  await mkdir(directory, { recursive: true });
  const own = await mkdtemp(join(directory, 'raw-'));
  try {
    return {
      sequentialMiBs: await sequentialWrite(own, mebibytes),
      parallelMiBs: await parallelWrites(own, mebibytes, inFlight),
      md5MiBs: hashing('md5'),
      sha256MiBs: hashing('sha256'),
    };
  } finally {
    await rm(own, { recursive: true });
  }
}

process.once('message', (job: RawFiguresJob) => {
  void measure(job).then((figures) => process.send?.(figures, () => process.disconnect?.()));
});
