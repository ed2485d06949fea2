// The comparison of a signature with the right one.
import { timingSafeEqual } from 'node:crypto';

/** Constant time on texts of the same length. */
export function equalSignatures(provided: string, expected: string): boolean {
  const bytes = Buffer.from(provided, 'utf8');
  return bytes.length === expected.length && timingSafeEqual(bytes, Buffer.from(expected, 'latin1'));
}
