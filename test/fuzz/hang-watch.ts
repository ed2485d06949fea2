// Ends a campaign whose case does not end: a loop that never returns cannot be interrupted from within.
import { Worker } from 'node:worker_threads';

/** Runs as a thread: it sees the counter stand still, says which case that is, and kills the process. */
const WATCH = `
const { workerData } = require('node:worker_threads');
const { writeSync } = require('node:fs');
const counter = new Int32Array(workerData.shared);
const names = Buffer.from(workerData.names);
let seen = -1;
let sinceMs = 0;
const cpuMs = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1000; };
setInterval(() => {
  const now = Atomics.load(counter, 0);
  if (now !== seen) { seen = now; sinceMs = cpuMs(); return; }
  if (now === 0 || cpuMs() - sinceMs < workerData.limitMs) return;
  const what = names.toString('utf8').replace(/\\0+$/, '');
  writeSync(1, '\\nFINDING ' + what + ' --path ' + (now - 1) + ': no end after ' + workerData.limitMs + ' ms of CPU time\\n');
  process.kill(process.pid, 'SIGKILL');
}, 1000);
`;
const NAME_BYTES = 200;

export interface HangWatch {
  /** A round begins, or (without a name) none is under way. */
  round(name: string): void;
  onCase(): void;
  close(): Promise<void>;
}

/** `limitMs` is CPU time: a busy machine is no hang. */
export function watchForHangs(limitMs: number): HangWatch {
  const shared = new SharedArrayBuffer(4);
  const names = new SharedArrayBuffer(NAME_BYTES);
  const counter = new Int32Array(shared);
  const worker = new Worker(WATCH, { eval: true, workerData: { shared, names, limitMs } });
  worker.unref();
  return {
    round(name) {
      Atomics.store(counter, 0, 0);
      new Uint8Array(names).fill(0);
      Buffer.from(names).write(name);
    },
    onCase() {
      Atomics.add(counter, 0, 1);
    },
    async close() {
      await worker.terminate();
    },
  };
}
