// Accounting of space: what a call did to its bucket, read off the store's answer as that goes back to the client.
import type { UsageChange } from '../capacity/ledger/usage-change.ts';
import type { BodySink } from '../http1/body-sink.ts';
import type { ResponseHead } from '../http1/head.ts';
import { parseDeleteDocument } from '../s3/delete-objects.ts';
import { deletedByAnswer, isSuccessDocument, partNumbers } from '../s3/done-documents.ts';
import {
  AMZ_COPY_SOURCE_RANGE,
  AMZ_COPY_SOURCE_VERSION_ID,
  AMZ_DELETE_MARKER,
  AMZ_VERSION_ID,
} from '../s3/headers.ts';
import type { CopySource, S3Request } from '../s3/request.ts';
import { CopiedBody } from './copied-body.ts';

/** Told as soon as the store has said so, before the client has heard the end of it. Must not throw. */
export type UsageListener = (change: UsageChange) => void;

export interface UsageWatch {
  /** Given where the call's body goes, gives where it goes through; absent where nothing of it is looked at. */
  readonly upload?: (upload: BodySink) => BodySink;
  /** Given the store's answer and where its body goes, gives where it goes through. */
  answer(head: ResponseHead, answer: BodySink): BodySink;
}

/** Enough for the result of 1000 deletions whose keys are 1 KiB of characters that XML writes with six. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;
/** Enough for 10,000 parts with their checksums. */
const MAX_PARTS_BYTES = 4 * 1024 * 1024;

/** Undefined for calls that change nothing that is counted. `body`: where it was read, as that of DeleteObjects is. */
export function watchUsage(
  request: S3Request,
  body: Buffer | undefined,
  tell: UsageListener,
): UsageWatch | undefined {
  const tellOf = (change: UsageChange | undefined): void => {
    if (change !== undefined) tell(change);
  };
  switch (request.operation.name) {
    case 'PutObject':
    case 'UploadPart':
    case 'DeleteObject':
    case 'AbortMultipartUpload':
    case 'DeleteBucket':
      return {
        answer(head, answer) {
          if (isSuccess(head)) tellOf(changeByHead(request, head));
          return answer;
        },
      };
    case 'CopyObject':
    case 'UploadPartCopy':
      // These answer 200 before they know how it ends, and then say an error in the body (Amazon S3 API Reference).
      return {
        answer: (head, answer) =>
          whenWhole(head, answer, (document) => {
            if (isSuccessDocument(document)) tellOf(copyOf(request, head));
          }),
      };
    case 'CompleteMultipartUpload':
      return watchCompletion(request, tellOf);
    case 'DeleteObjects':
      return {
        answer: (head, answer) =>
          whenWhole(head, answer, (document) => {
            for (const change of deletions(request.bucket, document, body)) tell(change);
          }),
      };
    default:
      return undefined;
  }
}

function watchCompletion(request: S3Request, tell: (change: UsageChange) => void): UsageWatch {
  const { bucket, key } = request;
  const uploadId = parameter(request, 'uploadId') ?? '';
  let parts: readonly number[] | undefined;
  return {
    upload: (upload) =>
      new CopiedBody(upload, MAX_PARTS_BYTES, (document) => {
        parts = partNumbers(document);
      }),
    answer: (head, answer) =>
      whenWhole(head, answer, (document) => {
        if (!isSuccessDocument(document)) return;
        const named = parts === undefined ? {} : { parts };
        tell({ kind: 'complete', bucket, key, ...versionOf(head), uploadId, ...named });
      }),
  };
}

function whenWhole(head: ResponseHead, answer: BodySink, then: (document: Buffer) => void): BodySink {
  return isSuccess(head) ? new CopiedBody(answer, MAX_ANSWER_BYTES, then) : answer;
}

function isSuccess({ status }: ResponseHead): boolean {
  return status >= 200 && status < 300;
}

function changeByHead(request: S3Request, head: ResponseHead): UsageChange | undefined {
  const { bucket, key } = request;
  switch (request.operation.name) {
    case 'PutObject':
      return { kind: 'put', bucket, key, ...versionOf(head), bytes: bytesOf(request) };
    case 'UploadPart':
      return { kind: 'part', bucket, key, ...partOf(request), bytes: bytesOf(request) };
    case 'DeleteObject':
      return deletion(request, head);
    case 'AbortMultipartUpload':
      return { kind: 'abort', bucket, key, uploadId: parameter(request, 'uploadId') ?? '' };
    case 'DeleteBucket':
      return { kind: 'bucket-deleted', bucket };
    default:
      return undefined;
  }
}

function copyOf(request: S3Request, head: ResponseHead): UsageChange | undefined {
  const { bucket, key, copySource } = request;
  if (copySource === undefined) return undefined;
  const from = sourceOf(copySource, head);
  if (request.operation.name === 'CopyObject') return { kind: 'copy', bucket, key, ...versionOf(head), from };
  const bytes = rangeLength(request.head.headers.get(AMZ_COPY_SOURCE_RANGE));
  return { kind: 'part', bucket, key, ...partOf(request), ...(bytes === undefined ? {} : { bytes }), from };
}

/** A marker takes no space, unless it has no id of its own: then it stands in place of what was there. */
function deletion(request: S3Request, head: ResponseHead): UsageChange | undefined {
  const { bucket, key } = request;
  const asked = parameter(request, 'versionId');
  const isMarker = head.headers.get(AMZ_DELETE_MARKER) === 'true';
  if (isMarker && asked !== undefined) return undefined;
  if (isMarker && head.headers.get(AMZ_VERSION_ID) !== 'null') return undefined;
  const versionId = isMarker ? 'null' : asked;
  return { kind: 'delete', bucket, key, ...(versionId === undefined ? {} : { versionId }) };
}

function deletions(bucket: string, answer: Buffer, body: Buffer | undefined): readonly UsageChange[] {
  const asked = body === undefined ? undefined : () => parseDeleteDocument(body);
  return deletedByAnswer(answer, asked).map((object) => ({ kind: 'delete', bucket, ...object }));
}

function bytesOf({ awsChunked, head: { framing } }: S3Request): number {
  return awsChunked?.decodedLength ?? (framing.kind === 'length' ? framing.length : 0);
}

function versionOf({ headers }: ResponseHead): { readonly versionId?: string } {
  const versionId = headers.get(AMZ_VERSION_ID);
  return versionId === undefined ? {} : { versionId };
}

function partOf(request: S3Request): { readonly uploadId: string; readonly partNumber: number } {
  return {
    uploadId: parameter(request, 'uploadId') ?? '',
    partNumber: Number(parameter(request, 'partNumber')),
  };
}

/** Where the copy does not name a version the store says which one it took. */
function sourceOf({ bucket, key, versionId: named }: CopySource, { headers }: ResponseHead) {
  const versionId = named ?? headers.get(AMZ_COPY_SOURCE_VERSION_ID);
  return { bucket, key, ...(versionId === undefined ? {} : { versionId }) };
}

function parameter({ query }: S3Request, name: string): string | undefined {
  return query.find((one) => one.name === name)?.value;
}

/** `bytes=0-9` is ten. */
function rangeLength(range: string | undefined): number | undefined {
  const [, first, last] = /^bytes=(\d{1,15})-(\d{1,15})$/.exec(range ?? '') ?? [];
  return first === undefined || last === undefined ? undefined : Number(last) - Number(first) + 1;
}
