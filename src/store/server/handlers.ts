// Every operation that the store has.
import { BUCKET_HANDLERS } from '../buckets/bucket-handlers.ts';
import { LISTING_HANDLERS } from '../listing/listing-handlers.ts';
import { createMultipartHandlers } from '../multipart/multipart-handlers.ts';
import { OBJECT_HANDLERS } from '../objects/object-handlers.ts';
import type { Handlers } from './call.ts';

/** For one store. `newUploadId`: 128 bits that nobody can guess, as text. */
export function createHandlers(newUploadId: () => string): Handlers {
  return {
    ...BUCKET_HANDLERS,
    ...LISTING_HANDLERS,
    ...OBJECT_HANDLERS,
    ...createMultipartHandlers(newUploadId),
  };
}
