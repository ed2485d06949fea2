// One change of usage as gateways tell it to each other. What comes from another process is read strictly and within bounds.
import type { UsageChange } from '../capacity/ledger/usage-change.ts';

/** A change that a store said was done, at which store, and when by the wall clock of whoever tells it. */
export interface PeerChange {
  readonly backend: string;
  /** Milliseconds since 1970. */
  readonly atMs: number;
  readonly change: UsageChange;
}

type Fields = Readonly<Record<string, unknown>>;
type Source = Extract<UsageChange, { readonly kind: 'copy' }>['from'];

/** Names of buckets have 63 bytes, 255 in old regions; keys 1,024; ids of uploads and versions are the store's. */
const LONGEST = { backend: 63, bucket: 255, key: 1_024, id: 2_048 } as const;
/** As S3 counts them. */
const MAX_PARTS = 10_000;

/** Undefined where it is not a change in every part. */
export function readChange(value: unknown): PeerChange | undefined {
  if (!isFields(value)) return undefined;
  const { backend, atMs } = value;
  const change = isFields(value['change']) ? usageChange(value['change']) : undefined;
  if (!isText(backend, LONGEST.backend) || !isMoment(atMs) || change === undefined) return undefined;
  return { backend, atMs, change };
}

/** 10,000 years, so that sums of such times stay exact. */
export function isMoment(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= 3e14;
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function usageChange(fields: Fields): UsageChange | undefined {
  const { kind, bucket } = fields;
  if (!isText(bucket, LONGEST.bucket)) return undefined;
  if (kind === 'bucket-deleted') return { kind, bucket };
  const place = placeOf(fields, bucket);
  const version = versionOf(fields);
  if (place === undefined || version === undefined) return undefined;
  switch (kind) {
    case 'put': {
      const { bytes } = fields;
      return isCount(bytes) ? { kind, ...place, ...version, bytes } : undefined;
    }
    case 'copy': {
      const from = sourceOf(fields['from']);
      return from && { kind, ...place, ...version, from };
    }
    case 'part':
      return partOf(fields, place);
    case 'complete': {
      const { uploadId, parts } = fields;
      if (!isText(uploadId, LONGEST.id)) return undefined;
      if (parts === undefined) return { kind, ...place, ...version, uploadId };
      return isPartList(parts) ? { kind, ...place, ...version, uploadId, parts } : undefined;
    }
    case 'abort': {
      const { uploadId } = fields;
      return isText(uploadId, LONGEST.id) ? { kind, ...place, uploadId } : undefined;
    }
    case 'delete':
      return { kind, ...place, ...version };
    default:
      return undefined;
  }
}

function partOf(fields: Fields, place: { readonly bucket: string; readonly key: string }) {
  const { uploadId, partNumber, bytes } = fields;
  const from = fields['from'] === undefined ? undefined : sourceOf(fields['from']);
  if (!isText(uploadId, LONGEST.id) || !isPartNumber(partNumber)) return undefined;
  if (from === undefined && fields['from'] !== undefined) return undefined;
  if (bytes !== undefined && !isCount(bytes)) return undefined;
  return {
    kind: 'part' as const,
    ...place,
    uploadId,
    partNumber,
    ...(bytes === undefined ? {} : { bytes }),
    ...(from && { from }),
  };
}

function placeOf({ key }: Fields, bucket: string) {
  return isText(key, LONGEST.key) ? { bucket, key } : undefined;
}

function versionOf({ versionId }: Fields): { readonly versionId?: string } | undefined {
  if (versionId === undefined) return {};
  return isText(versionId, LONGEST.id) ? { versionId } : undefined;
}

function sourceOf(value: unknown): Source | undefined {
  if (!isFields(value) || !isText(value['bucket'], LONGEST.bucket)) return undefined;
  const place = placeOf(value, value['bucket']);
  const version = versionOf(value);
  return place && version && { ...place, ...version };
}

function isText(value: unknown, longest: number): value is string {
  return typeof value === 'string' && value.length <= longest;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isPartNumber(value: unknown): value is number {
  return isCount(value) && value <= MAX_PARTS;
}

function isPartList(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.length <= MAX_PARTS && value.every(isPartNumber);
}
