// A request on its way through the broken store: what it asks for, and the bytes as they came.

export type Header = readonly [name: string, value: string];

export interface Answer {
  readonly status: number;
  /** Spelled as they are sent, without those that frame the body. */
  readonly headers: readonly Header[];
  readonly body: Buffer;
  /** Content-Length of an answer to HEAD. */
  readonly length?: string;
  /** Sent in chunks, without Content-Length. */
  readonly isChunked?: true;
  /** Only so many bytes of the body are sent, and the connection is broken. */
  readonly cutAfter?: number;
}

export class StoreRequest {
  readonly method: string;
  /** Path and query, as they stand on the request line. */
  readonly target: string;
  readonly headers: readonly Header[];
  readonly body: Buffer;
  /** Empty for the service itself. */
  readonly bucket: string;
  /** Decoded; empty for the bucket itself. */
  readonly key: string;
  /** Decoded; a name without a value has an empty one. */
  readonly query: ReadonlyMap<string, string>;
  /** Rejects when the client hangs up, and never resolves. */
  readonly hungUp: Promise<never>;

  constructor(
    { method, target, headers, body }: Pick<StoreRequest, 'method' | 'target' | 'headers' | 'body'>,
    hungUp: Promise<never>,
  ) {
    this.method = method;
    this.target = target;
    this.headers = headers;
    this.body = body;
    this.hungUp = hungUp;
    const [path = '', query = ''] = target.split(/\?(.*)/s, 2);
    // The bucket in the host name: `bucket.localhost:port`.
    const [, fromHost] = /^(.+)\.localhost(:\d+)?$/.exec(this.header('host') ?? '') ?? [];
    const [bucket = '', ...key] =
      fromHost === undefined ? path.slice(1).split('/') : [fromHost, path.slice(1)];
    this.bucket = decodeURIComponent(bucket);
    this.key = decodeURIComponent(key.join('/'));
    this.query = new Map(
      query
        .split('&')
        .filter((pair) => pair !== '')
        .map((pair) => {
          const [name = '', value = ''] = pair.split(/=(.*)/s, 2);
          return [decodeURIComponent(name), decodeURIComponent(value)] as const;
        }),
    );
  }

  header(name: string): string | undefined {
    return this.headers.find(([each]) => each.toLowerCase() === name)?.[1];
  }

  has(parameter: string): boolean {
    return this.query.has(parameter);
  }

  /** One version of one key, for a memory of versions. */
  get identity(): string {
    return `${this.bucket}/${this.key}?${this.query.get('versionId') ?? ''}`;
  }

  /** The key with its bucket. */
  get path(): string {
    return `${this.bucket}/${this.key}`;
  }

  /** The object itself, not its retention, legal hold or tags. */
  get isObject(): boolean {
    return this.key !== '' && ![...this.query.keys()].some((name) => SUBRESOURCES.includes(name));
  }

  get isPut(): boolean {
    return this.method === 'PUT' && this.isObject;
  }

  get isCopy(): boolean {
    return this.isPut && this.header('x-amz-copy-source') !== undefined;
  }

  get isRead(): boolean {
    return (this.method === 'GET' || this.method === 'HEAD') && this.isObject;
  }

  get isRetention(): boolean {
    return this.method === 'PUT' && this.key !== '' && this.has('retention');
  }

  get isMultiDelete(): boolean {
    return this.method === 'POST' && this.key === '' && this.has('delete');
  }

  get isVersionList(): boolean {
    return this.method === 'GET' && this.bucket !== '' && this.key === '' && this.has('versions');
  }

  /** ListObjects of either version. */
  get isObjectList(): boolean {
    return (
      this.method === 'GET' &&
      this.bucket !== '' &&
      this.key === '' &&
      ![...this.query.keys()].some((name) => !LIST_PARAMETERS.includes(name))
    );
  }

  get isList(): boolean {
    return this.isVersionList || this.isObjectList;
  }

  /** Not the first page. */
  get isLaterPage(): boolean {
    return ['marker', 'continuation-token', 'key-marker'].some((name) => this.query.get(name));
  }

  /** A question about the bucket: `?location`. */
  asks(subresource: string): boolean {
    return this.method === 'GET' && this.bucket !== '' && this.key === '' && this.has(subresource);
  }
}

const SUBRESOURCES = ['retention', 'legal-hold', 'tagging', 'acl', 'uploads', 'uploadId'];
const LIST_PARAMETERS = [
  'list-type',
  'prefix',
  'delimiter',
  'max-keys',
  'marker',
  'continuation-token',
  'start-after',
  'encoding-type',
  'fetch-owner',
];
