// The listings of one bucket, page by page, asked politely: at the pace of all, and after an ever longer pause where the
// store is busy or not there.
import { CapacityUnknownError } from '../../capacity.ts';
import type { HttpAnswer } from '../http-get.ts';
import { refused } from '../http-get.ts';
import { type SignedSource, signedGetter } from '../signed-get.ts';
import {
  type ListedUpload,
  type Marker,
  objectsPage,
  type Page,
  partsPage,
  type UploadsPage,
  uploadsPage,
  versionsPage,
} from './listing-page.ts';
import type { RequestPace, Sleep } from './request-pace.ts';

/** A store as S3: one of several endpoints answers. */
export interface S3Source extends Omit<SignedSource, 'endpoint' | 'host'> {
  /** `http://host:port`, asked in turn: the next one where one does not answer. */
  readonly endpoints: readonly [string, ...string[]];
  /** Where the bucket is named: in the path, or in the Host header, which need not be a name that resolves. */
  readonly addressing: 'path' | 'virtual-hosted';
}

export interface BucketListingOptions {
  readonly source: S3Source;
  readonly bucket: string;
  readonly pageSize: number;
  /** How long one answer may take, milliseconds. */
  readonly requestTimeoutMs: number;
  readonly pace: RequestPace;
  readonly sleep: Sleep;
  /** Ends everything. */
  readonly closed: AbortSignal;
  /** Told of each answer that was no use, in a sentence, and `undefined` of one that was. */
  onTrouble(trouble: string | undefined): void;
}

/** The store does not have the bucket. */
export class NoSuchBucketError extends CapacityUnknownError {}

interface Ask {
  /** Percent-encoded, with the slash before it. */
  readonly key?: string;
  readonly query: Readonly<Record<string, string>>;
  readonly what: string;
}

/** Eight times the same question, over two minutes: longer than a restart of a store, shorter than a day's work lost. */
const ATTEMPTS = 8;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** Each upload is a listing of its own: a restart repeats those of one page. */
const UPLOADS_A_PAGE = 100;
/** Codes of a client error that is none, https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const BUSY_CODES = ['SlowDown', 'RequestTimeout', 'Throttling', 'ThrottlingException', 'TooManyRequests'];

/** Every call rejects with a CapacityUnknownError: a sentence of what was asked and what came. */
export class BucketListing {
  readonly #options: BucketListingOptions;
  readonly #getters: readonly ReturnType<typeof signedGetter>[];
  readonly #path: string;
  #endpoint = 0;

  constructor(options: BucketListingOptions) {
    const { source, bucket } = options;
    this.#options = options;
    this.#path = source.addressing === 'path' ? `/${bucket}` : '';
    this.#getters = source.endpoints.map((endpoint) => {
      const named = source.addressing === 'path' ? {} : { host: `${bucket}.${new URL(endpoint).host}` };
      return signedGetter({ ...source, endpoint, ...named });
    });
  }

  /** All versions, delete markers without size; `undefined` where the store has no such listing. */
  versions(marker: Marker | undefined): Promise<Page | undefined> {
    const from = marker && { 'key-marker': marker.key, ...idOf('version-id-marker', marker) };
    // Encoded: Go writes U+FFFD for a control character, and such a marker leads astray.
    const query = { versions: '', 'encoding-type': 'url', 'max-keys': this.#pageSize, ...from };
    return this.#ask({ query, what: `the versions of bucket ${this.#options.bucket}` }, versionsPage);
  }

  /** The current objects. A token says where the next page begins, so keys need not be understood. */
  async objects(marker: Marker | undefined): Promise<Page> {
    const from = marker && { 'continuation-token': marker.key };
    const query = { 'list-type': '2', 'max-keys': this.#pageSize, ...from };
    const what = `the objects of bucket ${this.#options.bucket}`;
    const page = await this.#ask({ query, what }, objectsPage);
    if (page === undefined) throw new CapacityUnknownError(`asked for ${what}: the store cannot list them`);
    return page;
  }

  /** Uploads that are not completed; `undefined` where the store has no such listing. */
  uploads(marker: Marker | undefined): Promise<UploadsPage | undefined> {
    const from = marker && { 'key-marker': marker.key, ...idOf('upload-id-marker', marker) };
    const query = { uploads: '', 'encoding-type': 'url', 'max-uploads': String(UPLOADS_A_PAGE), ...from };
    return this.#ask({ query, what: `the uploads to bucket ${this.#options.bucket}` }, uploadsPage);
  }

  /** What the parts of an upload hold; 0 where it has ended meanwhile. */
  async uploadBytes({ keys, uploadId }: ListedUpload): Promise<bigint> {
    for (const key of keys) {
      const bytes = await this.#partBytes(`/${encodedKey(key)}`, uploadId);
      if (bytes !== undefined) return bytes;
    }
    return 0n;
  }

  async #partBytes(key: string, uploadId: string): Promise<bigint | undefined> {
    const what = `the parts of an upload to bucket ${this.#options.bucket}`;
    let bytes = 0n;
    for (let after = 0; ; ) {
      const from = after === 0 ? {} : { 'part-number-marker': String(after) };
      const query = { uploadId, 'max-parts': '1000', ...from };
      const page = await this.#ask({ key, query, what }, partsPage, 'may be gone');
      if (page === undefined) return undefined;
      bytes += page.bytes;
      if (page.next === undefined) return bytes;
      if (page.next <= after) throw new CapacityUnknownError(`asked for ${what}: its pages go in a circle`);
      after = page.next;
    }
  }

  get #pageSize(): string {
    return String(this.#options.pageSize);
  }

  /** Until there is a page; `undefined` where the store has no such listing, or the upload is gone. */
  async #ask<T>(ask: Ask, read: (document: string) => T, gone?: 'may be gone'): Promise<T | undefined> {
    const { closed, sleep, onTrouble } = this.#options;
    for (let attempt = 1; ; attempt += 1) {
      await this.#options.pace.turn();
      const outcome = await this.#once(ask, read, gone === 'may be gone');
      closed.throwIfAborted();
      onTrouble(outcome.kind === 'page' ? undefined : outcome.error?.message);
      if (outcome.kind === 'page') return outcome.page;
      if (outcome.kind === 'none') return undefined;
      if (outcome.kind === 'refused' || attempt === ATTEMPTS) throw outcome.error;
      this.#endpoint += 1;
      await sleep(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempt - 1)), closed);
    }
  }

  async #once<T>(
    { key = '', query, what }: Ask,
    read: (document: string) => T,
    mayBeGone: boolean,
  ): Promise<Outcome<T>> {
    const { closed, requestTimeoutMs } = this.#options;
    const get = this.#getters[this.#endpoint % this.#getters.length];
    if (get === undefined)
      return { kind: 'refused', error: new CapacityUnknownError('there is nobody to ask') };
    const signal = AbortSignal.any([closed, AbortSignal.timeout(requestTimeoutMs)]);
    let answer: HttpAnswer;
    try {
      answer = await get({ path: `${this.#path}${key}` || '/', query, signal, what });
    } catch (error) {
      return { kind: 'busy', error: asUnknown(error) };
    }
    const { status, code = '' } = answer;
    if (status === 200) {
      try {
        return { kind: 'page', page: read(answer.body) };
      } catch (error) {
        return { kind: 'busy', error: answer.unknown(`answered ${asUnknown(error).message}`) };
      }
    }
    const error = refused(answer);
    if (code === 'NoSuchBucket') return { kind: 'refused', error: new NoSuchBucketError(error.message) };
    const isUnknownCall = status === 501 || status === 405 || code === 'NotImplemented';
    if (mayBeGone ? status === 404 : isUnknownCall) return { kind: 'none' };
    if (isUnknownCall) return { kind: 'refused', error };
    const isBusy = status >= 500 || status === 429 || status === 408 || BUSY_CODES.includes(code);
    return { kind: isBusy ? 'busy' : 'refused', error };
  }
}

type Outcome<T> =
  | { readonly kind: 'page'; readonly page: T }
  /** The store has no such listing. */
  | { readonly kind: 'none'; readonly error?: undefined }
  /** May be another answer later. */
  | { readonly kind: 'busy'; readonly error: CapacityUnknownError }
  | { readonly kind: 'refused'; readonly error: CapacityUnknownError };

function idOf(name: string, { id }: Marker): Readonly<Record<string, string>> {
  return id === '' ? {} : { [name]: id };
}

function encodedKey(key: string): string {
  return encodeURIComponent(key)
    .replaceAll('%2F', '/')
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

function asUnknown(error: unknown): CapacityUnknownError {
  if (error instanceof CapacityUnknownError) return error;
  return new CapacityUnknownError(error instanceof Error ? error.message : String(error), { cause: error });
}
