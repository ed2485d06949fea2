// Numbers that look random and are the same for the same seed and place: a plan needs no list of what was drawn.
import { createHash } from 'node:crypto';

/** A number from 0 up to 1, 1 excluded, for each list of whole numbers. */
export type Chance = (...place: readonly number[]) => number;

export function seededChance(seed: string): Chance {
  const start = createHash('sha256').update(seed).digest().readUInt32LE();
  return (...place) => {
    let mixed = start;
    for (const number of place) {
      // The low and the high half: a place may be above 2^32.
      mixed = scramble(mixed ^ (number >>> 0));
      mixed = scramble(mixed ^ Math.floor(number / 2 ** 32));
    }
    return mixed / 2 ** 32;
  };
}

/** The finaliser of MurmurHash3 (public domain, Austin Appleby), after a step so that 0 does not stay 0. */
function scramble(number: number): number {
  let mixed = (number + 0x9e3779b9) | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
