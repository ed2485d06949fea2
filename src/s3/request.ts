// What an S3 request asks for, understood from its head alone and not yet proven to be anyone's.
import type { RequestHead } from '../http1/head.ts';
import type { AwsChunked } from './aws-chunked.ts';
import type { Operation } from './operation.ts';

/** One query parameter, in order of arrival. `rawName` and `rawValue` are the bytes as sent; `rawValue` is absent where no `=` stood. */
export interface QueryParameter {
  readonly rawName: string;
  readonly rawValue: string | undefined;
  /** Percent-decoded (`+` stays a plus), one character a byte (latin1). */
  readonly name: string;
  /** Percent-decoded likewise; empty where no `=` stood. */
  readonly value: string;
}

/** The object that a copy reads from, out of `x-amz-copy-source`. */
export interface CopySource {
  readonly bucket: string;
  /** Decoded, UTF-8. */
  readonly key: string;
  readonly versionId: string | undefined;
}

/** A request whose operation and target are known. */
export interface S3Request {
  readonly head: RequestHead;
  /** The bytes of the request target before the first `?`. */
  readonly rawPath: string;
  /** The bytes behind the first `?`; empty where there was none. */
  readonly rawQuery: string;
  readonly query: readonly QueryParameter[];
  readonly operation: Operation;
  readonly addressing: 'path' | 'virtual-hosted';
  /** Empty for the service itself (ListBuckets). */
  readonly bucket: string;
  /** The key as it stood on the request line, percent-encoded; empty for bucket operations. */
  readonly rawKey: string;
  /** The key decoded as UTF-8, for rules and logs; never sent on. */
  readonly key: string;
  readonly copySource: CopySource | undefined;
  /** Where the body comes in aws-chunked encoding. */
  readonly awsChunked: AwsChunked | undefined;
}
