// Log lines to a file descriptor, without making the process wait for whoever reads them.
// Not pino's own destination: synchronous, a full pipe stops every transfer; asynchronous, its flush at the exit tries
// for ever when the reader is gone (sonic-boom 4 flushSync retries on EPIPE; seen 2026-11 with `… | head -1`).
//
// Several processes write to one descriptor, and no line may stand in the middle of another. A file keeps one write after the
// other, since they share its offset (write(2), since Linux 3.14). A pipe does so for at most PIPE_BUF bytes, 4,096 on Linux
// (pipe(7)): so lines go in pieces of whole lines up to that. A longer line is a piece of its own: where the reader is so slow
// that the pipe is full, another process's line may come into it, and whoever reads finds two lines that are no JSON.
import { fstatSync, write, writeSync } from 'node:fs';

export interface LogStream {
  write(line: string): void;
  /** Calls back once when every line so far has been written or dropped. */
  flush(callback: () => void): void;
}

const RETRY_MS = 50;
const PIPE_PIECE_BYTES = 4_096;
const FILE_PIECE_BYTES = 64 * 1024;

/** Whole lines for one write. */
interface Piece {
  text: string;
  bytes: number;
}

/** Beyond `maxWaitingBytes` lines are dropped: a reader that has stopped costs lines, not memory. */
export function createLogStream(fd: number, maxWaitingBytes = 16 * 1024 * 1024): LogStream {
  const pieceBytes = isFile(fd) ? FILE_PIECE_BYTES : PIPE_PIECE_BYTES;
  let waiting: Piece[] = [];
  let waitingBytes = 0;
  /** What is left of a piece that the system took a part of; goes before all others. */
  let rest: Buffer | undefined;
  let busy = false;
  let broken = false;
  let onFlushed: (() => void)[] = [];

  const next = (): Buffer | undefined => {
    if (rest !== undefined) return rest;
    const piece = waiting.shift();
    if (piece === undefined) return undefined;
    waitingBytes -= piece.bytes;
    return Buffer.from(piece.text);
  };

  const tellFlushed = (): void => {
    const callbacks = onFlushed;
    onFlushed = [];
    for (const callback of callbacks) callback();
  };

  const pump = (): void => {
    if (busy) return;
    const chunk = broken ? undefined : next();
    if (chunk === undefined) {
      tellFlushed();
      return;
    }
    busy = true;
    rest = undefined;
    write(fd, chunk, 0, chunk.length, null, (error, written) => {
      busy = false;
      if (error !== null && error.code !== 'EAGAIN') {
        broken = true;
        waiting = [];
      } else if (error !== null) {
        rest = chunk;
        busy = true;
        setTimeout(resume, RETRY_MS);
        return;
      } else if (written < chunk.length) {
        rest = chunk.subarray(written);
      }
      pump();
    });
  };
  const resume = (): void => {
    busy = false;
    pump();
  };

  // What is being written now is finished by the thread that writes it; here goes what still waits, as far as it goes.
  process.once('exit', () => {
    try {
      for (let chunk = broken ? undefined : next(); chunk !== undefined; chunk = next()) {
        const written = writeSync(fd, chunk);
        rest = written < chunk.length ? chunk.subarray(written) : undefined;
      }
    } catch {
      // Nobody reads any more: there is no one left to tell.
    }
  });

  return {
    write(line) {
      const bytes = Buffer.byteLength(line);
      if (broken || waitingBytes + bytes > maxWaitingBytes) return;
      const last = waiting.at(-1);
      if (last !== undefined && last.bytes + bytes <= pieceBytes) {
        last.text += line;
        last.bytes += bytes;
      } else {
        waiting.push({ text: line, bytes });
      }
      waitingBytes += bytes;
      pump();
    },
    flush(callback) {
      onFlushed.push(callback);
      pump();
    },
  };
}

function isFile(fd: number): boolean {
  try {
    return fstatSync(fd).isFile();
  } catch {
    return false;
  }
}
