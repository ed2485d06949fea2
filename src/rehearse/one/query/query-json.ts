// What Filter and Sort have in common: JSON in a query parameter, read with suspicion.
import type { TSchema } from 'typebox';
import { findProperty, type Property } from './properties.ts';
import { OneQueryError } from './query-error.ts';

export function readJson(parameter: string, text: string, maxCharacters: number): unknown {
  if (text.length > maxCharacters) {
    throw new OneQueryError(
      parameter,
      `it has ${text.length} characters, at most ${maxCharacters} are allowed`,
    );
  }
  try {
    return JSON.parse(text, exactInteger);
  } catch {
    throw new OneQueryError(parameter, 'it is not valid JSON');
  }
}

/** A byte count may be beyond 2^53: then it is a bigint, as it was written. */
function exactInteger(_name: string, value: unknown, { source }: { readonly source?: string } = {}): unknown {
  const isRounded = typeof value === 'number' && !Number.isSafeInteger(value);
  return isRounded && source !== undefined && /^-?\d{1,40}$/.test(source) ? BigInt(source) : value;
}

export function recordOf(parameter: string, json: unknown): Readonly<Record<string, unknown>> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new OneQueryError(parameter, 'an expression must be a JSON object');
  }
  return json as Readonly<Record<string, unknown>>;
}

export function onlyMembers(
  parameter: string,
  node: Readonly<Record<string, unknown>>,
  allowed: readonly string[],
): void {
  const stranger = Object.keys(node).find((name) => !allowed.includes(name));
  if (stranger !== undefined) {
    throw new OneQueryError(
      parameter,
      `it has ${JSON.stringify(stranger)}, allowed are ${allowed.join(', ')}`,
    );
  }
}

export function knownProperty(parameter: string, name: unknown, schema: TSchema): Property {
  if (typeof name !== 'string') throw new OneQueryError(parameter, 'property must be the name of a property');
  const found = findProperty(schema, name);
  if (found === undefined) {
    throw new OneQueryError(parameter, `this resource has no property ${JSON.stringify(name.slice(0, 100))}`);
  }
  return found;
}

export function isOneOf<T extends string>(allowed: readonly T[], value: unknown): value is T {
  return allowed.some((one) => one === value);
}
