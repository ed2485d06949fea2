// AbortMultipartUpload (Amazon S3 API Reference, AbortMultipartUpload).
import { checkWriteHeaders } from '../buckets/write-headers.ts';
import type { Answer, Call, StoreParts } from '../server/call.ts';
import { REQUEST_PAYER, requireUpload } from './require-upload.ts';

/** A part that is on its way finds no upload any more when it arrives, and goes too. */
export async function abortMultipartUpload({ request }: Call, { catalog }: StoreParts): Promise<Answer> {
  checkWriteHeaders(request, [REQUEST_PAYER]);
  await catalog.write((transaction) => {
    transaction.uploads.remove(requireUpload(transaction, request).upload.id);
  });
  return { status: 204, headers: [] };
}
