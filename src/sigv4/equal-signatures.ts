// The comparison of a signature with the right one.
import { timingSafeEqual } from 'node:crypto';

/** Constant time on digests; a text that cannot be a digest is different without being looked at further. */
export function equalSignatures(provided: string, expected: string): boolean {
  if (!/^[0-9a-f]{64}$/.test(provided)) return false;
  return timingSafeEqual(Buffer.from(provided, 'latin1'), Buffer.from(expected, 'latin1'));
}
