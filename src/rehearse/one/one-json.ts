// JSON with byte counts of 64 bits in it, as Veeam ONE writes them: as plain integers, exact also beyond 2^53.

interface RawJson {
  /** Of the proposal "JSON.parse source text access": Node has it, and the types of ES2025 have not. */
  rawJSON(text: string): unknown;
}

export function oneJson(value: unknown): string {
  const { rawJSON } = JSON as unknown as RawJson;
  return JSON.stringify(value, (_name, member: unknown) =>
    typeof member === 'bigint' ? rawJSON(String(member)) : member,
  );
}
