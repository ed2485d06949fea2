// A recording: JSON lines, the first says what it is, each other one is a request and its answer without secrets.

export const RECORDING_VERSION = 1;

export interface RecordingHeader {
  readonly kind: 'recording';
  readonly version: number;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly settings: {
    readonly tls: boolean;
    readonly targetTls: boolean;
    readonly hashNames: boolean;
  };
}

/** What is told of a header: its name as spelled, and a value where the closed list has it (`true`: only that it was there). */
export type RecordedHeader = readonly [name: string, value?: string | number | true];

/** A name, and a value where it is harmless: version ids, upload ids and tokens are replaced by a keyed hash. */
export type RecordedParameter = readonly [name: string, value?: string];

export interface BodyShape {
  /** Of a closed list; any other is `other`. */
  readonly root: string;
  readonly hasNamespace: boolean;
  /** Of a multi-delete: how many `Object` elements the copy has. */
  readonly objects?: number;
  readonly quiet?: boolean;
  /** The copy ended before the body did: there are more objects than counted. */
  readonly isCut?: true;
}

export interface RecordedRequest {
  readonly kind: 'request';
  /** Milliseconds since the recording began, of the first byte. Lines stand in the order in which answers ended. */
  readonly atMs: number;
  /** From 1, in the order in which they were opened. */
  readonly connection: number;
  readonly method: string;
  /** As far as method, path shape and sub-resource tell; else `unknown`. */
  readonly operation: string;
  readonly addressing: 'path' | 'virtual-hosted';
  readonly signed: 'header' | 'presigned' | 'no';
  /** Absent where the path has none. */
  readonly bucket?: string;
  /** Decoded. Absent for the bucket itself. */
  readonly key?: string;
  readonly query: readonly RecordedParameter[];
  /** In order. */
  readonly headers: readonly RecordedHeader[];
  /** What x-amz-content-sha256 says: `SHA256`, `UNSIGNED-PAYLOAD`, `STREAMING-…`, `other`, or `none` where it is not there. */
  readonly payload: string;
  /** Of the body as it was sent, without the framing of HTTP. */
  readonly requestBytes: number;
  readonly body?: BodyShape;
  /** Absent where no answer came. */
  readonly status?: number;
  /** Of an error document. */
  readonly code?: string;
  /** Keyed hash of the version id in the answer. */
  readonly version?: string;
  /** Names, in order. */
  readonly answerHeaders: readonly string[];
  readonly answerBytes: number;
  /** Milliseconds from the first byte of the request to the first of the final answer. */
  readonly firstByteMs?: number;
  /** Milliseconds to the last byte of the answer, or to the end of the connection. */
  readonly tookMs: number;
  /** The connection ended within it. */
  readonly incomplete?: true;
}
