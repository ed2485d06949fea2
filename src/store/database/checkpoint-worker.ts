// The thread that moves the write-ahead log into the database file, so that the event loop of the store never waits for it.
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { type CheckpointAnswer, checkpointFailure } from './checkpoint-answer.ts';

if (parentPort === null) throw new Error('checkpoint-worker.ts runs as a worker thread only');
const port = parentPort;
const database = new DatabaseSync((workerData as { readonly file: string }).file, { timeout: 1_000 });
// The log and then the database file are synced in each round.
database.exec('PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -256;');
const checkpoint = database.prepare('PRAGMA wal_checkpoint(PASSIVE)');

port.on('message', (message: 'round' | 'end') => {
  if (message === 'end') {
    database.close();
    port.close();
  } else {
    port.postMessage(round());
  }
});

function round(): CheckpointAnswer {
  try {
    checkpoint.get();
    return { failure: undefined };
  } catch (error) {
    return { failure: checkpointFailure(error) };
  }
}
