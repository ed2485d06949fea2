// A Backend over S3: its endpoints, its credentials, its quirks.
import { isIP } from 'node:net';
import type { AuthorizedRequest } from '../access/authorized-request.ts';

import type { ClientTimeouts } from '../http1/client-connection.ts';
import { collector } from '../http1/collect.ts';
import { Deadlines, type MonotonicClock } from '../http1/deadlines.ts';
import type { BodyFraming } from '../http1/head.ts';
import type { HeadLimits } from '../http1/head-parser.ts';
import type { ReadBufferSizes } from '../http1/read-buffer.ts';
import { S3Error } from '../s3/error.ts';
import type { Secret } from '../secret.ts';
import { EMPTY_SHA256 } from '../sigv4/payload-hash.ts';
import { createSigner } from '../sigv4/sign.ts';
import { type AwsChunkedSetting, AwsChunkedSupport } from './aws-chunked-support.ts';
import type { Backend, Lease, OwnAnswer, OwnCall, PayloadVerifier } from './backend.ts';
import { entityOfKey } from './balancing/entity-of-key.ts';
import { hashOf } from './balancing/stable-hash.ts';
import { createBucketExistence } from './bucket-existence.ts';
import { CredentialGate, GateShutError } from './credential-gate.ts';
import type { Endpoint } from './dialer.ts';
import { PoolExhaustedError } from './endpoint-pool.ts';
import { EndpointSet, type EndpointSetOptions, type Wish } from './endpoint-set.ts';
import { type Addressing, outgoingHead, renderRequestHead } from './request-head.ts';
import { answerFields } from './response-head.ts';
import { storeFailure } from './store-failure.ts';

/**
 * `least-pending`: the endpoint with the fewest requests under way. `entity`: all objects of one entity go to one endpoint, while it is
 * fit and not overloaded.
 */
export type Balancing = 'entity' | 'least-pending';

export interface S3BackendOptions
  extends Pick<EndpointSetOptions, 'probe' | 'slowStartMs' | 'names' | 'onEndpoint'> {
  readonly name: string;
  readonly endpoints: readonly Endpoint[];
  readonly region: string;
  readonly accessKeyId: string;
  readonly secret: Secret;
  readonly addressing: Addressing;
  readonly ca: string | undefined;
  readonly maxConnectionsPerEndpoint: number;
  readonly balancing: Balancing;
  /** Undefined: any number. */
  readonly maxInFlightPerCredential: number | undefined;
  readonly limits: HeadLimits;
  readonly timeouts: ClientTimeouts & { readonly connectMs: number };
  /** Of the buffers that connections to all endpoints are read into. */
  readonly readBufferSizes: ReadBufferSizes;
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

export function createS3Backend(options: S3BackendOptions): Backend {
  const deadlines = new Deadlines(options.now, options.sweepEveryMs);
  const signer = createSigner({
    accessKeyId: options.accessKeyId,
    secret: options.secret,
    region: options.region,
  });
  const endpoints = new EndpointSet({
    ...options,
    maxConnections: options.maxConnectionsPerEndpoint,
    connectMs: options.timeouts.connectMs,
    deadlines,
    isIpAddress: (host) => isIP(host) !== 0,
    onConnection: (change, detail) => options.onConnection(change, detail),
  });
  const { balancing, maxInFlightPerCredential: maxInFlight } = options;
  const gate =
    maxInFlight === undefined
      ? undefined
      : new CredentialGate({ maxInFlight, patienceMs: options.timeouts.connectMs });

  const acquire: Backend['acquire'] = (fresh = false, request = undefined, insteadOf = undefined) => {
    const owner = request?.request.accessKeyId ?? '';
    const entity = balancing === 'entity' && request !== undefined ? entityOf(request) : undefined;
    const own = request === undefined ? undefined : gate;
    try {
      const wish = { owner, entity, fresh, insteadOf };
      const taken = own === undefined ? endpoints.acquire(wish) : acquireBehind(own, wish);
      return taken instanceof Promise ? taken.catch((error) => Promise.reject(refusal(error))) : taken;
    } catch (error) {
      return Promise.reject(refusal(error));
    }
  };

  const refusal = (error: unknown): S3Error => {
    const isBusy = error instanceof PoolExhaustedError || error instanceof GateShutError;
    return new S3Error(isBusy ? 'SlowDown' : 'ServiceUnavailable', {
      reason: `backend ${options.name}: ${error instanceof Error ? error.message : String(error)}`,
      cause: error,
    });
  };

  const acquireBehind = async (own: CredentialGate, wish: Wish): Promise<Lease> => {
    await own.enter(wish.owner);
    try {
      const lease = await endpoints.acquire(wish);
      lease.onReleased = () => own.leave(wish.owner);
      return lease;
    } catch (error) {
      own.leave(wish.owner);
      throw error;
    }
  };

  const render: Backend['render'] = (head, lease) =>
    renderRequestHead(head, lease.authority, options.addressing, signer, options.wallClock());

  const callOnce = async (call: OwnCall, fresh: boolean, insteadOf?: Lease): Promise<Called> => {
    const lease = await acquire(fresh, undefined, insteadOf);
    const { method, bucket, rawKey, rawQuery, headers = [], payload } = call;
    const framing: BodyFraming =
      payload === undefined ? { kind: 'none' } : { kind: 'length', length: payload.body.length };
    const rawPath = rawKey === undefined ? `/${bucket}` : `/${bucket}/${rawKey}`;
    const payloadHash = payload?.hash ?? EMPTY_SHA256;
    const head = render({ method, bucket, rawPath, rawQuery, headers, payloadHash, framing }, lease);
    const answer = await exchangeSmall(lease, method, { head, framing, body: payload?.body });
    if (answer instanceof Error) lease.release(answer);
    else {
      lease.answered(answer.head.status);
      lease.release();
    }
    return { answer, lease };
  };

  const call = async (own: OwnCall): Promise<OwnAnswer> => {
    // GET and HEAD change nothing, and a pooled connection may have been closed under us.
    const isRepeatable = own.method === 'GET' || own.method === 'HEAD';
    const first = await callOnce(own, !isRepeatable);
    const isLost = first.answer instanceof Error && isRepeatable;
    const { answer } = isLost ? await callOnce(own, true, first.lease) : first;
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
    endpoints: () => endpoints.states,
    setDrained: (drained) => endpoints.setDrained(drained),
    outgoing: outgoingHead,
    render,
    answerFields,
    failure: (error) => storeFailure(options.name, error),
    call,
    bucketExists: (bucket) => existence.exists(bucket),
    forgetBucket: (bucket) => existence.forget(bucket),
    retried: (detail) => options.onConnection('retried', detail),
    close() {
      endpoints.close();
      deadlines.close();
    },
  };
}

interface Called {
  readonly answer: OwnAnswer | Error;
  readonly lease: Lease;
}

/** Folders of different buckets are different entities. */
function entityOf({ request }: AuthorizedRequest): number | undefined {
  const { bucket, key } = request.request;
  const entity = entityOfKey(key);
  return entity === undefined ? undefined : hashOf(entity, hashOf(bucket));
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
