// CreateMultipartUpload (Amazon S3 API Reference, CreateMultipartUpload).
import { xmlElement } from '../../s3/xml-text.ts';
import { requireBucket } from '../buckets/require-bucket.ts';
import { documentAnswer } from '../objects/document.ts';
import { readObjectHeaders } from '../objects/object-headers.ts';
import type { AnswerHeaders, Handler } from '../server/call.ts';
import {
  CHECKSUM_ALGORITHM_HEADER,
  CHECKSUM_TYPE_HEADER,
  readUploadChecksum,
  type UploadChecksum,
} from './upload-checksum.ts';

/** What the headers say holds for the object that the upload becomes. `newUploadId` must not be guessable. */
export function creatingUploads(newUploadId: () => string): Handler {
  return async (call, store) => {
    const { request } = call;
    const uploadId = newUploadId();
    const checksum = readUploadChecksum(request);
    readObjectHeaders(call, requireBucket(store.catalog.buckets, request), store);
    await store.catalog.write(({ buckets, uploads }) => {
      const bucket = requireBucket(buckets, request);
      uploads.insert({
        ...readObjectHeaders(call, bucket, store),
        bucketId: bucket.id,
        key: request.key,
        uploadId,
        initiatedMs: store.wallClock(),
        checksum,
      });
    });
    return documentAnswer(
      'InitiateMultipartUploadResult',
      xmlElement('Bucket', request.bucket) +
        xmlElement('Key', request.key) +
        xmlElement('UploadId', uploadId),
      checksumHeaders(checksum),
    );
  };
}

function checksumHeaders(checksum: UploadChecksum | undefined): AnswerHeaders {
  if (checksum === undefined) return [];
  return [
    [CHECKSUM_ALGORITHM_HEADER, checksum.algorithm],
    [CHECKSUM_TYPE_HEADER, checksum.type],
  ];
}
