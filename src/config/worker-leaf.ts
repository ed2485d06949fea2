// How many processes serve: a number, or as many as the machine has cores.
import type Type from 'typebox';
import { leaf } from './leaf.ts';

/** More than any gateway was measured with; each costs memory and takes its share of the limits. */
export const MAX_WORKERS = 64;

export function workerCount(description: string): Type.TUnsafe<'auto' | number> {
  return leaf(
    {
      // Not a choice of two: what is wrong may then be shown.
      type: ['string', 'integer'],
      pattern: '^auto$',
      minimum: 1,
      maximum: MAX_WORKERS,
      default: 'auto',
      description,
    },
    {
      expected: `auto or a whole number from 1 to ${MAX_WORKERS}`,
      read: (written: 'auto' | number) => written,
    },
  );
}
