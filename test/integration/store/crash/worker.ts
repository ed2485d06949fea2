// One client of the mixed load: does what a backup client does, and more, on keys of its own, and keeps the journal.
import type { RawTarget } from '../../../support/raw-target.ts';
import type { Journal } from './journal.ts';
import { copy, put, read, remove, removeMany, removeVersion } from './object-load.ts';
import type { Random } from './random.ts';
import { hold, retain, tag } from './settings-load.ts';
import { CutOffError, StoreClient } from './store-client.ts';
import { abortUpload, beginUpload, completeUpload, putPart } from './upload-load.ts';
import { type LoadKind, WorkerKeys } from './worker-keys.ts';

const OPERATIONS = {
  put,
  read,
  remove,
  removeVersion,
  removeMany,
  copy,
  tag,
  retain,
  hold,
  beginUpload,
  putPart,
  completeUpload,
  abortUpload,
};

const WEIGHTS: Readonly<Record<keyof typeof OPERATIONS, number>> = {
  put: 30,
  read: 14,
  remove: 8,
  removeVersion: 12,
  removeMany: 6,
  copy: 6,
  tag: 6,
  retain: 6,
  hold: 4,
  beginUpload: 4,
  putPart: 7,
  completeUpload: 6,
  abortUpload: 2,
};

export class Worker {
  readonly #keys: WorkerKeys;

  constructor(name: string, journal: Journal, random: Random) {
    this.#keys = new WorkerKeys(name, journal, random);
  }

  /** Works until the store is gone or `until` says so; rejects where an answer is not what it must be. */
  async run(target: RawTarget, load: LoadKind, until: () => boolean): Promise<void> {
    this.#keys.load = load;
    await using client = new StoreClient(target);
    while (!until()) {
      const next = load === 'flood' ? 'put' : this.#keys.random.weighted(WEIGHTS);
      try {
        await OPERATIONS[next](this.#keys, client);
      } catch (error) {
        if (error instanceof CutOffError) return;
        throw error;
      }
    }
  }
}
