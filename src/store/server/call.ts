// One verified call to the store, and what a handler of an operation gives back.
import type { Exchange } from '../../http1/exchange.ts';
import type { S3Error } from '../../s3/error.ts';
import type { S3Request } from '../../s3/request.ts';
import type { Catalog } from '../database/catalog.ts';
import type { BodyFiles } from '../files/body-files.ts';
import type { BodyReader } from '../files/body-reader.ts';
import type { LockClock } from '../locks/lock-clock.ts';

/** What handlers work with. */
export interface StoreParts {
  readonly catalog: Catalog;
  readonly bodies: BodyFiles;
  readonly lockClock: LockClock;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  readonly region: string;
  /** What a bucket may hold in bytes; undefined: as much as there is room for. */
  quotaOf(bucket: string): bigint | undefined;
}

/** A call whose signature was verified. */
export interface Call {
  readonly exchange: Exchange;
  readonly request: S3Request;
  /** What the signature says of the body: 64 lower-case hex digits (its SHA-256), or `UNSIGNED-PAYLOAD`. */
  readonly payloadHash: string;
  /** Whether the caller may bypass GOVERNANCE retention when the request asks for it. */
  readonly mayBypassGovernance: boolean;
}

export type AnswerHeaders = readonly (readonly [name: string, value: string])[];

export type { BodyReader };

/** An answer. Content-Length is written by the server from `body` or `stream`; for HEAD give it among the headers. */
export type Answer =
  | {
      readonly status: number;
      readonly headers: AnswerHeaders;
      readonly body?: Buffer;
      readonly stream?: BodyReader;
    }
  /** An error that carries headers of its own, such as `x-amz-delete-marker`; others are thrown. */
  | { readonly error: S3Error; readonly headers: AnswerHeaders };

/** Serves one operation. Throws S3Error for what S3 refuses. */
export type Handler = (call: Call, store: StoreParts) => Answer | Promise<Answer>;

/** Handlers by the operation's name in `s3/operation.ts`. */
export type Handlers = Readonly<Record<string, Handler>>;
