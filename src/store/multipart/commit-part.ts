// Puts a part that has arrived into its upload, if that is still there.
import type { S3Request } from '../../s3/request.ts';
import type { UploadReads } from '../database/catalog.ts';
import type { PartRow, UploadRow } from '../database/rows.ts';
import type { ReceivedBody } from '../files/body-files.ts';
import { checkQuota } from '../objects/quota.ts';
import type { StoreParts } from '../server/call.ts';
import { requireUpload } from './require-upload.ts';

/** Rejects with S3Error `NoSuchUpload`, `QuotaExceeded`; the body is discarded then. */
export async function commitPart(
  store: StoreParts,
  request: S3Request,
  number: number,
  body: ReceivedBody,
): Promise<PartRow> {
  try {
    return await store.catalog.write((transaction) => {
      const { bucket, upload } = requireUpload(transaction, request);
      const part = partRow(store, upload, number, body);
      const replaced = partSize(transaction.uploads, upload, number);
      checkQuota(transaction.buckets, store, bucket, part.size, replaced);
      transaction.uploads.putPart(upload.id, part);
      return part;
    });
  } catch (error) {
    await body.discard();
    throw error;
  }
}

/** The size of the part of that number that is there; 0 where there is none. */
export function partSize(uploads: UploadReads, upload: UploadRow, number: number): number {
  const [part] = uploads.parts(upload.id, number - 1, 1);
  return part?.number === number ? part.size : 0;
}

function partRow(store: StoreParts, { checksum }: UploadRow, number: number, body: ReceivedBody): PartRow {
  const { content, size, md5 } = body;
  const [file, ...more] = content.kind === 'files' ? content.files : [];
  if (file === undefined || more.length > 0) throw new Error('a part is one file');
  return {
    number,
    size,
    etag: md5,
    modifiedMs: store.wallClock(),
    checksum: checksum && body.checksums[checksum.algorithm],
    file,
  };
}
