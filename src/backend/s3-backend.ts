// A Backend over S3: pools for its endpoints, its credentials, its quirks.

import type { ClientTimeouts } from '../http1/client-connection.ts';
import { collector } from '../http1/collect.ts';
import { Deadlines, type MonotonicClock } from '../http1/deadlines.ts';
import type { BodyFraming } from '../http1/head.ts';
import type { HeadLimits } from '../http1/head-parser.ts';
import { S3Error } from '../s3/error.ts';
import type { Secret } from '../secret.ts';
import { EMPTY_SHA256 } from '../sigv4/payload-hash.ts';
import { createSigner } from '../sigv4/sign.ts';
import { type AwsChunkedSetting, AwsChunkedSupport } from './aws-chunked-support.ts';
import type { Backend, Lease, OwnAnswer, OwnCall, PayloadVerifier } from './backend.ts';
import { createBucketExistence } from './bucket-existence.ts';
import type { Endpoint } from './dialer.ts';
import { EndpointPool, PoolExhaustedError } from './endpoint-pool.ts';
import { type Addressing, outgoingHead, renderRequestHead } from './request-head.ts';
import { answerFields } from './response-head.ts';
import { storeFailure } from './store-failure.ts';

export interface S3BackendOptions {
  readonly name: string;
  readonly endpoints: readonly Endpoint[];
  readonly region: string;
  readonly accessKeyId: string;
  readonly secret: Secret;
  readonly addressing: Addressing;
  readonly ca: string | undefined;
  readonly maxConnectionsPerEndpoint: number;
  readonly limits: HeadLimits;
  readonly timeouts: ClientTimeouts & { readonly connectMs: number };
  /** Size of the buffer that a connection is read into, where that many are open already. */
  readBufferBytes(open: number): number;
  readonly awsChunked: AwsChunkedSetting;
  readonly verifyPayload: PayloadVerifier;
  readonly sweepEveryMs: number;
  /** Wall clock, milliseconds since 1970: for signatures. */
  readonly wallClock: () => number;
  readonly now: MonotonicClock;
  /** Whether the store takes unsigned aws-chunked bodies; undefined where that could not be found out. */
  onAwsChunkedLearnt(takes: boolean | undefined, detail: string): void;
  onConnection(change: 'opened' | 'failed' | 'closed' | 'retried', detail: string | undefined): void;
}

const MAX_OWN_ANSWER_BYTES = 32 * 1024 * 1024;
/** An endpoint that refused a connection is tried last for this long. */
const AVOID_FAILED_MS = 2_000;

export function createS3Backend(options: S3BackendOptions): Backend {
  const deadlines = new Deadlines(options.now, options.sweepEveryMs);
  const signer = createSigner({
    accessKeyId: options.accessKeyId,
    secret: options.secret,
    region: options.region,
  });
  const pools = options.endpoints.map(
    (endpoint) =>
      new EndpointPool({
        endpoint,
        maxConnections: options.maxConnectionsPerEndpoint,
        connectMs: options.timeouts.connectMs,
        readBufferBytes: options.readBufferBytes,
        ca: options.ca,
        deadlines,
        limits: options.limits,
        timeouts: options.timeouts,
        now: options.now,
        onConnection: (change, detail) => options.onConnection(change, detail),
      }),
  );

  /** Endpoints that work before those that just failed, the least busy first. */
  const byPreference = (): readonly EndpointPool[] => {
    if (pools.length === 1) return pools;
    const failedLately = (pool: EndpointPool): number =>
      pool.failedAtMs !== undefined && options.now() - pool.failedAtMs < AVOID_FAILED_MS ? 1 : 0;
    return [...pools].sort((a, b) => failedLately(a) - failedLately(b) || a.load - b.load);
  };

  const acquire = async (fresh = false): Promise<Lease> => {
    let failure: unknown;
    for (const pool of byPreference()) {
      try {
        return await (fresh ? pool.acquireFresh() : pool.acquire());
      } catch (error) {
        failure = error;
      }
    }
    if (failure instanceof PoolExhaustedError) {
      throw new S3Error('SlowDown', {
        reason: `backend ${options.name}: ${failure.message}`,
        cause: failure,
      });
    }
    throw new S3Error('ServiceUnavailable', {
      reason: `backend ${options.name}: ${failure instanceof Error ? failure.message : String(failure)}`,
      cause: failure,
    });
  };

  const render: Backend['render'] = (head, lease) =>
    renderRequestHead(head, lease.authority, options.addressing, signer, options.wallClock());

  const callOnce = async (call: OwnCall, fresh: boolean): Promise<OwnAnswer | Error> => {
    const lease = await acquire(fresh);
    const { method, bucket, rawKey, rawQuery, headers = [], payload } = call;
    const framing: BodyFraming =
      payload === undefined ? { kind: 'none' } : { kind: 'length', length: payload.body.length };
    const rawPath = rawKey === undefined ? `/${bucket}` : `/${bucket}/${rawKey}`;
    const payloadHash = payload?.hash ?? EMPTY_SHA256;
    const head = render({ method, bucket, rawPath, rawQuery, headers, payloadHash, framing }, lease);
    const answer = await exchangeSmall(lease, method, { head, framing, body: payload?.body });
    lease.release();
    return answer;
  };

  const call = async (own: OwnCall): Promise<OwnAnswer> => {
    // GET and HEAD change nothing, and a pooled connection may have been closed under us.
    const isRepeatable = own.method === 'GET' || own.method === 'HEAD';
    const first = await callOnce(own, !isRepeatable);
    const answer = first instanceof Error && isRepeatable ? await callOnce(own, true) : first;
    if (answer instanceof Error) throw storeFailure(options.name, answer);
    return answer;
  };

  const existence = createBucketExistence(
    async (bucket) => (await call({ method: 'HEAD', bucket, rawQuery: '' })).head.status,
    options.now,
  );

  const awsChunked = new AwsChunkedSupport({
    setting: options.awsChunked,
    call,
    now: options.now,
    onLearnt: options.onAwsChunkedLearnt,
  });

  return {
    name: options.name,
    verifyPayload: options.verifyPayload,
    takesAwsChunked: (bucket) => awsChunked.takes(bucket),
    heardAwsChunked: (takes) => awsChunked.heard(takes),
    learn: (mayUse) => awsChunked.learn(mayUse),
    acquire,
    outgoing: outgoingHead,
    render,
    answerFields,
    failure: (error) => storeFailure(options.name, error),
    call,
    bucketExists: (bucket) => existence.exists(bucket),
    forgetBucket: (bucket) => existence.forget(bucket),
    retried: (detail) => options.onConnection('retried', detail),
    close() {
      for (const pool of pools) pool.close();
      deadlines.close();
    },
  };
}

/** One request with a small body or none, its answer held in memory. */
function exchangeSmall(
  lease: Lease,
  method: string,
  {
    head,
    framing,
    body,
  }: { readonly head: string; readonly framing: BodyFraming; readonly body: Buffer | undefined },
): Promise<OwnAnswer | Error> {
  return new Promise((resolve) => {
    const upload = lease.connection.begin(method, head, framing, {
      onHead(answer) {
        lease.connection.readBody(
          collector(MAX_OWN_ANSWER_BYTES, (collected) => {
            switch (collected.kind) {
              case 'whole':
                resolve({ head: answer, body: collected.body });
                return;
              case 'too-large':
                lease.connection.destroy();
                resolve(new Error(`an answer of more than ${MAX_OWN_ANSWER_BYTES} bytes`));
                return;
              case 'broken':
                resolve(collected.error);
                return;
            }
          }),
        );
      },
      onDone() {},
      onFailed: resolve,
    });
    if (body !== undefined) upload.write(body);
    upload.end();
  });
}
