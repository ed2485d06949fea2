// JSON with exact integers: a byte count of a store may be more than 2^53, which JSON.parse alone would round.

type SourceReviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;
// The source of a number is passed to the reviver since V8 11.4 (proposal json-parse-with-source); the ES2023 types lack it.
const parse = JSON.parse as (text: string, reviver: SourceReviver) => unknown;

/** Parses JSON; every integer literal becomes a `bigint`. `undefined` when it is not JSON. */
export function parseExactJson(text: string): unknown {
  try {
    return parse(text, (_key, value, { source }) =>
      typeof value === 'number' && source !== undefined && /^-?\d{1,40}$/.test(source)
        ? BigInt(source)
        : value,
    );
  } catch {
    return undefined;
  }
}

/** The member of an object, `undefined` when there is none or `value` is no object. */
export function member(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[key];
}

/** The member if it is an integer. */
export function integer(value: unknown, key: string): bigint | undefined {
  const found = member(value, key);
  return typeof found === 'bigint' ? found : undefined;
}
