// What of an answer must be the same for two clients that ask the same.
import type { S3Answer } from '../../bench-context.ts';

/** These say when, where or which request it was. */
const OF_THE_MOMENT = [
  'date',
  'x-amz-request-id',
  'x-amz-id-2',
  'age',
  'last-modified',
  'keep-alive',
  'connection',
  'server',
  'via',
];

/** Status, code and the headers that describe what was asked for, as lines. */
export function shapeOf({
  status,
  code,
  headers,
}: Pick<S3Answer, 'status' | 'code' | 'headers'>): readonly string[] {
  const lines = [...headers]
    .filter(([name]) => !OF_THE_MOMENT.includes(name) && !/request-?id|trace|ratelimit/.test(name))
    .map(([name, value]) => `${name}: ${value}`);
  return [`status ${status} ${code ?? ''}`.trim(), ...lines.toSorted()];
}

/** The first line in which two shapes differ, as `A instead of B`; undefined where they are the same. */
export function firstDifference(actual: readonly string[], expected: readonly string[]): string | undefined {
  const extra = actual.find((line) => !expected.includes(line));
  const missing = expected.find((line) => !actual.includes(line));
  if (extra === undefined && missing === undefined) return undefined;
  return `"${extra ?? 'nothing'}" instead of "${missing ?? 'nothing'}"`;
}
