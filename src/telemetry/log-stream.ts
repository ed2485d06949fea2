// Log lines to a file descriptor, without making the process wait for whoever reads them.
// Not pino's own destination: synchronous, a full pipe stops every transfer; asynchronous, its flush at the exit tries
// for ever when the reader is gone (sonic-boom 4 flushSync retries on EPIPE; seen 2026-11 with `… | head -1`).
import { write, writeSync } from 'node:fs';

export interface LogStream {
  write(line: string): void;
  /** Calls back once when every line so far has been written or dropped. */
  flush(callback: () => void): void;
}

const RETRY_MS = 50;

/** Beyond `maxWaitingBytes` lines are dropped: a reader that has stopped costs lines, not memory. */
export function createLogStream(fd: number, maxWaitingBytes = 16 * 1024 * 1024): LogStream {
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  let busy = false;
  let broken = false;
  let onFlushed: (() => void)[] = [];

  const take = (): Buffer => {
    const all = Buffer.concat(waiting);
    waiting = [];
    waitingBytes = 0;
    return all;
  };

  const tellFlushed = (): void => {
    const callbacks = onFlushed;
    onFlushed = [];
    for (const callback of callbacks) callback();
  };

  const pump = (): void => {
    if (busy) return;
    if (broken || waiting.length === 0) {
      tellFlushed();
      return;
    }
    busy = true;
    const chunk = take();
    write(fd, chunk, 0, chunk.length, null, (error, written) => {
      if (error !== null && error.code !== 'EAGAIN') {
        broken = true;
        waiting = [];
        resume();
        return;
      }
      const rest = chunk.subarray(error === null ? written : 0);
      if (rest.length > 0) {
        waiting.unshift(rest);
        waitingBytes += rest.length;
      }
      if (error !== null) {
        setTimeout(resume, RETRY_MS);
        return;
      }
      resume();
    });
  };
  const resume = (): void => {
    busy = false;
    pump();
  };

  // What is being written now is finished by the thread that writes it; here goes what still waits, as far as it goes.
  process.once('exit', () => {
    let rest = take();
    try {
      while (!broken && rest.length > 0) rest = rest.subarray(writeSync(fd, rest));
    } catch {
      // Nobody reads any more: there is no one left to tell.
    }
  });

  return {
    write(line) {
      const bytes = Buffer.from(line);
      if (broken || waitingBytes + bytes.length > maxWaitingBytes) return;
      waiting.push(bytes);
      waitingBytes += bytes.length;
      pump();
    },
    flush(callback) {
      onFlushed.push(callback);
      pump();
    },
  };
}
