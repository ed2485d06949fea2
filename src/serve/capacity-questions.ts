// A worker's questions to the primary for the capacity of a bucket, until each is answered or given up.
import type { Document } from '../gateway/answer-sosapi.ts';
import { S3Error } from '../s3/error.ts';
import type { FromWorker, SentError } from './worker-messages.ts';

export class CapacityQuestions {
  /** How long one may take to be answered, in milliseconds; of the next ones. */
  patienceMs: number;
  readonly #send: (message: FromWorker) => boolean;
  readonly #open = new Map<number, PromiseWithResolvers<Document>>();
  #nextId = 1;

  /** `send` gives whether there still is a primary. */
  constructor(send: (message: FromWorker) => boolean, patienceMs: number) {
    this.#send = send;
    this.patienceMs = patienceMs;
  }

  /** Rejects with the primary's own S3Error, and with ServiceUnavailable where it does not answer in time. */
  async ask(bucket: string): Promise<Document> {
    const id = this.#nextId++;
    const question = Promise.withResolvers<Document>();
    const timer = setTimeout(() => question.reject(noAnswer('did not answer in time')), this.patienceMs);
    this.#open.set(id, question);
    if (!this.#send({ kind: 'capacity', id, bucket })) question.reject(noAnswer('is gone'));
    try {
      return await question.promise;
    } finally {
      clearTimeout(timer);
      this.#open.delete(id);
    }
  }

  answered(id: number, document: Document): void {
    this.#open.get(id)?.resolve(document);
  }

  refused(id: number, { code, ...options }: SentError): void {
    this.#open.get(id)?.reject(new S3Error(code, options));
  }
}

/** What a worker is told of an error; one that is not an S3Error is the gateway's own fault. */
export function sentError(error: unknown): SentError {
  if (!(error instanceof S3Error)) return { code: 'InternalError', reason: String(error) };
  const { code, message, reason, details, retryAfterSeconds } = error;
  return { code, message, details, retryAfterSeconds, ...(reason === undefined ? {} : { reason }) };
}

function noAnswer(how: string): S3Error {
  return new S3Error('ServiceUnavailable', {
    message: 'The capacity of the store behind the gateway is not known at the moment.',
    reason: `the primary process ${how}`,
  });
}
