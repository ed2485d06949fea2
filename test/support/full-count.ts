// What a bucket truly holds: every version counted one by one at the store itself, and every part of every unfinished upload.
import {
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  ListPartsCommand,
  type ListPartsCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';

export interface FullCount {
  /** Of all versions; a delete marker has none. */
  readonly versionBytes: number;
  /** Of all parts of uploads that are neither completed nor aborted. */
  readonly partBytes: number;
}

/** `direct` is a client at the store, not at the gateway. Both numbers are exact where nobody writes meanwhile. */
export async function fullCount(direct: S3Client, Bucket: string): Promise<FullCount> {
  let partBytes = 0;
  for (const upload of await uploadsOf(direct, Bucket))
    partBytes += await bytesOfParts(direct, Bucket, upload);
  return { versionBytes: await bytesOfVersions(direct, Bucket), partBytes };
}

async function bytesOfVersions(direct: S3Client, Bucket: string): Promise<number> {
  let bytes = 0;
  let from: { readonly KeyMarker?: string | undefined; readonly VersionIdMarker?: string | undefined } = {};
  for (;;) {
    const page = await direct.send(new ListObjectVersionsCommand({ Bucket, ...from }));
    for (const { Size, Key } of page.Versions ?? []) bytes += known(Size, `the size of ${Key}`);
    if (page.IsTruncated !== true) return bytes;
    from = {
      KeyMarker: known(page.NextKeyMarker, 'the next key'),
      VersionIdMarker: page.NextVersionIdMarker,
    };
  }
}

interface Upload {
  readonly Key: string;
  readonly UploadId: string;
}

async function uploadsOf(direct: S3Client, Bucket: string): Promise<readonly Upload[]> {
  const uploads: Upload[] = [];
  let from: { readonly KeyMarker?: string | undefined; readonly UploadIdMarker?: string | undefined } = {};
  for (;;) {
    const page = await direct.send(new ListMultipartUploadsCommand({ Bucket, ...from }));
    for (const { Key, UploadId } of page.Uploads ?? []) {
      uploads.push({ Key: known(Key, 'the key of an upload'), UploadId: known(UploadId, 'its id') });
    }
    if (page.IsTruncated !== true) return uploads;
    from = { KeyMarker: known(page.NextKeyMarker, 'the next key'), UploadIdMarker: page.NextUploadIdMarker };
  }
}

async function bytesOfParts(direct: S3Client, Bucket: string, upload: Upload): Promise<number> {
  let bytes = 0;
  let PartNumberMarker: string | undefined;
  for (;;) {
    const page = await partsOf(direct, new ListPartsCommand({ Bucket, ...upload, PartNumberMarker }));
    // MinIO may list an upload for a moment that is over already (seen 2026-11, on a busy machine).
    if (page === undefined) return 0;
    for (const { Size } of page.Parts ?? []) bytes += known(Size, 'the size of a part');
    if (page.IsTruncated !== true) return bytes;
    PartNumberMarker = known(page.NextPartNumberMarker, 'the next part');
  }
}

/** Undefined where the upload is over. */
async function partsOf(
  direct: S3Client,
  command: ListPartsCommand,
): Promise<ListPartsCommandOutput | undefined> {
  try {
    return await direct.send(command);
  } catch (error) {
    if ((error as Error).name === 'NoSuchUpload') return undefined;
    throw error;
  }
}

/** A listing that leaves something out would count too little without a word. */
function known<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`a listing without ${what}`);
  return value;
}
