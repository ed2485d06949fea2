// The handlers of multipart uploads.
import type { Handlers } from '../server/call.ts';
import { abortMultipartUpload } from './abort-upload.ts';
import { completingUploads } from './complete-upload.ts';
import { CompletedUploads } from './completed-uploads.ts';
import { creatingUploads } from './create-upload.ts';
import { listParts } from './list-parts.ts';
import { listMultipartUploads } from './list-uploads.ts';
import { uploadPart } from './upload-part.ts';
import { uploadPartCopy } from './upload-part-copy.ts';

/** For one store, whose completed uploads they remember. `newUploadId`: 128 bits that nobody can guess, as text. */
export function createMultipartHandlers(newUploadId: () => string): Handlers {
  return {
    AbortMultipartUpload: abortMultipartUpload,
    CompleteMultipartUpload: completingUploads(new CompletedUploads()),
    CreateMultipartUpload: creatingUploads(newUploadId),
    ListMultipartUploads: listMultipartUploads,
    ListParts: listParts,
    UploadPart: uploadPart,
    UploadPartCopy: uploadPartCopy,
  };
}
