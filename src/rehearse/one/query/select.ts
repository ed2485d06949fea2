// The Select of a Veeam ONE query: which properties of a resource are answered.
import type { TSchema } from 'typebox';
import type { Property } from './properties.ts';
import { OneQueryError } from './query-error.ts';
import { knownProperty } from './query-json.ts';

const PARAMETER = 'Select';
const MAX_PROPERTIES = 100;

/** Names with commas between them. Throws OneQueryError for an unknown or empty name. */
export function parseSelect(text: string, schema: TSchema): readonly Property[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.length > MAX_PROPERTIES) {
    throw new OneQueryError(PARAMETER, `at most ${MAX_PROPERTIES} properties can be selected`);
  }
  return names.map((name) => knownProperty(PARAMETER, name, schema));
}

/** A resource with the selected properties only, in the order in which the resource has them. */
export function selected(resource: unknown, properties: readonly Property[]): unknown {
  return properties.length === 0
    ? resource
    : pick(
        resource,
        properties.map(({ path }) => path),
      );
}

function pick(value: unknown, paths: readonly (readonly string[])[]): unknown {
  if (paths.some((path) => path.length === 0)) return value;
  if (Array.isArray(value)) return value.map((one) => pick(one, paths));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) => {
      const below = paths.filter(([first]) => first === name).map((path) => path.slice(1));
      return below.length === 0 ? [] : [[name, pick(member, below)]];
    }),
  );
}
