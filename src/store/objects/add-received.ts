// A body that has just come, or was just copied, becomes a version; or nothing of it stays.
import type { ChecksumAlgorithm } from '../../s3/checksum.ts';
import type { S3Request } from '../../s3/request.ts';
import type { BucketRow, VersionRow } from '../database/rows.ts';
import type { ReceivedBody } from '../files/body-files.ts';
import type { StoreParts } from '../server/call.ts';
import { addVersion } from './add-version.ts';
import type { ObjectHeaders } from './object-headers.ts';

/** `algorithm`: of the checksum that is kept, among those of the body. Rejects with what `addVersion` throws. */
export async function addReceived(
  store: StoreParts,
  request: S3Request,
  received: ReceivedBody,
  described: ObjectHeaders,
  algorithm: ChecksumAlgorithm | undefined,
): Promise<{ readonly row: VersionRow; readonly bucket: BucketRow }> {
  const { size, md5, content, checksums } = received;
  const value = algorithm === undefined ? undefined : checksums[algorithm];
  const checksum =
    algorithm === undefined || value === undefined
      ? undefined
      : ({ algorithm, type: 'FULL_OBJECT', value } as const);
  const { key, bucket } = request;
  const version = { ...described, key, size, etag: md5, checksum, parts: undefined, content };
  try {
    return await store.catalog.write((transaction) =>
      addVersion(transaction, store, bucket, request, version),
    );
  } catch (error) {
    await received.discard();
    throw error;
  }
}
