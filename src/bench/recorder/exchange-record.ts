// One request and its answer as they go by, and the line that a recording keeps of them.
import { BoundedCopy, errorCodeOf, hasShape, shapeOf } from './body-shape.ts';
import { payloadOf, tellHeaders, tellName } from './harmless-headers.ts';
import { readQuery, tellQuery } from './harmless-query.ts';
import type { NameWriter } from './hashed-names.ts';
import type { MessageHead } from './http-message-reader.ts';
import type { RecordedRequest } from './recording-format.ts';
import { requestPlace } from './request-place.ts';
import { operationOf } from './s3-operation.ts';

export interface RecordSetting {
  readonly names: NameWriter;
  /** Under which recorder and store are known, for addressing by host name. */
  readonly ownNames: readonly string[];
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds since the recording began. */
  readonly elapsed: () => number;
}

type Asked = Pick<
  RecordedRequest,
  'method' | 'operation' | 'addressing' | 'signed' | 'bucket' | 'key' | 'query' | 'headers' | 'payload'
>;

const NOT_READ: Asked = {
  method: '',
  operation: 'unknown',
  addressing: 'path',
  signed: 'no',
  query: [],
  headers: [],
  payload: 'none',
};

export class ExchangeRecord {
  readonly #setting: RecordSetting;
  readonly #connection: number;
  readonly #atMs: number;
  #asked = NOT_READ;
  #requestBytes = 0;
  #requestCopy: BoundedCopy | undefined;
  #hasWholeRequest = false;
  #answer: { readonly status: number; readonly head: MessageHead; readonly firstByteMs: number } | undefined;
  #answerBytes = 0;
  #answerCopy: BoundedCopy | undefined;
  #answerEndMs: number | undefined;
  #answerBeganMs: number | undefined;

  constructor(setting: RecordSetting, connection: number) {
    this.#setting = setting;
    this.#connection = connection;
    this.#atMs = setting.elapsed();
  }

  get method(): string {
    return this.#asked.method;
  }

  get isAnswered(): boolean {
    return this.#answerEndMs !== undefined;
  }

  get isDone(): boolean {
    return this.#hasWholeRequest && this.isAnswered;
  }

  requestHead(head: MessageHead): void {
    this.#asked = askedOf(head, this.#setting);
    if (hasShape(this.#asked.operation)) this.#requestCopy = new BoundedCopy();
  }

  requestBody(bytes: Buffer): void {
    this.#requestBytes += bytes.length;
    this.#requestCopy?.add(bytes);
  }

  requestEnd(): void {
    this.#hasWholeRequest = true;
  }

  answerBegin(): void {
    this.#answerBeganMs = this.#setting.elapsed();
  }

  /** Not for 100 Continue and the like: the final one alone. */
  answerHead(status: number, head: MessageHead): void {
    const firstByteMs = (this.#answerBeganMs ?? this.#setting.elapsed()) - this.#atMs;
    this.#answer = { status, head, firstByteMs };
    // A multi-delete or a copy may also answer 200 with an error document.
    if (status >= 400 || this.#asked.method === 'POST') this.#answerCopy = new BoundedCopy();
  }

  answerBody(bytes: Buffer): void {
    this.#answerBytes += bytes.length;
    this.#answerCopy?.add(bytes);
  }

  answerEnd(): void {
    this.#answerEndMs = this.#setting.elapsed();
  }

  line(): RecordedRequest {
    const { names, elapsed } = this.#setting;
    const answer = this.#answer;
    const body = this.#requestCopy && shapeOf(this.#requestCopy);
    const code = this.#answerCopy && errorCodeOf(this.#answerCopy);
    const version = answer && headerOf(answer.head, 'x-amz-version-id');
    return {
      kind: 'request',
      atMs: rounded(this.#atMs),
      connection: this.#connection,
      ...this.#asked,
      requestBytes: this.#requestBytes,
      ...(body === undefined ? {} : { body }),
      ...(answer === undefined ? {} : { status: answer.status }),
      ...(code === undefined ? {} : { code }),
      ...(version === undefined ? {} : { version: names.id(version) }),
      answerHeaders: answer?.head.headers.map(([name]) => tellName(name, names)) ?? [],
      answerBytes: this.#answerBytes,
      ...(answer === undefined ? {} : { firstByteMs: rounded(answer.firstByteMs) }),
      tookMs: rounded((this.#answerEndMs ?? elapsed()) - this.#atMs),
      ...(this.isDone ? {} : { incomplete: true }),
    };
  }
}

/** Methods of HTTP and S3; a line that does not begin with one is not a request. */
const METHODS = ['GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'OPTIONS'];

function askedOf(head: MessageHead, { names, ownNames, now }: RecordSetting): Asked {
  const [method = '', target = ''] = head.first.split(' ');
  const place = requestPlace(target, headerOf(head, 'host') ?? '', ownNames);
  const query = readQuery(place.queryText);
  const parameters = new Map(query.map(([name, value = '']) => [name, value]));
  const content = headerOf(head, 'x-amz-content-sha256');
  const isPresigned = parameters.has('X-Amz-Signature') || parameters.has('Signature');
  const isSigned = headerOf(head, 'authorization') !== undefined;
  return {
    method: METHODS.includes(method) ? method : 'other',
    operation: operationOf({
      method,
      hasBucket: place.bucket !== undefined,
      hasKey: place.key !== undefined,
      parameters,
      isCopy: headerOf(head, 'x-amz-copy-source') !== undefined,
    }),
    addressing: place.addressing,
    signed: isPresigned ? 'presigned' : isSigned ? 'header' : 'no',
    ...(place.bucket === undefined ? {} : { bucket: names.bucket(place.bucket) }),
    ...(place.key === undefined ? {} : { key: names.key(place.key) }),
    query: tellQuery(query, names),
    headers: tellHeaders(head.headers, now(), names),
    payload: content === undefined ? 'none' : payloadOf(content),
  };
}

function headerOf({ headers }: MessageHead, wanted: string): string | undefined {
  return headers.find(([name]) => name.toLowerCase() === wanted)?.[1];
}

function rounded(ms: number): number {
  return Math.round(ms * 10) / 10;
}
