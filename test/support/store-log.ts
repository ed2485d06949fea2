// What the store itself wrote down of the requests that reached it.
import { readFile } from 'node:fs/promises';
import { ask, rawTargetOf } from './raw-target.ts';
import type { RunningStore } from './running-store.ts';
import { bucketName, targetOf } from './s3-clients.ts';
import { waitFor } from './wait.ts';

/** The lines that hold this text. Everything that reached the store before the call is in the log by then. */
export async function storeLogLines(store: RunningStore, text: string): Promise<readonly string[]> {
  const sentinel = bucketName('sentinel');
  await ask(rawTargetOf(targetOf(store)), { method: 'GET', target: `/${sentinel}/key` });
  const log = await waitFor(
    async () => {
      const read = await readFile(store.requestLog, 'utf8');
      return read.includes(sentinel) && read;
    },
    { what: "the store's log to hold our own request", timeoutMs: 15_000 },
  );
  return log.split('\n').filter((line) => line.includes(text));
}
