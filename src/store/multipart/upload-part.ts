// UploadPart (Amazon S3 API Reference, UploadPart).
import { CHECKSUM_ALGORITHMS, checksumHeader } from '../../s3/checksum.ts';
import { checkWriteHeaders } from '../buckets/write-headers.ts';
import type { ReceivedBody } from '../files/body-files.ts';
import { readBodyExpectations } from '../objects/body-expectations.ts';
import { checkQuota } from '../objects/quota.ts';
import type { Answer, AnswerHeaders, Call, StoreParts } from '../server/call.ts';
import { commitPart, partSize } from './commit-part.ts';
import { partNumberOf, REQUEST_PAYER, requireUpload } from './require-upload.ts';
import { checkPartAlgorithm } from './upload-checksum.ts';

export async function uploadPart(call: Call, store: StoreParts): Promise<Answer> {
  const { exchange, request } = call;
  const { catalog, bodies } = store;
  const number = partNumberOf(request);
  checkWriteHeaders(request, [REQUEST_PAYER]);
  const { bucket, upload } = requireUpload(catalog, request);
  const expectations = readBodyExpectations(call);
  checkPartAlgorithm(upload.checksum, expectations.checksum);
  checkQuota(catalog.buckets, store, bucket, expectations.length, partSize(catalog.uploads, upload, number));

  const compute = upload.checksum === undefined ? [] : [upload.checksum.algorithm];
  const body = await bodies.receive(exchange, { ...expectations, compute }, { inline: false });
  const { etag } = await commitPart(store, request, number, body);
  return { status: 200, headers: [['ETag', `"${etag}"`], ...checksumHeaders(body)] };
}

function checksumHeaders({ checksums }: ReceivedBody): AnswerHeaders {
  return CHECKSUM_ALGORITHMS.flatMap((algorithm) => {
    const value = checksums[algorithm];
    return value === undefined ? [] : [[checksumHeader(algorithm), value] as const];
  });
}
