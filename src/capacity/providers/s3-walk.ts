// For stores that tell nothing of themselves: what a bucket holds, counted with the listings of S3, page by page.
import { setTimeout as sleepFor } from 'node:timers/promises';
import { CapacityUnknownError } from '../capacity.ts';
import type { CapacityFigures } from '../figures.ts';
import type { CapacityProvider } from '../provider.ts';
import { untilAborted } from '../until-aborted.ts';
import { BucketListing, NoSuchBucketError, type S3Source } from './walk/bucket-listing.ts';
import { walkBucket } from './walk/bucket-walk.ts';
import { RequestPace, type Sleep } from './walk/request-pace.ts';
import type { FinishedWalk, WalkProgress, WalkState } from './walk/walk-state.ts';
import { WalkStore } from './walk/walk-store.ts';

/**
 * The key needs `s3:ListBucketVersions` and `s3:ListBucket`, and for uploads `s3:ListBucketMultipartUploads` and
 * `s3:ListMultipartUploadParts`.
 */
export interface S3WalkOptions extends S3Source {
  /** A file of this source's own for what was counted so far, or undefined: then a restart begins anew. */
  readonly database: string | undefined;
  /** Told in a sentence where that file was set aside or cannot be written. */
  onTrouble(message: string): void;
  /** Requests in a second, over all buckets. Default: 10. */
  readonly requestsPerSecond?: number;
  /** From the start of one count of a bucket to the start of the next, milliseconds. Default: 6 h. */
  readonly everyMs?: number;
  /** Whether versions that are not the current one count; without them the store need not list versions. Default: true. */
  readonly countNoncurrent?: boolean;
  /**
   * Whether the parts of uploads count that are not completed. Default: true. MinIO lists those only that were begun at
   * that very server since its start (observed on the last open-source version, 2026-11).
   */
  readonly countUploads?: boolean;
  /** Entries on a page of a listing; S3 gives 1000 at most. Default: 1000. */
  readonly pageSize?: number;
  /** How long one answer of the store may take, milliseconds. Default: 30 s. */
  readonly requestTimeoutMs?: number;
  readonly sleep?: Sleep;
}

export interface S3WalkCapacity extends CapacityProvider {
  /** Every bucket that was counted or asked for, by name. */
  progress(): readonly WalkProgress[];
  /** Ends every count where it stands, and every timer. */
  close(): void;
}

interface Walk {
  readonly bucket: string;
  readonly done: Promise<FinishedWalk | undefined>;
  isWalking: boolean;
  pagesInTurn: number;
  askedAtMs: number;
  trouble?: string | undefined;
}

interface Failure {
  readonly error: CapacityUnknownError;
  readonly atMs: number;
}

const SOURCE = 's3-walk';
const MOST_WALKS = 2;
/** After so many pages a walk lets one that waits go before it. */
const PAGES_A_TURN = 20;
/** A count that failed goes on when the bucket is asked for so long after: a crowd must not repeat what fails. */
const FAILURE_PAUSE_MS = 30_000;
/** What lay longer is no longer one count: too much has changed since. */
const MOST_REST_MS = 24 * 3_600_000;

/**
 * `used` is the sum of the last whole count, as of its end; a change during the count may not be in it, so `lagMs` is as
 * long as the count took. Until a bucket was counted once it is unknown: then `measure` waits as long as it may.
 * A bucket is counted when it is asked for, and left alone when nobody has for the time between two counts.
 */
export function s3WalkCapacity(options: S3WalkOptions): S3WalkCapacity {
  const { now, requestsPerSecond = 10, everyMs = 6 * 3_600_000, pageSize = 1000 } = options;
  const { countNoncurrent = true, countUploads = true, requestTimeoutMs = 30_000, onTrouble } = options;
  const sleep = options.sleep ?? ((ms, signal) => sleepFor(ms, undefined, { signal }));
  const endpoint = options.endpoints[0];
  const scope = JSON.stringify({ endpoint, countNoncurrent, countUploads });
  const store = new WalkStore({ path: options.database, scope, onTrouble });
  const closing = new AbortController();
  const closed = closing.signal;
  const pace = new RequestPace({ requestsPerSecond, sleep, closed });
  const walks = new Map<string, Walk>();
  const failures = new Map<string, Failure>();
  const queue: (() => void)[] = [];
  let walking = 0;

  /** One from the future is of no use: the clock was set back since. */
  function finishedOf(bucket: string): FinishedWalk | undefined {
    const finished = store.finished(bucket);
    return finished !== undefined && finished.endedAtMs <= now() ? finished : undefined;
  }

  function unfinishedOf(bucket: string): WalkState | undefined {
    const state = store.unfinished(bucket);
    if (state === undefined) return undefined;
    const restedMs = now() - state.movedAtMs;
    const isOfOneClock = restedMs >= 0 && state.movedAtMs >= state.startedAtMs;
    return isOfOneClock && restedMs <= MOST_REST_MS ? state : undefined;
  }

  async function slot(): Promise<void> {
    if (walking < MOST_WALKS) walking += 1;
    else await new Promise<void>((resolve) => queue.push(resolve));
  }

  function leaveSlot(): void {
    const next = queue.shift();
    if (next) next();
    else walking -= 1;
  }

  async function takeSlot(walk: Walk): Promise<void> {
    await slot();
    closed.throwIfAborted();
    walk.isWalking = true;
    walk.pagesInTurn = 0;
  }

  /** A bucket that takes days must not keep the others waiting for days. */
  async function nextTurn(walk: Walk): Promise<void> {
    walk.pagesInTurn += 1;
    if (walk.pagesInTurn <= PAGES_A_TURN || queue.length === 0) return;
    walk.isWalking = false;
    leaveSlot();
    await takeSlot(walk);
  }

  async function walkNow(walk: Walk): Promise<FinishedWalk | undefined> {
    const { bucket } = walk;
    try {
      await takeSlot(walk);
      const finished = await walkBucket({
        bucket,
        listing: new BucketListing({
          ...{ source: options, bucket, pageSize, requestTimeoutMs, pace, sleep, closed },
          onTrouble(trouble) {
            walk.trouble = trouble;
          },
        }),
        from: unfinishedOf(bucket),
        ...{ countNoncurrent, countUploads, now },
        onPage: (state) => store.keepUnfinished(bucket, state),
        turn: async () => {
          await nextTurn(walk);
          return now() - walk.askedAtMs > everyMs ? 'rest' : 'go on';
        },
      });
      if (finished) store.keepFinished(bucket, finished);
      failures.delete(bucket);
      return finished;
    } catch (error) {
      if (closed.aborted) throw new CapacityUnknownError(`${asked(bucket)}: given up, the gateway stops`);
      throw failed(bucket, error);
    } finally {
      walks.delete(bucket);
      leaveSlot();
    }
  }

  function failed(bucket: string, cause: unknown): CapacityUnknownError {
    const error =
      cause instanceof CapacityUnknownError
        ? cause
        : new CapacityUnknownError(`${asked(bucket)}: ${String(cause)}`, { cause });
    if (error instanceof NoSuchBucketError) {
      store.drop(bucket);
      failures.delete(bucket);
    } else failures.set(bucket, { error, atMs: now() });
    return error;
  }

  function startWalk(bucket: string): Walk {
    const { promise, resolve } = Promise.withResolvers<FinishedWalk | undefined>();
    const walk: Walk = { bucket, done: promise, isWalking: false, pagesInTurn: 0, askedAtMs: now() };
    walks.set(bucket, walk);
    resolve(walkNow(walk));
    // Whoever waits hears of it; there may be nobody.
    promise.catch(() => {});
    return walk;
  }

  function asked(bucket: string): string {
    return `asked the listings of ${new URL(endpoint).origin} for what bucket ${bucket} holds`;
  }

  function notYet(walk: Walk): CapacityUnknownError {
    const state = unfinishedOf(walk.bucket);
    const far = state
      ? `${state.objects} objects and versions with ${state.bytes} bytes on ${state.pages} pages so far`
      : walk.isWalking
        ? 'it has just begun'
        : 'others are counted before it';
    const met = walk.trouble === undefined ? '' : `; the latest answer was no use: ${walk.trouble}`;
    return new CapacityUnknownError(`${asked(walk.bucket)}: the first count is not finished, ${far}${met}`);
  }

  return {
    source: SOURCE,
    async measure(bucket, signal) {
      if (closed.aborted) throw new CapacityUnknownError(`${asked(bucket)}: given up, the gateway stops`);
      if (signal.aborted) return untilAborted(new Promise<never>(() => {}), signal, asked(bucket));
      const finished = finishedOf(bucket);
      const isDue = finished === undefined || now() - finished.startedAtMs >= everyMs;
      const failure = failures.get(bucket);
      const sinceMs = failure === undefined ? FAILURE_PAUSE_MS : now() - failure.atMs;
      const isPausing = failure !== undefined && sinceMs >= 0 && sinceMs < FAILURE_PAUSE_MS;
      const running = walks.get(bucket);
      if (running) running.askedAtMs = now();
      if (finished && (!isDue || running || isPausing)) return figuresOf(finished);
      if (!running && isPausing) throw failure.error;
      const walk = running ?? startWalk(bucket);
      if (finished) return figuresOf(finished);
      try {
        const found = await untilAborted(walk.done, signal, asked(bucket));
        if (found) return figuresOf(found);
      } catch (error) {
        if (!signal.aborted) throw error;
      }
      throw notYet(walk);
    },
    progress() {
      const buckets = new Set([...store.buckets, ...walks.keys(), ...failures.keys()]);
      return [...buckets].sort().map((bucket): WalkProgress => {
        const [walk, failure] = [walks.get(bucket), failures.get(bucket)];
        const [current, finished] = [store.unfinished(bucket), store.finished(bucket)];
        const trouble = walk ? walk.trouble : failure?.error.message;
        const resting = current ? 'resting' : 'finished';
        const waiting = walk?.isWalking ? 'walking' : 'queued';
        return {
          bucket,
          state: walk ? waiting : failure ? 'failed' : resting,
          ...(current && { current }),
          ...(finished && { finished }),
          ...(trouble !== undefined && { trouble }),
        };
      });
    },
    close() {
      closing.abort();
      for (const resume of queue.splice(0)) resume();
      store.close();
    },
  };
}

function figuresOf({ bytes, uploads, startedAtMs, endedAtMs }: FinishedWalk): CapacityFigures {
  return {
    used: { bytes, source: SOURCE, atMs: endedAtMs, lagMs: endedAtMs - startedAtMs, uploads },
  };
}
