// The text of an answer as JSON in which byte counts keep all their digits.

const isCount = (key: string): boolean => key.endsWith('Bytes');

/**
 * JSON.parse, with integers of properties whose name ends in `Bytes` as `bigint`, read from their digits: as a number
 * they would be rounded from 2^53 on. SyntaxError where the text is no JSON.
 */
export function parseOneAnswer(text: string): unknown {
  const revive = (key: string, value: unknown, context?: { readonly source?: string }): unknown => {
    if (typeof value !== 'number' || !isCount(key)) return value;
    const source = context?.source;
    if (source !== undefined && /^-?\d+$/.test(source)) return BigInt(source);
    return Number.isSafeInteger(value) ? BigInt(value) : value;
  };
  return JSON.parse(text, revive);
}
