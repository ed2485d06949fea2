// Where capacity and SOSAPI meet: a bucket's numbers as the document that Veeam reads.
import { type CapacityOf, CapacityUnknownError } from '../capacity/capacity.ts';
import type { Document } from '../gateway/answer-sosapi.ts';
import { S3Error } from '../s3/error.ts';
import { renderCapacity } from '../sosapi/documents.ts';

/** Throws ServiceUnavailable where no number is known that is fresh enough: an invented one would be believed. */
export async function capacityDocument(bucket: string, capacityOf: CapacityOf): Promise<Document> {
  try {
    const capacity = await capacityOf(bucket);
    return { body: renderCapacity(capacity), lastModifiedMs: capacity.changedAtMs };
  } catch (error) {
    if (!(error instanceof CapacityUnknownError)) throw error;
    throw new S3Error('ServiceUnavailable', {
      message: 'The capacity of the store behind the gateway is not known at the moment.',
      reason: error.message,
      ...(error.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: error.retryAfterSeconds }),
      cause: error,
    });
  }
}
