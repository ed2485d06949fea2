// Compares two values of one property: as text in a collation, as numbers, as instants or as flags.
import { type Collation, compareText } from './collation.ts';
import type { PropertyKind, Scalar } from './properties.ts';

/** Negative, zero or positive; null comes before everything else. */
export function compareValues(left: Scalar, right: Scalar, kind: PropertyKind, collation: Collation): number {
  if (left === null || right === null) return Number(left !== null) - Number(right !== null);
  switch (kind) {
    case 'number':
      return order(left, right);
    case 'time':
      return order(Date.parse(String(left)), Date.parse(String(right)));
    case 'flag':
      return order(Number(left), Number(right));
    case 'text':
    case 'object':
      return compareText(String(left), String(right), collation);
  }
}

function order(left: Scalar, right: Scalar): number {
  if (left === null || right === null) return 0;
  if (left < right) return -1;
  return left > right ? 1 : 0;
}
