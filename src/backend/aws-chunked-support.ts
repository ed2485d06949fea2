// Whether a store takes unsigned aws-chunked bodies as they come. Nothing in its answers says so, and one that does not know
// them may keep the chunk heads as data; so one part of an upload that is never completed is sent in that form.
import { createHash, randomUUID } from 'node:crypto';
import type { MonotonicClock } from '../http1/deadlines.ts';
import { UNSIGNED_CHUNKS } from '../s3/aws-chunked.ts';
import { parseBucketList } from '../s3/bucket-list.ts';
import { createChecksum } from '../s3/checksum.ts';
import { AMZ_DECODED_CONTENT_LENGTH, AMZ_TRAILER } from '../s3/headers.ts';
import { parseStoreXml } from '../s3/store-xml.ts';
import { AwsChunkedWriter, unsignedForm } from '../sigv4/aws-chunked-writer.ts';
import { EMPTY_SHA256 } from '../sigv4/payload-hash.ts';
import type { OwnAnswer, OwnCall } from './backend.ts';

/** `auto` asks the store; `relay` and `decode` know. */
export type AwsChunkedSetting = 'auto' | 'relay' | 'decode';

export interface AwsChunkedSupportOptions {
  readonly setting: AwsChunkedSetting;
  call(call: OwnCall): Promise<OwnAnswer>;
  readonly now: MonotonicClock;
  /** `takes` is undefined where it could not be found out; `detail` says how it was, or why not. */
  onLearnt(takes: boolean | undefined, detail: string): void;
}

const PROBE_KEY = '.sosapi-gateway/aws-chunked-';
const DATA = 'aws-chunked?';
/** A store that could not say is not asked with every upload. */
const ASK_AGAIN_MS = 30_000;

export class AwsChunkedSupport {
  readonly #options: AwsChunkedSupportOptions;
  #takes: boolean | undefined;
  #asking: Promise<void> | undefined;
  #notBeforeMs = Number.NEGATIVE_INFINITY;

  constructor(options: AwsChunkedSupportOptions) {
    this.#options = options;
    if (options.setting !== 'auto') this.#takes = options.setting === 'relay';
  }

  /** Whether it takes them; asked in this bucket where that is not known, and no where it cannot be found out. */
  async takes(bucket: string): Promise<boolean> {
    if (this.#takes === undefined) await this.#ask(async () => bucket);
    return this.#takes ?? false;
  }

  /** Somebody else has asked. */
  heard(takes: boolean): void {
    this.#takes ??= takes;
  }

  /** Asks the store in the first of its buckets that `mayUse`. Never rejects. */
  async learn(mayUse: (bucket: string) => boolean): Promise<void> {
    if (this.#takes !== undefined) return;
    await this.#ask(async () => {
      const { body } = await this.#options.call({ method: 'GET', bucket: '', rawQuery: '' });
      return parseBucketList(body)?.buckets.find(({ name }) => mayUse(name))?.name;
    });
  }

  /** All who ask meanwhile wait for the same answer. */
  async #ask(findBucket: () => Promise<string | undefined>): Promise<void> {
    if (this.#asking === undefined) {
      if (this.#options.now() < this.#notBeforeMs) return;
      this.#asking = this.#find(findBucket).finally(() => {
        this.#asking = undefined;
      });
    }
    await this.#asking;
  }

  async #find(findBucket: () => Promise<string | undefined>): Promise<void> {
    try {
      const bucket = await findBucket();
      // Without a bucket there is nothing to ask with; the first upload brings one.
      if (bucket === undefined) return;
      const { takes, detail } = await this.#probe(bucket);
      this.#takes = takes;
      this.#options.onLearnt(takes, detail);
    } catch (error) {
      this.#notBeforeMs = this.#options.now() + ASK_AGAIN_MS;
      this.#options.onLearnt(undefined, error instanceof Error ? error.message : String(error));
    }
  }

  async #probe(bucket: string): Promise<{ readonly takes: boolean; readonly detail: string }> {
    const { call } = this.#options;
    const at = { bucket, rawKey: `${PROBE_KEY}${randomUUID()}` };
    const created = await call({ ...at, method: 'POST', rawQuery: 'uploads=', payload: NOTHING });
    const uploadId = uploadIdOf(created);
    if (uploadId === undefined) {
      throw new Error(`the store answered ${created.head.status} to CreateMultipartUpload in ${bucket}`);
    }
    const rawUploadId = encodeURIComponent(uploadId);
    try {
      const part = await call({
        ...at,
        method: 'PUT',
        rawQuery: `partNumber=1&uploadId=${rawUploadId}`,
        ...(await framedPart()),
      });
      const { status, headers } = part.head;
      // 501 is what a store says that has never heard of a header or a payload mode.
      if (status >= 500 && status !== 501)
        throw new Error(`the store answered ${status} to UploadPart in ${bucket}`);
      const isDecoded = status === 200 && headers.get('etag') === `"${md5Of(DATA, 'hex')}"`;
      return {
        takes: isDecoded,
        detail: isDecoded ? 'the store decodes them' : `the store answered ${status} to one`,
      };
    } finally {
      await call({ ...at, method: 'DELETE', rawQuery: `uploadId=${rawUploadId}` });
    }
  }
}

const NOTHING = { body: Buffer.alloc(0), hash: EMPTY_SHA256 };

/** Content-MD5 is of the data, so that a store that does not decode has a reason to refuse. */
async function framedPart(): Promise<Pick<OwnCall, 'headers' | 'payload'>> {
  const data = Buffer.from(DATA);
  const checksum = await createChecksum('CRC32');
  checksum.update(data);
  const form = unsignedForm(data.length, 'CRC32');
  const frames: Buffer[] = [];
  const writer = new AwsChunkedWriter(form, (bytes) => frames.push(bytes));
  writer.data(data);
  writer.end(checksum.digest());
  return {
    headers: [
      ['content-encoding', 'aws-chunked'],
      ['content-md5', md5Of(DATA, 'base64')],
      [AMZ_DECODED_CONTENT_LENGTH, String(form.decodedLength)],
      [AMZ_TRAILER, form.trailer],
    ],
    payload: { body: Buffer.concat(frames), hash: UNSIGNED_CHUNKS },
  };
}

function md5Of(text: string, encoding: 'hex' | 'base64'): string {
  return createHash('md5').update(text).digest(encoding);
}

function uploadIdOf({ head, body }: OwnAnswer): string | undefined {
  if (head.status !== 200) return undefined;
  const parsed = parseStoreXml(body) as { InitiateMultipartUploadResult?: { UploadId?: string } };
  return parsed.InitiateMultipartUploadResult?.UploadId;
}
