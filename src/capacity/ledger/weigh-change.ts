// How many bytes a change added to its bucket, as far as that is known.
import type { Weight } from './bin.ts';
import type { KnownSizes } from './known-sizes.ts';
import { UNKNOWN_PART, type UnfinishedUploads, type Upload } from './unfinished-uploads.ts';
import type { UsageChange } from './usage-change.ts';
import type { VersionHash } from './version-hash.ts';

/** What is remembered of a store. `hash` is a place to work in. */
export interface Memory {
  readonly sizes: KnownSizes;
  readonly uploads: UnfinishedUploads;
  readonly hash: VersionHash;
  /** Undefined where nothing is known of the bucket. */
  bucketNamed(name: string): VersionedBucket | undefined;
}

export interface VersionedBucket {
  readonly id: number;
  /** Whether a version was ever made there: a key without a version id then names the newest, which nobody here knows. */
  hasVersions: boolean;
}

type ObjectChange = Exclude<UsageChange, { readonly kind: 'bucket-deleted' }>;
type Written = Extract<UsageChange, { readonly kind: 'put' | 'copy' | 'complete' }>;
type Part = Extract<UsageChange, { readonly kind: 'part' }>;
type Source = Extract<UsageChange, { readonly kind: 'copy' }>['from'];

/** 1 PiB: no store takes such an object (Amazon S3 50 TB, MinIO 50 TiB), and a sum of a few stays exact. */
const MOST_BYTES = 2 ** 50;

/** Weighs the change and remembers of it what later ones need. */
export function weighChange(memory: Memory, bucket: VersionedBucket, change: ObjectChange): Weight {
  switch (change.kind) {
    case 'put':
      return written(memory, bucket, change, sane(change.bytes));
    case 'copy':
      return written(memory, bucket, change, sizeOfSource(memory, change.from));
    case 'part':
      return part(memory, bucket, change);
    case 'complete':
      return completed(memory, bucket, change);
    case 'abort':
      return aborted(memory.uploads.end(bucket.id, change.uploadId));
    case 'delete':
      return deleted(memory, bucket, change);
  }
}

function written(
  memory: Memory,
  bucket: VersionedBucket,
  change: Written,
  bytes: number | undefined,
): Weight {
  const replaced = replace(memory, bucket, change, bytes);
  const added = (bytes ?? 0) - (replaced ?? 0);
  return same(added, bytes === undefined || replaced === undefined);
}

/** Remembers the size and gives that of what stood there: undefined where nobody knows, 0 beside other versions. */
function replace(
  { sizes, hash }: Memory,
  bucket: VersionedBucket,
  { key, versionId }: Written,
  bytes: number | undefined,
): number | undefined {
  hash.of(bucket.id, key, versionId);
  const isVersion = versionId !== undefined && versionId !== 'null';
  if (isVersion) bucket.hasVersions = true;
  const replaced = isVersion ? 0 : sizes.get(hash);
  if (bytes === undefined) sizes.delete(hash);
  else sizes.set(hash, bytes);
  return replaced;
}

function deleted(
  { sizes, hash }: Memory,
  bucket: VersionedBucket,
  { key, versionId }: Extract<UsageChange, { readonly kind: 'delete' }>,
): Weight {
  hash.of(bucket.id, key, versionId);
  const bytes = sizes.get(hash);
  if (bytes !== undefined) sizes.delete(hash);
  return same(0 - (bytes ?? 0), bytes === undefined);
}

function sizeOfSource(memory: Memory, { bucket: name, key, versionId }: Source): number | undefined {
  const bucket = memory.bucketNamed(name);
  if (bucket === undefined || (bucket.hasVersions && versionId === undefined)) return undefined;
  memory.hash.of(bucket.id, key, versionId);
  return memory.sizes.get(memory.hash);
}

function part(memory: Memory, bucket: VersionedBucket, change: Part): Weight {
  const { uploadId, partNumber, from } = change;
  const told = change.bytes === undefined ? undefined : sane(change.bytes);
  const bytes = told ?? (from && change.bytes === undefined ? sizeOfSource(memory, from) : undefined);
  const before = memory.uploads.setPart(bucket.id, uploadId, partNumber, bytes ?? UNKNOWN_PART);
  const isUnknown = bytes === undefined || before === UNKNOWN_PART;
  return { counted: (bytes ?? 0) - atLeastZero(before ?? 0), notCounted: 0, isUnknown };
}

/** What the object holds is the sum of the parts that the call names; the others are gone. */
function completed(
  memory: Memory,
  bucket: VersionedBucket,
  change: Extract<UsageChange, { readonly kind: 'complete' }>,
): Weight {
  const upload = memory.uploads.end(bucket.id, change.uploadId);
  const bytes = sumOfParts(upload, change.parts);
  const isWhole = upload !== undefined && knowsParts(upload, change.parts) && sane(bytes) !== undefined;
  const replaced = replace(memory, bucket, change, isWhole ? bytes : undefined);
  const gone = replaced ?? 0;
  const givenUp = sumOfParts(upload) - bytes;
  const isUnknown = !isWhole || replaced === undefined;
  return { counted: 0 - gone - givenUp, notCounted: bytes - gone, isUnknown };
}

function aborted(upload: Upload | undefined): Weight {
  const isUnknown = upload === undefined || !knowsParts(upload, undefined);
  return { counted: 0 - sumOfParts(upload), notCounted: 0, isUnknown };
}

/** A gap in the numbers is most likely a part that was written past this gateway, or before it began to count. */
function knowsParts({ parts }: Upload, named: readonly number[] | undefined): boolean {
  if (named !== undefined)
    return named.every((number) => (parts.get(number) ?? UNKNOWN_PART) !== UNKNOWN_PART);
  for (let number = 1; number <= parts.size; number += 1) {
    if ((parts.get(number) ?? UNKNOWN_PART) === UNKNOWN_PART) return false;
  }
  return true;
}

function sumOfParts(upload: Upload | undefined, named?: readonly number[]): number {
  const sizes = named?.map((number) => upload?.parts.get(number) ?? 0) ?? upload?.parts.values() ?? [];
  let bytes = 0;
  for (const size of sizes) bytes += atLeastZero(size);
  return Number.isSafeInteger(bytes) ? bytes : 0;
}

function same(bytes: number, isUnknown: boolean): Weight {
  return { counted: bytes, notCounted: bytes, isUnknown };
}

function sane(bytes: number): number | undefined {
  return Number.isSafeInteger(bytes) && bytes >= 0 && bytes <= MOST_BYTES ? bytes : undefined;
}

function atLeastZero(bytes: number): number {
  return bytes > 0 ? bytes : 0;
}
