// Which endpoint a request goes to: the least busy one, or the one that its entity belongs to while that is not overloaded.
import { scoreOf } from './stable-hash.ts';

/** What is known of an endpoint at the moment of choosing. */
export interface Candidate {
  /** `hashOf` its name. */
  readonly seed: number;
  /** Requests under way and waiting there. */
  readonly load: number;
  /** How many it may have under way. */
  readonly limit: number;
  /** 1 takes a whole share, 0 none; in between it is coming back. */
  readonly weight: number;
}

/** More than this times its share of all that is under way is too much for one (Mirrokni et al., "Consistent Hashing with Bounded Loads"). */
export const BOUND = 1.25;

/**
 * An endpoint is never overloaded below this: it is what one task slot of Veeam sends in parallel (S3ConcurrentTaskLimit), so a
 * machine that is backed up alone stays where it is.
 */
export const NEVER_TOO_MUCH = 64;

/** Its index; -1 where all have weight 0. `turn` decides between those that are equally busy. */
export function leastBusy(candidates: readonly Candidate[], turn: number): number {
  let best = -1;
  let least = Number.POSITIVE_INFINITY;
  for (let step = 0; step < candidates.length; step++) {
    const index = (turn + step) % candidates.length;
    const candidate = candidates[index];
    if (candidate === undefined || candidate.weight === 0) continue;
    const busy = (candidate.load + 1) / candidate.weight;
    if (busy >= least) continue;
    best = index;
    least = busy;
  }
  return best;
}

/**
 * Rendezvous hashing with bounded load: the index of the endpoint that suits the entity best, of those that are below their bound;
 * -1 where there is none. Whether one is there changes nothing between the others, so that a node that comes or goes moves
 * only its own share.
 */
export function homeOf(candidates: readonly Candidate[], entity: number, floor = NEVER_TOO_MUCH): number {
  let total = 1;
  let weights = 0;
  for (const { load, weight } of candidates) {
    if (weight === 0) continue;
    total += load;
    weights += weight;
  }
  let best = -1;
  let highest = -1;
  for (let index = 0; index < candidates.length; index++) {
    const candidate = candidates[index];
    if (candidate === undefined || candidate.weight === 0) continue;
    const { seed, load, limit, weight } = candidate;
    const bound = Math.max(Math.ceil(floor * weight), Math.ceil((BOUND * total * weight) / weights));
    if (load >= Math.min(bound, limit)) continue;
    const score = scoreOf(entity, seed);
    if (score <= highest) continue;
    best = index;
    highest = score;
  }
  return best;
}
