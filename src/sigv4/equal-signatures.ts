// The comparison of a signature with the right one.
import { timingSafeEqual } from 'node:crypto';
import { isSha256Hex } from './payload-hash.ts';

/** Constant time on digests; a text that cannot be a digest is different without being looked at further. */
export function equalSignatures(provided: string, expected: string): boolean {
  if (!isSha256Hex(provided)) return false;
  return timingSafeEqual(Buffer.from(provided, 'latin1'), Buffer.from(expected, 'latin1'));
}
