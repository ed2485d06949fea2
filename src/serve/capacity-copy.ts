// A worker's copy of the capacity documents that the primary keeps: asked for at most once in a moment, by whoever comes first.
import type { Document } from '../gateway/answer-sosapi.ts';
import type { MonotonicClock } from '../http1/deadlines.ts';

/** For so long an answer is served without asking again, a refusal too. Far below the age of any measurement. */
const KEEP_MS = 250;
/** Only buckets that exist are asked for; beyond so many the one asked for longest ago is forgotten. */
const MAX_BUCKETS = 1_000;

export interface CapacityCopyOptions {
  /** Asks the primary. */
  ask(bucket: string): Promise<Document>;
  readonly now: MonotonicClock;
}

interface Kept {
  readonly answer: Promise<Document>;
  /** Absent while the primary is asked. */
  answeredAtMs: number | undefined;
}

/** Rejects as `ask` does. */
export function createCapacityCopy({ ask, now }: CapacityCopyOptions): (bucket: string) => Promise<Document> {
  const copies = new Map<string, Kept>();

  function askFor(bucket: string): Promise<Document> {
    const kept: Kept = { answer: ask(bucket), answeredAtMs: undefined };
    const answered = (): void => {
      kept.answeredAtMs = now();
    };
    kept.answer.then(answered, answered);
    copies.delete(bucket);
    copies.set(bucket, kept);
    if (copies.size > MAX_BUCKETS) {
      const [oldest = bucket] = copies.keys();
      copies.delete(oldest);
    }
    return kept.answer;
  }

  return (bucket) => {
    const kept = copies.get(bucket);
    const isFresh =
      kept !== undefined && (kept.answeredAtMs === undefined || now() - kept.answeredAtMs < KEEP_MS);
    return isFresh ? kept.answer : askFor(bucket);
  };
}
