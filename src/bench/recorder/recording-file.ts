// The file of a recording: made new, readable by its owner alone, one JSON line after the other.
import { once } from 'node:events';
import { open, rm } from 'node:fs/promises';
import { BenchRefusal } from '../runtime/bench-target.ts';
import type { RecordedRequest, RecordingHeader } from './recording-format.ts';

export interface RecordingFile {
  write(line: RecordedRequest | RecordingHeader): void;
  /** Resolves when all is on its way to the disk. Does not reject: what failed was told. */
  close(): Promise<void>;
  /** Closes and removes it: nothing came of the recording. */
  discard(): Promise<void>;
}

/** Waiting lines beyond this are dropped: a disk that does not follow must not eat the memory. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024;

/** Rejects with BenchRefusal where the file is there already or cannot be made. */
export async function createRecordingFile(
  path: string,
  onProblem: (text: string) => void,
): Promise<RecordingFile> {
  const handle = await open(path, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    throw new BenchRefusal(
      error.code === 'EEXIST'
        ? `--out "${path}" is there already: name a new file, a recording is never overwritten.`
        : `--out "${path}" cannot be made: ${error.message}.`,
      { cause: error },
    );
  });
  const stream = handle.createWriteStream();
  let hasFailed = false;
  let isDropping = false;
  stream.on('error', (error) => {
    hasFailed = true;
    onProblem(`the recording ends here, requests still go on: "${path}" cannot be written: ${error.message}`);
  });
  const close = async (): Promise<void> => {
    if (stream.closed) return;
    stream.end();
    await once(stream, 'close').catch(() => {});
  };
  return {
    write(line) {
      if (hasFailed) return;
      if (stream.writableLength > MAX_WAITING_BYTES) {
        if (!isDropping) onProblem(`"${path}" is written too slowly: lines are missing from here on`);
        isDropping = true;
        return;
      }
      isDropping = false;
      stream.write(`${JSON.stringify(line)}\n`);
    },
    close,
    async discard() {
      await close();
      await rm(path, { force: true });
    },
  };
}
