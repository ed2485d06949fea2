// The uploaded parts that a CompleteMultipartUpload names, and what they make together.
import { createHash } from 'node:crypto';
import { combinedChecksum, compositeChecksum } from '../../s3/checksum.ts';
import { S3Error } from '../../s3/error.ts';
import type { UploadReads } from '../database/catalog.ts';
import type { PartRow, StoredChecksum, UploadRow } from '../database/rows.ts';
import type { NamedPart } from './complete-document.ts';
import { MAX_PARTS } from './require-upload.ts';
import { requirePartChecksum } from './upload-checksum.ts';

/** All parts but the last (Amazon S3 User Guide, "Amazon S3 multipart upload limits"). */
const MIN_PART_BYTES = 5 * 1024 * 1024;

/** Throws InvalidPart for one that is not there as it is named, EntityTooSmall for a short one before the last. */
export function chooseParts(
  uploads: UploadReads,
  upload: UploadRow,
  named: readonly NamedPart[],
): readonly PartRow[] {
  const uploaded = new Map(uploads.parts(upload.id, 0, MAX_PARTS).map((part) => [part.number, part]));
  const chosen = named.map((each) => {
    const part = uploaded.get(each.number);
    if (part === undefined || !isAsNamed(part, each, upload)) throw invalidPart(each, upload);
    return part;
  });
  for (const { number, size, etag } of chosen.slice(0, -1)) {
    if (size >= MIN_PART_BYTES) continue;
    throw new S3Error('EntityTooSmall', {
      details: {
        ETag: etag,
        MinSizeAllowed: String(MIN_PART_BYTES),
        PartNumber: String(number),
        ProposedSize: String(size),
      },
    });
  }
  return chosen;
}

function isAsNamed(part: PartRow, named: NamedPart, { checksum }: UploadRow): boolean {
  if (part.etag !== named.etag) return false;
  // What was not kept cannot be compared: it was checked when the part came, and the ETag says that it is this one.
  return [...named.checksums].every(
    ([algorithm, value]) => checksum?.algorithm !== algorithm || value === part.checksum,
  );
}

function invalidPart({ number, etag }: NamedPart, { uploadId }: UploadRow): S3Error {
  return new S3Error('InvalidPart', {
    details: { UploadId: uploadId, PartNumber: String(number), ETag: etag.slice(0, 64) },
  });
}

export function totalSize(parts: readonly PartRow[]): number {
  return parts.reduce((total, { size }) => total + size, 0);
}

/** The MD5 of the parts' MD5s, and how many they are. */
export function multipartEtag(parts: readonly PartRow[]): string {
  const hash = createHash('md5');
  for (const { etag } of parts) hash.update(etag, 'hex');
  return `${hash.digest('hex')}-${parts.length}`;
}

/** The object's checksum, where the upload keeps one. */
export async function multipartChecksum(
  { checksum }: UploadRow,
  parts: readonly PartRow[],
): Promise<StoredChecksum | undefined> {
  if (checksum === undefined) return undefined;
  const { algorithm } = checksum;
  const summed = parts.map((part) => ({ checksum: requirePartChecksum(part), size: part.size }));
  const value =
    checksum.type === 'COMPOSITE'
      ? await compositeChecksum(
          algorithm,
          summed.map((part) => part.checksum),
        )
      : combinedChecksum(algorithm, summed);
  return { ...checksum, value };
}
