// What a case has at hand, over the calls of an S3 client.
import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchContext, PutOptions, S3Answer, S3Call } from '../bench-context.ts';
import { CaseEnd, failCase } from './case-end.ts';
import { expectSuccess } from './expect-success.ts';
import { guardCall } from './guard-call.ts';
import type { MadeBuckets } from './made-buckets.ts';
import type { S3Client } from './s3-client.ts';
import { seededBytes } from './seeded-bytes.ts';
import { ListingError, listAllVersions } from './version-listing.ts';
import { asObject, listAt, parseXml } from './xml-tree.ts';

export interface ContextParts {
  readonly client: S3Client;
  readonly prefix: string;
  readonly signal: AbortSignal;
  readonly now: () => number;
  /** Absent where the bench may not make buckets. */
  readonly buckets: MadeBuckets | undefined;
  readonly figures: Map<string, number>;
}

export function createContext({ client, prefix, signal, now, buckets, figures }: ContextParts): BenchContext {
  const { bucket, endpoint, ca } = client.target;
  const call = async (asked: S3Call): Promise<S3Answer> => {
    guardCall(asked, bucket);
    return client.call(asked);
  };
  const mustSucceed = async (asked: S3Call): Promise<S3Answer> => expectSuccess(asked, await call(asked));
  return {
    bucket,
    endpoint,
    ...(ca === undefined ? {} : { ca }),
    prefix,
    signal,
    now,
    sleep: (ms) => sleep(ms, undefined, { signal }),
    bytes: (length, seed = '') => seededBytes(length, seed),
    call,
    raw: (bytes, quietMs) => client.raw(bytes, quietMs),
    async put(key, body, options = {}) {
      const { headers } = await mustSucceed(putCall(key, body, options, now()));
      return { versionId: headers.get('x-amz-version-id') ?? '', etag: headers.get('etag') ?? '' };
    },
    async get(key, versionId, other) {
      const { body } = await mustSucceed({ method: 'GET', key, ...inBucket(other), ...ofVersion(versionId) });
      return body;
    },
    deleteVersion: (key, versionId, other) =>
      mustSucceed({ method: 'DELETE', key, ...inBucket(other), ...ofVersion(versionId) }),
    async listVersions(listed, options) {
      try {
        return await listAllVersions(call, { prefix: listed, ...options });
      } catch (error) {
        return error instanceof ListingError ? failCase(error.message) : Promise.reject(error);
      }
    },
    xml: readXml,
    list: (document, ...path) => listAt(document, path),
    async makeBucket(options = {}) {
      if (buckets === undefined) {
        throw new CaseEnd('skipped', 'needs a bucket of its own; run with --make-buckets');
      }
      return buckets.make(mustMake(client), options);
    },
    figure: (name, value) => void figures.set(name, value),
    fail: failCase,
    warn: (message) => {
      throw new CaseEnd('warned', message);
    },
    skip: (reason) => {
      throw new CaseEnd('skipped', reason);
    },
  };
}

function mustMake(client: S3Client) {
  return async (asked: S3Call): Promise<S3Answer> => expectSuccess(asked, await client.call(asked));
}

function putCall(key: string, body: Buffer | string, options: PutOptions, nowMs: number): S3Call {
  const { headers = {}, lockSeconds, variant, bucket } = options;
  return {
    method: 'PUT',
    key,
    body,
    headers: { ...headers, ...(lockSeconds === undefined ? {} : lockHeaders(nowMs + lockSeconds * 1000)) },
    ...(variant === undefined ? {} : { variant }),
    ...inBucket(bucket),
  };
}

/** In whole seconds: not every store reads fractions. */
function lockHeaders(untilMs: number): Record<string, string> {
  const until = new Date(Math.ceil(untilMs / 1000) * 1000).toISOString().replace('.000Z', 'Z');
  return { 'x-amz-object-lock-mode': 'COMPLIANCE', 'x-amz-object-lock-retain-until-date': until };
}

function inBucket(bucket: string | undefined): Pick<S3Call, 'bucket'> {
  return bucket === undefined ? {} : { bucket };
}

/** Empty is what `put` gives of a bucket without versions. */
function ofVersion(versionId: string | undefined): Pick<S3Call, 'query'> {
  return versionId === undefined || versionId === '' ? {} : { query: [['versionId', versionId]] };
}

function readXml(answer: S3Answer): unknown {
  try {
    return asObject(parseXml(answer.body.toString('utf8')));
  } catch (error) {
    return failCase(`the answer (${answer.status}) is ${(error as Error).message}`);
  }
}
