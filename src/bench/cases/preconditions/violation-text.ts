// Violations, each kind once with how often it was seen.

/** `GET after write 3 times, HEAD after delete once`; undefined of none. The most frequent comes first. */
export function violationText(violations: readonly string[]): string | undefined {
  const times = new Map<string, number>();
  for (const each of violations) times.set(each, (times.get(each) ?? 0) + 1);
  if (times.size === 0) return undefined;
  const kinds = [...times].toSorted(([, a], [, b]) => b - a);
  const said = kinds.map(([each, count]) => `${each} ${count === 1 ? 'once' : `${count} times`}`);
  return `What was read is stale: ${said.join(', ')}`;
}
