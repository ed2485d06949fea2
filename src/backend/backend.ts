// A store behind the gateway, as the gateway sees it.
import type { AuthorizedRequest } from '../access/authorized-request.ts';
import type { ClientConnection } from '../http1/client-connection.ts';
import type { BodyFraming, ResponseHead } from '../http1/head.ts';
import type { S3Error } from '../s3/error.ts';

/** A connection for one request. `fresh`: it has carried none before. */
export interface Lease {
  /** The Host header's value there. */
  readonly authority: string;
  readonly connection: ClientConnection;
  readonly fresh: boolean;
  /** Whether another endpoint could take the request instead. */
  readonly hasAlternative: boolean;
  /** The store has begun to answer, with this status. */
  answered(status: number): void;
  /**
   * Gives it back, once; a connection that cannot be used again is closed by now or is closed here. `broken`: the store broke off or
   * was too slow, and nobody else is to blame.
   */
  release(broken?: Error): void;
}

/** One endpoint as it is now. */
export interface EndpointState {
  /** `HOST:PORT`, with `/ADDRESS` behind it where the host's name has several. */
  readonly name: string;
  readonly authority: string;
  /** `half-open`: the next request is a trial. `slow-start`: it came back and takes a growing share. */
  readonly state: 'healthy' | 'slow-start' | 'half-open' | 'ejected' | 'drained';
  /** Requests under way and waiting there. */
  readonly inFlight: number;
  /** Those of them that wait for a connection. */
  readonly waiting: number;
  /** How long it has been in this state, in milliseconds. */
  readonly forMs: number;
  /** Until its next trial, in milliseconds; of an ejected one. */
  readonly trialInMs: number | undefined;
  /** Requests sent there since the start. */
  readonly requests: number;
  readonly ejections: number;
  /** Why it was ejected the last time. */
  readonly lastReason: string | undefined;
}

/** A request's head before it is signed for one endpoint. */
export interface OutgoingHead {
  readonly method: string;
  /** Empty for the service. */
  readonly bucket: string;
  /** In path style: `/`, `/bucket`, `/bucket/` or `/bucket/key`, percent-encoded as it came. */
  readonly rawPath: string;
  readonly rawQuery: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** 64 lower-case hex digits, `UNSIGNED-PAYLOAD`, or `STREAMING-UNSIGNED-PAYLOAD-TRAILER`. */
  readonly payloadHash: string;
  readonly framing: BodyFraming;
}

/** A small call of the gateway's own, with the store's credentials. */
export interface OwnCall {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** Empty for the service. */
  readonly bucket: string;
  /** Percent-encoded; absent for the bucket itself. */
  readonly rawKey?: string;
  readonly rawQuery: string;
  readonly headers?: OutgoingHead['headers'];
  /** `hash`: what is signed of it. */
  readonly payload?: { readonly body: Buffer; readonly hash: string };
}

export interface OwnAnswer {
  readonly head: ResponseHead;
  readonly body: Buffer;
}

/**
 * How a body stands on the line to the store: as the client framed it, out of its chunks, or in unsigned chunks instead of signed
 * ones, which only the gateway can prove.
 */
export type BodyForm = 'as-sent' | 'decoded' | 'reframed';

export type PayloadVerifier = 'store' | 'gateway';

/** One store: any number of endpoints that show the same buckets. Every method that fails throws S3Error. */
export interface Backend {
  readonly name: string;
  /**
   * A connection: pooled where there is one (`fresh: true` refuses that), to the endpoint that suits `request`, and not to that of
   * `insteadOf` where there is another. Rejects with ServiceUnavailable or SlowDown.
   */
  acquire(fresh?: boolean, request?: AuthorizedRequest, insteadOf?: Lease): Promise<Lease> | Lease;
  endpoints(): readonly EndpointState[];
  /**
   * Sends nothing new to these endpoints, by their names or authorities, and to all others as before. A name that is not known yet counts
   * when it comes.
   */
  setDrained(endpoints: readonly string[]): void;
  /** What an authorized request becomes for this store. */
  outgoing(request: AuthorizedRequest, form: BodyForm): OutgoingHead;
  /** Who proves that a body is what its head promises, where the gateway has not to take it apart anyway. */
  readonly verifyPayload: PayloadVerifier;
  /** Whether the store takes unsigned aws-chunked bodies as they come; false where that cannot be found out. Never rejects. */
  takesAwsChunked(bucket: string): Promise<boolean>;
  /** Another process of this gateway has found out whether it takes them. */
  heardAwsChunked(takes: boolean): void;
  /** Finds out what is not known of the store yet, in a bucket that `mayUse`. Never rejects. */
  learn(mayUse: (bucket: string) => boolean): Promise<void>;
  /** The head signed for the leased endpoint, complete. */
  render(head: OutgoingHead, lease: Lease): string;
  /** The header lines of the store's answer that go back to the client. */
  answerFields(head: ResponseHead, requestId: string): string;
  /** What a client is told when the store broke off before it answered. */
  failure(error: Error): S3Error;
  call(call: OwnCall): Promise<OwnAnswer>;
  /** Whether the bucket exists now, or did a few seconds ago and was not deleted through us. */
  bucketExists(bucket: string): Promise<boolean>;
  /** A bucket may have been deleted through the gateway. */
  forgetBucket(bucket: string): void;
  /** Tells that a request was sent again on a fresh connection. */
  retried(detail: string): void;
  close(): void;
}
