// Stage "answer": the two SOSAPI documents, from memory.
import type { Backend } from '../backend/backend.ts';
import { S3Error } from '../s3/error.ts';
import type { S3Request } from '../s3/request.ts';
import { answerVirtualObject } from '../sosapi/virtual-object.ts';
import type { OwnAnswer } from './respond.ts';

/** A document and the moment that its content is of. */
export interface Document {
  readonly body: Buffer;
  readonly lastModifiedMs: number;
}

/** Where the documents come from; what is not known rejects with an S3Error. */
export interface SosapiDocuments {
  readonly system: Document;
  capacity(bucket: string): Promise<Document>;
}

/** Throws NoSuchBucket, and ServiceUnavailable where no capacity is known that is fresh enough. */
export async function answerSosapi(
  request: S3Request,
  which: 'system' | 'capacity',
  backend: Backend,
  documents: SosapiDocuments,
): Promise<OwnAnswer> {
  if (!(await backend.bucketExists(request.bucket))) {
    throw new S3Error('NoSuchBucket', { details: { BucketName: request.bucket } });
  }
  const document = which === 'system' ? documents.system : await documents.capacity(request.bucket);
  return answerVirtualObject({
    method: request.head.method === 'HEAD' ? 'HEAD' : 'GET',
    headers: request.head.headers,
    ...document,
  });
}
