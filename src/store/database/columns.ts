// How values that are more than one number or text are kept in columns, for versions and uploads alike.
import type { ChecksumAlgorithm } from '../../s3/checksum.ts';
import type {
  CompletedPart,
  ObjectLock,
  RetentionMode,
  StoredChecksum,
  StoredHeaders,
  Tags,
} from './rows.ts';

export interface LockColumns {
  readonly lock_mode: RetentionMode | null;
  readonly lock_until_ms: number | null;
  readonly legal_hold: number;
}

export interface ChecksumColumns {
  readonly checksum_algorithm: ChecksumAlgorithm | null;
  readonly checksum_type: StoredChecksum['type'] | null;
  readonly checksum_value: string | null;
}

type Pairs = readonly (readonly [string, string])[];
type PartTuple = readonly [number: number, size: number, checksum: string | null];

const NO_PAIRS: Pairs = [];

/** Values for `lock_mode`, `lock_until_ms`, `legal_hold`. */
export function lockValues({ retention, legalHold }: ObjectLock): [string | null, number | null, number] {
  return [retention?.mode ?? null, retention?.untilMs ?? null, legalHold ? 1 : 0];
}

export function lockOf({ lock_mode: mode, lock_until_ms: untilMs, legal_hold }: LockColumns): ObjectLock {
  const retention = mode === null || untilMs === null ? undefined : { mode, untilMs };
  return { retention, legalHold: legal_hold === 1 };
}

/** Undefined where none was asked for. */
export function checksumOf(columns: ChecksumColumns): StoredChecksum | undefined {
  const { checksum_algorithm: algorithm, checksum_type: type, checksum_value: value } = columns;
  return algorithm === null || type === null || value === null ? undefined : { algorithm, type, value };
}

/** Headers or tags; most objects have none, and that costs nothing. */
export function pairsText(pairs: StoredHeaders | Tags): string | null {
  return pairs.length === 0 ? null : JSON.stringify(pairs);
}

export function pairsOf(text: string | null): Pairs {
  return text === null ? NO_PAIRS : (JSON.parse(text) as Pairs);
}

export function partsText(parts: readonly CompletedPart[] | undefined): string | null {
  if (parts === undefined) return null;
  return JSON.stringify(
    parts.map(({ number, size, checksum }): PartTuple => [number, size, checksum ?? null]),
  );
}

export function partsOf(text: string | null): readonly CompletedPart[] | undefined {
  if (text === null) return undefined;
  return (JSON.parse(text) as readonly PartTuple[]).map(([number, size, checksum]) => ({
    number,
    size,
    checksum: checksum ?? undefined,
  }));
}
