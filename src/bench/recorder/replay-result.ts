// What a replay found: where the store answered otherwise than the recorded one, and how fast both were.
import type { Leftover } from '../runtime/leftover.ts';
import type { RecordedRequest } from './recording-format.ts';
import type { NotReplayed } from './replay-plan.ts';

export interface Difference {
  readonly operation: string;
  /** Status and error code: `404 NoSuchKey`. */
  readonly recorded: string;
  readonly got: string;
  readonly count: number;
  /** Of the first: milliseconds since the recording began, and its key without the prefix of the replay. */
  readonly firstAtMs: number;
  readonly firstKey?: string;
}

/** Milliseconds until the whole answer was there. */
export interface Latency {
  readonly p50: number;
  readonly p99: number;
}

export interface OperationLatency {
  readonly operation: string;
  readonly count: number;
  readonly recorded: Latency;
  readonly got: Latency;
}

export interface ReplayResult {
  readonly replayed: number;
  readonly notReplayed: readonly NotReplayed[];
  readonly differences: readonly Difference[];
  readonly latencies: readonly OperationLatency[];
  /** What could not be deleted in the end. */
  readonly leftovers: readonly Leftover[];
  /** It was told to end before its end. */
  readonly interrupted: boolean;
  /** Without the cleanup. */
  readonly tookMs: number;
}

export class ReplayTally {
  readonly #differences = new Map<string, Difference>();
  readonly #notReplayed = new Map<string, NotReplayed>();
  readonly #times = new Map<string, { readonly recorded: number[]; readonly got: number[] }>();
  #replayed = 0;

  get replayed(): number {
    return this.#replayed;
  }

  notReplayed({ operation, reason, count }: NotReplayed): void {
    const name = `${operation} ${reason}`;
    const before = this.#notReplayed.get(name)?.count ?? 0;
    this.#notReplayed.set(name, { operation, reason, count: before + count });
  }

  /** `tookMs` is absent where no answer came. */
  answered(request: RecordedRequest, got: string, tookMs?: number): void {
    this.#replayed++;
    const { operation, atMs, key } = request;
    const recorded = outcomeOf(request);
    if (tookMs !== undefined) {
      const times = this.#times.get(operation) ?? { recorded: [], got: [] };
      times.recorded.push(request.tookMs);
      times.got.push(tookMs);
      this.#times.set(operation, times);
    }
    if (recorded === got) return;
    const name = [operation, recorded, got].join('\0');
    const first = this.#differences.get(name) ?? {
      operation,
      recorded,
      got,
      count: 0,
      firstAtMs: atMs,
      ...(key === undefined ? {} : { firstKey: key }),
    };
    this.#differences.set(name, { ...first, count: first.count + 1 });
  }

  result(): Pick<ReplayResult, 'replayed' | 'notReplayed' | 'differences' | 'latencies'> {
    return {
      replayed: this.#replayed,
      notReplayed: [...this.#notReplayed.values()],
      differences: [...this.#differences.values()],
      latencies: [...this.#times].map(([operation, { recorded, got }]) => ({
        operation,
        count: got.length,
        recorded: latencyOf(recorded),
        got: latencyOf(got),
      })),
    };
  }
}

export function outcomeOf({
  status,
  code,
}: {
  readonly status?: number;
  readonly code?: string | undefined;
}): string {
  return code === undefined ? String(status) : `${status} ${code}`;
}

function latencyOf(times: readonly number[]): Latency {
  const sorted = times.toSorted((one, other) => one - other);
  const at = (share: number) => {
    const time = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
    return Math.round(time * 10) / 10;
  };
  return { p50: at(0.5), p99: at(0.99) };
}
