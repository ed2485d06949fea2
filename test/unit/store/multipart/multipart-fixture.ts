// A whole store over HTTP, and multipart uploads to it: made, looked at from the outside, and from behind in catalog and directory.
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { fromKey } from '../../../../src/store/database/key-bounds.ts';
import { type OpenStore, type OpenStoreOptions, openStore } from '../../../../src/store/open-store.ts';
import { createHandlers } from '../../../../src/store/server/handlers.ts';
import { elementOf, headerOf } from '../../../support/raw-http.ts';
import {
  REGION,
  type StoreAnswer,
  type StoreAsk,
  startStoreServer,
  type TestStore,
} from '../server/http-fixture.ts';

export const MIB = 1024 * 1024;
export const BUCKET = 'bucket';

export interface WholeStore extends TestStore {
  readonly opened: OpenStore;
  readonly directory: string;
  /** Everything that the catalog and the directory hold, without times; waits until what was given up is gone. */
  state(): Promise<unknown>;
  usedBytes(bucket?: string): bigint;
}

type Options = Partial<Pick<OpenStoreOptions, 'quotas' | 'wallClock' | 'createBuckets'>>;

/** With the bucket `bucket`, which has neither versioning nor object lock. */
export async function startWholeStore(options: Options = {}): Promise<WholeStore> {
  const directory = await mkdtemp(join(tmpdir(), 'multipart-'));
  const opened = await openStore({
    dataDirectory: directory,
    mayBeNew: true,
    randomBytes,
    region: REGION,
    reserveBytes: 0n,
    createBuckets: [],
    quotas: [],
    wallClock: Date.now,
    now: () => performance.now(),
    onLog: () => {},
    onFatal: (error) => {
      throw error;
    },
    ...options,
  });
  const store = await startStoreServer(
    opened.parts,
    createHandlers(() => randomBytes(16).toString('hex')),
  );
  const { catalog } = opened.parts;
  const whole: WholeStore = {
    ...store,
    opened,
    directory,
    usedBytes: (bucket = BUCKET) => catalog.buckets.usage(catalog.buckets.find(bucket)?.id ?? 0).usedBytes,
    async state() {
      const files = async () => [
        ...(await namesIn(join(directory, 'objects'))),
        ...(await namesIn(join(directory, 'tmp'))),
      ];
      const catalogued = catalogState(opened);
      await expect.poll(async () => (await files()).length, { timeout: 10_000 }).toBe(catalogued.files);
      return { ...catalogued, names: await files() };
    },
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]();
      await opened.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
  expect((await whole.ask({ method: 'PUT', target: `/${BUCKET}` })).status).toBe(200);
  return whole;
}

async function namesIn(path: string): Promise<readonly string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort();
}

function catalogState({ parts: { catalog } }: OpenStore) {
  const buckets = catalog.buckets.all().map((bucket) => ({
    name: bucket.name,
    usage: catalog.buckets.usage(bucket.id),
    versions: [...catalog.versions.versionsFrom(bucket.id, fromKey(''), '')].map((version) => ({
      ...version,
      content: version.isMarker
        ? undefined
        : catalog.versions.byVersionId(bucket.id, version.key, version.versionId),
    })),
    uploads: [...catalog.uploads.uploadsFrom(bucket.id, fromKey(''), '')].map((upload) => ({
      ...upload,
      parts: catalog.uploads.parts(upload.id, 0, 10_000),
    })),
  }));
  let files = 0;
  for (const { versions, uploads } of buckets) {
    for (const { content } of versions) {
      const stored = content && catalog.versions.content(content.id);
      if (stored?.kind === 'version') files += catalog.versions.parts(stored.versionRowId)?.length ?? 1;
    }
    for (const { parts } of uploads) files += parts.length;
  }
  return { buckets, files };
}

export interface Part {
  readonly number: number;
  readonly etag: string;
  /** More elements of the part. */
  readonly more?: string;
}

export function completeXml(parts: readonly Part[]): string {
  const elements = parts.map(
    ({ number, etag, more = '' }) =>
      `<Part><PartNumber>${number}</PartNumber><ETag>${etag}</ETag>${more}</Part>`,
  );
  return `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${elements.join('')}</CompleteMultipartUpload>`;
}

type Headers = Readonly<Record<string, string>>;

/** One upload of a key, as a client drives it. */
export class TestUpload {
  readonly store: TestStore;
  readonly path: string;
  readonly uploadId: string;
  readonly created: StoreAnswer;

  private constructor(store: TestStore, path: string, created: StoreAnswer) {
    this.store = store;
    this.path = path;
    this.created = created;
    this.uploadId = elementOf(created, 'UploadId') ?? '';
  }

  static async create(store: TestStore, path = `/${BUCKET}/key`, headers: Headers = {}): Promise<TestUpload> {
    const created = await store.ask({ method: 'POST', target: `${path}?uploads`, headers });
    expect([created.status, created.code]).toEqual([200, undefined]);
    return new TestUpload(store, path, created);
  }

  partAsk(number: number | string, body: Buffer | string, headers: Headers = {}): StoreAsk {
    const target = `${this.path}?partNumber=${number}&uploadId=${this.uploadId}`;
    return { method: 'PUT', target, body, headers };
  }

  /** A part that must be taken. */
  async part(
    number: number,
    body: Buffer | string,
    headers: Headers = {},
  ): Promise<Part & { readonly answer: StoreAnswer }> {
    const answer = await this.store.ask(this.partAsk(number, body, headers));
    expect([answer.status, answer.code]).toEqual([200, undefined]);
    return { number, etag: headerOf(answer, 'etag') ?? '', answer };
  }

  complete(parts: readonly Part[] | string, headers: Headers = {}): Promise<StoreAnswer> {
    const body = typeof parts === 'string' ? parts : completeXml(parts);
    return this.store.ask({
      method: 'POST',
      target: `${this.path}?uploadId=${this.uploadId}`,
      body,
      headers,
    });
  }

  abort(): Promise<StoreAnswer> {
    return this.store.ask({ method: 'DELETE', target: `${this.path}?uploadId=${this.uploadId}` });
  }

  list(query = ''): Promise<StoreAnswer> {
    return this.store.ask({ target: `${this.path}?uploadId=${this.uploadId}${query}` });
  }
}

export const md5 = (data: Buffer | string): string => createHash('md5').update(data).digest('hex');

/** What S3 gives a multipart object as ETag, without quotes. */
export function multipartEtagOf(bodies: readonly (Buffer | string)[]): string {
  const joined = Buffer.concat(bodies.map((body) => createHash('md5').update(body).digest()));
  return `${md5(joined)}-${bodies.length}`;
}

export const elementsOf = ({ text }: StoreAnswer, name: string): string[] =>
  [...text.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, value = '']) => value);
