// The replay: makes the requests of a recording again at another store, below a prefix of its own, and compares the answers.
import { setTimeout as sleep } from 'node:timers/promises';
import type { S3Answer } from '../bench-context.ts';
import { BenchRefusal, type BenchTarget } from '../runtime/bench-target.ts';
import { cleanUp } from '../runtime/clean-up.ts';
import { EvidenceLog } from '../runtime/evidence-log.ts';
import { createHttpClient } from '../runtime/http-client.ts';
import { inspectBucket } from '../runtime/inspect-bucket.ts';
import type { Leftover } from '../runtime/leftover.ts';
import { isOwnKey, runPrefix } from '../runtime/own-keys.ts';
import { createRedactor } from '../runtime/redact.ts';
import { S3Client } from '../runtime/s3-client.ts';
import { createSigner } from '../runtime/signer.ts';
import { CallSlots } from './call-slots.ts';
import { readRecording } from './read-recording.ts';
import { replayCall } from './replay-call.ts';
import { isSuccess, type PlannedRequest, planReplay } from './replay-plan.ts';
import { outcomeOf, type ReplayResult, ReplayTally } from './replay-result.ts';
import { ReplayState } from './replay-state.ts';

export interface ReplayOptions {
  /** Path of the file. */
  readonly recording: string;
  /** With bucket and credentials. */
  readonly target: BenchTarget;
  /** Ends with `/`, below the bench's own: see `replayPrefix`. */
  readonly prefix: string;
  /** Calls at once. */
  readonly concurrency: number;
  /** 1 as recorded, 2 twice as fast, 0 as fast as it goes. */
  readonly speed: number;
  /** No lock of the replay is longer, in seconds: 5 unless given. */
  readonly maxLockSeconds?: number;
  readonly allowForeignObjects: boolean;
  /** Ends it; what it wrote is deleted all the same. */
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onProgress: (progress: ReplayProgress) => void;
}

export interface ReplayProgress {
  readonly phase: 'replay' | 'cleanup';
  readonly done: number;
  readonly total: number;
}

const MAX_LOCK_SECONDS = 5;
/** The store's clock and this machine's need not agree. */
const AFTER_LOCK_MS = 1500;
const CLEANUP_WAIT_MS = 60_000;

/** `runId` has 12 hex digits. */
export function replayPrefix(runId: string): string {
  return `${runPrefix(runId)}replay/`;
}

/** Rejects with BenchRefusal where the recording or the bucket is not as it must be. */
export async function runReplay(options: ReplayOptions): Promise<ReplayResult> {
  const { target, prefix, signal, now, onProgress } = options;
  if (!isOwnKey(prefix) || !prefix.endsWith('/')) {
    throw new BenchRefusal(`"${prefix}" is no prefix of the bench's own: nothing else is written to.`);
  }
  const { requests } = await readRecording(options.recording);
  const plan = planReplay(requests, prefix);
  const tally = new ReplayTally();
  for (const each of plan.notReplayed) tally.notReplayed(each);
  const http = createHttpClient(target);
  const clientFor = (ending: AbortSignal) =>
    new S3Client({
      target,
      signer: createSigner(target),
      http,
      evidence: new EvidenceLog(createRedactor(target.credentials)),
      signal: ending,
      now,
    });
  try {
    const client = clientFor(signal);
    await inspectBucket((call) => client.call(call), target, options);
    const started = performance.now();
    let leftovers: readonly Leftover[] = [];
    let tookMs = 0;
    const total = plan.requests.length;
    try {
      const replay = new Replay(options, client, plan.lastUse, tally);
      await replay.run(plan.requests, () => onProgress({ phase: 'replay', done: tally.replayed, total }));
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      tookMs = performance.now() - started;
      // Its own signal: what was written is deleted also where the replay was told to end.
      const ending = new AbortController();
      const cleaner = clientFor(ending.signal);
      ({ leftovers } = await cleanUp({
        ask: (call) => cleaner.call(call),
        bucket: target.bucket,
        prefixes: [prefix],
        buckets: [],
        waitMs: CLEANUP_WAIT_MS,
        signal: ending.signal,
        now,
        onProgress: () => onProgress({ phase: 'cleanup', done: tally.replayed, total }),
      }));
    }
    return { ...tally.result(), leftovers, interrupted: signal.aborted, tookMs };
  } finally {
    http.close();
  }
}

class Replay {
  readonly #options: ReplayOptions;
  readonly #client: S3Client;
  readonly #lastUse: ReadonlyMap<string, number>;
  readonly #tally: ReplayTally;
  readonly #state = new ReplayState();
  readonly #slots: CallSlots;
  readonly #ended = new Map<number, PromiseWithResolvers<void>>();
  #startedMs = 0;

  constructor(
    options: ReplayOptions,
    client: S3Client,
    lastUse: ReadonlyMap<string, number>,
    tally: ReplayTally,
  ) {
    this.#options = options;
    this.#client = client;
    this.#lastUse = lastUse;
    this.#tally = tally;
    this.#slots = new CallSlots(options.concurrency);
  }

  /** One after the other on each recorded connection, all of those side by side. */
  async run(requests: readonly PlannedRequest[], onDone: () => void): Promise<void> {
    for (const { after } of requests) {
      if (after !== undefined) this.#ended.set(after, Promise.withResolvers());
    }
    this.#startedMs = performance.now();
    const connections = Map.groupBy(requests, ({ recorded }) => recorded.connection);
    const ends = await Promise.allSettled(
      [...connections.values()].map(async (planned) => {
        try {
          for (const each of planned) {
            await this.#one(each);
            this.#ended.get(each.index)?.resolve();
            onDone();
          }
        } finally {
          // Where it ended early, nobody may wait for the rest for ever.
          for (const { index } of planned) this.#ended.get(index)?.resolve();
        }
      }),
    );
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  }

  async #one({ recorded, index, after }: PlannedRequest): Promise<void> {
    const { speed, signal, prefix, maxLockSeconds = MAX_LOCK_SECONDS, now } = this.#options;
    if (speed > 0) {
      const waitMs = this.#startedMs + recorded.atMs / speed - performance.now();
      if (waitMs > 0) await sleep(waitMs, undefined, { signal });
    }
    if (after !== undefined) await this.#ended.get(after)?.promise;
    signal.throwIfAborted();
    const overtaken = await this.#awaitLock(recorded);
    if (overtaken !== undefined) {
      this.#tally.notReplayed({ operation: recorded.operation, reason: overtaken, count: 1 });
      return;
    }
    await this.#slots.within(async () => {
      signal.throwIfAborted();
      // Made only now, so that no body waits in memory.
      const made = replayCall(recorded, {
        prefix,
        state: this.#state,
        maxLockSeconds,
        nowMs: now(),
        index,
        isFree: (key) => (this.#lastUse.get(key) ?? 0) < index,
      });
      if (typeof made === 'string') {
        this.#tally.notReplayed({ operation: recorded.operation, reason: made, count: 1 });
        return;
      }
      const answer = await this.#client.call(made.call).catch(() => undefined);
      signal.throwIfAborted();
      this.#tally.answered(recorded, answer === undefined ? 'no answer' : outcomeOf(answer), answer?.tookMs);
      if (answer !== undefined) this.#learn(recorded, answer, made);
    });
  }

  /**
   * Locks of the replay are shorter than the recorded ones, and its clock runs otherwise: a deletion that went through
   * waits for the lock's end; one that a lock refused cannot be compared when the lock is over. The reason, then.
   */
  async #awaitLock(recorded: PlannedRequest['recorded']): Promise<string | undefined> {
    const { now, signal } = this.#options;
    const named = recorded.query.find(([name]) => name === 'versionId')?.[1];
    if (recorded.operation !== 'DeleteObject' || recorded.key === undefined || named === undefined) {
      return undefined;
    }
    const version = this.#state.version(recorded.key, named);
    if (version === undefined) return undefined;
    const untilMs = this.#state.lockedUntilMs(version);
    if (untilMs === 0) return undefined;
    const leftMs = untilMs - now();
    if (isSuccess(recorded)) {
      if (leftMs > -AFTER_LOCK_MS) await sleep(leftMs + AFTER_LOCK_MS, undefined, { signal });
    } else if (leftMs < AFTER_LOCK_MS) {
      return 'refused for a lock, which is over by now: locks of a replay are short';
    }
    return undefined;
  }

  #learn(
    recorded: PlannedRequest['recorded'],
    answer: S3Answer,
    made: Exclude<ReturnType<typeof replayCall>, string>,
  ): void {
    const { key, operation, version: recordedVersion } = recorded;
    if (operation.startsWith('List')) this.#state.listed(recorded, answer);
    if (key === undefined || !isSuccess(answer)) return;
    const versionId = answer.headers.get('x-amz-version-id');
    const namesVersion = recorded.query.some(([name]) => name === 'versionId');
    if (operation === 'PutObject' || (operation === 'DeleteObject' && !namesVersion)) {
      const written = { key, versionId };
      this.#state.wrote(key, recordedVersion, written);
      if (made.lockUntilMs !== undefined) this.#state.locked(written, made.lockUntilMs);
    } else if (made.version !== undefined) {
      if (operation === 'DeleteObject') this.#state.gone(made.version);
      else if (made.lockUntilMs !== undefined) this.#state.locked(made.version, made.lockUntilMs);
    }
  }
}
