// What a case has at hand: a bucket, a prefix of its own, calls in the shapes that Veeam sends, and ways to say how it ended.

/** How the body is proven: five ways in which clients of the Veeam family are known or thought to do it. */
export type PayloadMode = 'sha256' | 'content-md5' | 'checksum-sha256' | 'unsigned' | 'aws-chunked';

/** How a client addresses and calls; each case runs with the bench's own unless it says otherwise. */
export interface ClientVariant {
  readonly payload: PayloadMode;
  readonly addressing: 'path' | 'virtual-hosted';
  /** Whether the user agent says what Veeam's does. */
  readonly veeamUserAgent: boolean;
}

/** One S3 call. Nothing of it is changed, sorted or encoded on its way but what is said here. */
export interface S3Call {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** Unless given, the bucket of the bench; empty for the service itself. */
  readonly bucket?: string;
  /** As a text; each byte but unreserved ones and `/` is percent-encoded. Absent for the bucket itself. */
  readonly key?: string;
  /** In the order given; encoded. A name alone is sent as `name=`, or without `=` where the value is undefined. */
  readonly query?: readonly (readonly [name: string, value?: string])[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
  readonly variant?: Partial<ClientVariant>;
  /** Sent without a signature. */
  readonly anonymous?: boolean;
  /** Milliseconds until it is given up: 30,000 unless given. */
  readonly timeoutMs?: number;
}

export interface S3Answer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: ReadonlyMap<string, string>;
  /** In order and spelled as they came, where the client kept that. */
  readonly rawHeaders?: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
  /** The S3 error code of an error document. */
  readonly code: string | undefined;
  readonly tookMs: number;
}

export interface PutOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** A COMPLIANCE lock that runs out so many seconds from now: short, since the bench must delete it in the end. */
  readonly lockSeconds?: number;
  readonly variant?: Partial<ClientVariant>;
  readonly bucket?: string;
}

export interface ListedVersion {
  readonly key: string;
  readonly versionId: string;
  readonly isLatest: boolean;
  readonly isMarker: boolean;
  readonly size: number;
  readonly storageClass: string | undefined;
}

export interface VersionListing {
  readonly versions: readonly ListedVersion[];
  readonly prefixes: readonly string[];
  /** The pages that it took. */
  readonly pages: number;
}

export interface BenchContext {
  /** Where the store is, for what is not S3: TLS versions and the certificate. Cases that need it are skipped without. */
  readonly endpoint?: URL;
  /** PEM: trusted instead of the authorities that Node.js knows. */
  readonly ca?: string;
  readonly bucket: string;
  /** Of this case alone, ends with `/`; nothing outside is ever written or deleted. Within a layout that Veeam uses. */
  readonly prefix: string;
  /** Ends with the case's own deadline and with Ctrl-C. */
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  now(): number;
  /** Rejects when `signal` ends. */
  sleep(ms: number): Promise<void>;
  /** Bytes that do not compress, the same for the same seed. */
  bytes(length: number, seed?: string): Buffer;

  /** Signs and sends; whatever the status. Rejects where no whole answer comes. Recorded as evidence. */
  call(call: S3Call): Promise<S3Answer>;
  /** Writes bytes as they are on a connection of its own, and gives what came back until it ended or went quiet. */
  raw(bytes: Buffer, quietMs?: number): Promise<Buffer>;

  /** `call` with what most cases need; each fails the case where the status is not one of success. */
  put(
    key: string,
    body: Buffer | string,
    options?: PutOptions,
  ): Promise<{ readonly versionId: string; readonly etag: string }>;
  get(key: string, versionId?: string, bucket?: string): Promise<Buffer>;
  deleteVersion(key: string, versionId: string, bucket?: string): Promise<S3Answer>;
  /** All pages of ListObjectVersions. */
  listVersions(
    prefix: string,
    options?: { readonly delimiter?: string; readonly maxKeys?: number; readonly bucket?: string },
  ): Promise<VersionListing>;
  /** An answer's XML as objects (text as strings, `#text`, every element that may repeat as a list when asked by `list`). */
  xml(answer: S3Answer): unknown;
  /** The elements at a path of names, always a list: `list(doc, 'ListVersionsResult', 'Version')`. */
  list(document: unknown, ...path: readonly string[]): readonly unknown[];

  /** A bucket of the bench's own, deleted at its end. Skips the case where the bench may not make buckets. */
  makeBucket(options?: {
    readonly objectLock?: boolean;
    readonly versioning?: 'Enabled' | 'Suspended';
  }): Promise<string>;

  /** Keeps a figure for the report. */
  figure(name: string, value: number): void;
  /** The store does not do what it must. Throws. */
  fail(message: string): never;
  /** Something is wrong that nobody has proven to matter. Throws. */
  warn(message: string): never;
  /** It cannot be found out here. Throws. */
  skip(reason: string): never;
}
