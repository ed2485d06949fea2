// A walk over a stand-in store, with a clock that a test sets and without pauses.
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import {
  type S3WalkCapacity,
  type S3WalkOptions,
  s3WalkCapacity,
} from '../../../src/capacity/providers/s3-walk.ts';
import { Secret } from '../../../src/secret.ts';
import {
  type ListingStandIn,
  type Manner,
  type StoodBucket,
  type StoodVersion,
  startListingStandIn,
} from './s3-walk-stand-in.ts';

export const HOUR_MS = 3_600_000;
export const MANNERS: readonly Manner[] = ['encoded', 'plain markers', 'unsaid', 'never'];
export const patience = () => AbortSignal.timeout(10_000);
/** No pause at all. */
export const noPause = async (_ms: number, signal: AbortSignal) => signal.throwIfAborted();

export function optionsOf(store: ListingStandIn, changed: Partial<S3WalkOptions> = {}): S3WalkOptions {
  return {
    endpoints: [store.url],
    addressing: 'path',
    accessKeyId: 'AK',
    secret: new Secret('s'),
    region: 'us-east-1',
    database: undefined,
    onTrouble: (message) => {
      throw new Error(message);
    },
    now: Date.now,
    sleep: noPause,
    ...changed,
  };
}

export const version = (key: string, size?: bigint, isLatest = true, id = 'v'): StoodVersion => ({
  key,
  id,
  isLatest,
  ...(size === undefined ? {} : { size }),
});
export const numbered = (count: number): StoodVersion[] =>
  Array.from({ length: count }, (_, index) =>
    version(`k${String(index).padStart(5, '0')}`, BigInt(index + 1)),
  );
export const sumTo = (count: number) => (BigInt(count) * BigInt(count + 1)) / 2n;
export const LITTLE: StoodBucket = {
  versions: [
    version('a', undefined),
    version('a', 5n, false, 'old'),
    version('b', 2n ** 60n),
    version('c', 0n),
  ],
  uploads: [
    { key: 'd', id: 'u1', parts: [7n, 7n, 7n, 1n, 1n] },
    { key: 'd', id: 'u2', parts: [] },
  ],
};
export const NO_VERSIONS = {
  body: '<ListVersionsResult><IsTruncated>false</IsTruncated></ListVersionsResult>',
};
export const LITTLE_SUM = 2n ** 60n + 5n;

export interface ListedStore {
  /** Bucket `b` is LITTLE; fresh for each test. */
  readonly store: ListingStandIn;
  /** What the walks take for now. */
  nowMs: number;
  /** Closed after the test. */
  walker(changed?: Partial<S3WalkOptions>): S3WalkCapacity;
  /** The requests for pages of listings, those of parts left out. */
  listings(): readonly string[];
}

export const usedOf = async (provider: S3WalkCapacity, bucket = 'b') =>
  (await provider.measure(bucket, patience())).used;

/** Call at the top of a file; the store is there from its first test on. */
export function useListedStore(): ListedStore {
  let store: ListingStandIn | undefined;
  const made: S3WalkCapacity[] = [];
  const at: ListedStore = {
    get store() {
      if (store === undefined) throw new Error('the store is not there yet');
      return store;
    },
    nowMs: 0,
    walker(changed = {}) {
      const provider = s3WalkCapacity(optionsOf(at.store, { now: () => at.nowMs, ...changed }));
      made.push(provider);
      return provider;
    },
    listings: () => at.store.targets.filter((target) => !target.includes('uploadId')),
  };
  beforeAll(async () => {
    store = await startListingStandIn();
  });
  afterAll(() => store?.close());
  beforeEach(() => {
    at.nowMs = 1_000_000;
    at.store.manner = 'encoded';
    at.store.instead = () => undefined;
    at.store.buckets.clear();
    at.store.buckets.set('b', LITTLE);
    at.store.targets.length = 0;
  });
  afterEach(() => {
    for (const provider of made.splice(0)) provider.close();
  });
  return at;
}
