// Whether two pieces of config say the same. Node's own deep comparison sees no difference between two secrets.
import { Secret } from '../secret.ts';

export function sameConfig(one: unknown, other: unknown): boolean {
  if (one instanceof Secret || other instanceof Secret) {
    return one instanceof Secret && other instanceof Secret && one.equals(other);
  }
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item, index) => sameConfig(item, other[index]));
  }
  if (!isMap(one) || !isMap(other)) return Object.is(one, other);
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  // A key that is absent and one that is undefined mean the same.
  return [...keys].every((key) => sameConfig(one[key], other[key]));
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
