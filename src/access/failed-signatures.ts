// How often requests of one client address failed to prove who they are, and which addresses are held off for it.
// Nothing is kept for an access key id, known or not: an address can name as many as it likes.

export interface FailedSignaturesOptions {
  /** How many more failures than successes an address may have in a window; 0: any number. */
  readonly limit: number;
  /** How long failures count together, and how long an address is then held off; milliseconds. */
  readonly windowMs: number;
  /** Under which name an address is counted; undefined where it is exempt. */
  readonly groupOf: (address: string) => string | undefined;
  /** How many addresses are remembered; beyond it the one whose window began first is forgotten. */
  readonly maxAddresses?: number;
}

/** The beginning of an episode: from now on requests of that address are refused unseen. */
export interface HeldOff {
  readonly group: string;
  readonly failures: number;
  readonly forMs: number;
}

export interface FailedSignatures {
  /** For how many milliseconds more an address is held off; 0 where it is not. `nowMs` is monotonic, here and below. */
  heldOffMs(address: string, nowMs: number): number;
  /** A signature did not fit, or its key is unknown. Gives the episode where this failure begins one. */
  failed(address: string, nowMs: number): HeldOff | undefined;
  /** A signature was right: earns back one failure, so that one wrong key among good ones holds nobody off. Gives whether it did. */
  succeeded(address: string, nowMs: number): boolean;
  /** How many addresses are remembered. */
  readonly size: number;
}

interface Count {
  failures: number;
  endsAtMs: number;
  heldOff: boolean;
}

const MAX_ADDRESSES = 10_000;

export function createFailedSignatures(options: FailedSignaturesOptions): FailedSignatures {
  const { limit, windowMs, groupOf, maxAddresses = MAX_ADDRESSES } = options;
  const counts = new Map<string, Count>();

  /** Without a look at the address while nobody has failed, which is the rule. */
  function countOf(address: string, nowMs: number): Count | undefined {
    if (counts.size === 0) return undefined;
    const group = groupOf(address);
    const count = group === undefined ? undefined : counts.get(group);
    if (group === undefined || count === undefined || nowMs < count.endsAtMs) return count;
    counts.delete(group);
    return undefined;
  }

  function begin(group: string, nowMs: number): Count {
    for (const [earlier, { endsAtMs }] of counts) {
      if (nowMs < endsAtMs) break;
      counts.delete(earlier);
    }
    const count = { failures: 0, endsAtMs: nowMs + windowMs, heldOff: false };
    counts.set(group, count);
    if (counts.size > maxAddresses) {
      const [oldest = group] = counts.keys();
      counts.delete(oldest);
    }
    return count;
  }

  return {
    heldOffMs(address, nowMs) {
      const count = countOf(address, nowMs);
      return count?.heldOff === true ? count.endsAtMs - nowMs : 0;
    },
    failed(address, nowMs) {
      const group = limit === 0 ? undefined : groupOf(address);
      if (group === undefined) return undefined;
      const count = countOf(address, nowMs) ?? begin(group, nowMs);
      count.failures++;
      if (count.failures <= limit || count.heldOff) return undefined;
      count.heldOff = true;
      count.endsAtMs = nowMs + windowMs;
      return { group, failures: count.failures, forMs: windowMs };
    },
    succeeded(address, nowMs) {
      const count = countOf(address, nowMs);
      if (count === undefined || count.failures === 0) return false;
      count.failures--;
      return true;
    },
    get size() {
      return counts.size;
    },
  };
}
