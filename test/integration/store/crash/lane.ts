// One store under load that is killed again and again, and after each start is held against what it acknowledged.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedStore } from '../../../support/embedded-store.ts';
import { checkDisk, checkSums, checkWhole } from './disk.ts';
import { BUCKETS, Journal, LOCKED, PLAIN } from './journal.ts';
import type { Random } from './random.ts';
import { bytesKnown, readBack, settle } from './settle.ts';
import { StoreClient } from './store-client.ts';
import { Worker } from './worker.ts';

/** Every so many starts everything is read and verified, not only what was touched. */
const WHOLE_EVERY = 25;
const FLOODS = 0.15;

export interface LaneOptions {
  readonly name: string;
  readonly random: Random;
  /** Where the data directory is now; a lane that loses power goes on in another one. */
  readonly dataDirectory: () => string;
  readonly kills: number;
  /** Between a kill and the next start. */
  readonly afterKill?: () => Promise<void>;
  /** How long the load runs at the most before a kill. */
  readonly longestMs: number;
  /** Clients at the same time. */
  readonly workers: number;
}

export interface LaneReport {
  readonly kills: number;
  readonly acknowledged: number;
  readonly versions: number;
  readonly readBack: number;
  /** Rounds in which the log of the catalog was moved under load. */
  readonly logMoved: number;
}

/** Rejects with what the store lost, kept wrongly or answered wrongly, and says after how many kills. */
export async function runLane(options: LaneOptions): Promise<LaneReport> {
  const lane = new Lane(options);
  try {
    return await lane.run();
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new Error(`${options.name}, after ${lane.kills} kills: ${said}\n${lane.output()}`, {
      cause: error,
    });
  }
}

class Lane {
  readonly #options: LaneOptions;
  readonly #random: Random;
  readonly #journals: readonly Journal[];
  readonly #workers: readonly Worker[];
  #store: EmbeddedStore | undefined;
  #readBack = 0;
  #logMoved = 0;
  kills = 0;

  constructor(options: LaneOptions) {
    this.#options = options;
    this.#random = options.random;
    this.#journals = Array.from({ length: options.workers }, () => new Journal());
    this.#workers = this.#journals.map(
      (journal, index) => new Worker(`worker ${index}`, journal, options.random.fork(`worker ${index}`)),
    );
  }

  output(): string {
    return this.#store?.output().slice(-3000) ?? '';
  }

  async run(): Promise<LaneReport> {
    try {
      await this.#makeBuckets();
      while (this.kills < this.#options.kills) {
        const store = await this.#start();
        await this.#check(store, this.kills % WHOLE_EVERY === WHOLE_EVERY - 1);
        await this.#loadAndKill(store);
      }
      const store = await this.#start();
      await this.#check(store, true);
      await store.stop();
      await checkWhole(store.dataDirectory);
      return {
        kills: this.kills,
        acknowledged: this.#journals.reduce((sum, { acknowledged }) => sum + acknowledged, 0),
        versions: this.#journals.reduce((sum, journal) => sum + [...journal.versions()].length, 0),
        readBack: this.#readBack,
        logMoved: this.#logMoved,
      };
    } finally {
      await this.#store?.kill();
    }
  }

  async #makeBuckets(): Promise<void> {
    const store = await this.#start();
    await using client = new StoreClient(store.target);
    await client.expect([200], { method: 'PUT', target: `/${PLAIN}`, body: '' });
    const headers = { 'x-amz-bucket-object-lock-enabled': 'true' };
    await client.expect([200], { method: 'PUT', target: `/${LOCKED}`, headers, body: '' });
    await store.stop();
  }

  /** Sometimes it is killed while it starts, too. */
  async #start(): Promise<EmbeddedStore> {
    while (this.kills < this.#options.kills && this.kills > 0 && this.#random.chance(0.12)) {
      const begun = EmbeddedStore.begin({ dataDirectory: this.#options.dataDirectory() });
      this.#store = begun;
      await Promise.race([begun.ready().catch(() => {}), sleep(this.#random.between(0, 250))]);
      await this.#kill(begun);
    }
    this.#store = await EmbeddedStore.start({ dataDirectory: this.#options.dataDirectory() });
    return this.#store;
  }

  async #kill(store: EmbeddedStore): Promise<void> {
    await store.kill();
    this.kills += 1;
    await this.#options.afterKill?.();
  }

  async #loadAndKill(store: EmbeddedStore): Promise<void> {
    let isOver = false;
    const load = this.#random.chance(FLOODS) ? 'flood' : 'mixed';
    const longestMs = load === 'flood' ? 6 * this.#options.longestMs : this.#options.longestMs;
    const before = await this.#databaseTime(store);
    const working = Promise.all(this.#workers.map((worker) => worker.run(store.target, load, () => isOver)));
    const ended = working.then(
      () => undefined,
      (error: unknown) => error,
    );
    await Promise.race([ended, sleep(this.#random.between(1, longestMs))]);
    if ((await this.#databaseTime(store)) !== before) this.#logMoved += 1;
    switch (this.#random.weighted({ kill: 85, killWhileItStops: 10, stop: 5 })) {
      case 'kill':
        await this.#kill(store);
        break;
      case 'killWhileItStops':
        void store.stop(1000).catch(() => {});
        await sleep(this.#random.between(0, 60));
        await this.#kill(store);
        break;
      case 'stop':
        // What is under way is finished, and the exit code is 0.
        await store.stop(5000);
    }
    isOver = true;
    const error = await ended;
    if (error !== undefined) throw error;
  }

  /** Between starts the database file changes only where the log is moved into it. */
  async #databaseTime({ dataDirectory }: EmbeddedStore): Promise<number> {
    return (await stat(join(dataDirectory, 'store.db'))).mtimeMs;
  }

  async #check(store: EmbeddedStore, isWhole: boolean): Promise<void> {
    await checkDisk(store.dataDirectory);
    await using client = new StoreClient(store.target);
    await settle(client, this.#journals);
    for (const bucket of BUCKETS) {
      const { bucketBytes } = await store.capacity(bucket);
      const known = bytesKnown(this.#journals, bucket);
      if (bucketBytes !== known) throw new Error(`${bucket}: ${bucketBytes} bytes used, ${known} written`);
    }
    this.#readBack += await readBack(
      client,
      this.#journals,
      isWhole ? { all: true } : { others: 8, random: this.#random },
    );
    await checkSums(store.dataDirectory);
    if (isWhole) await checkWhole(store.dataDirectory);
  }
}
