// The JSON of what the gateway does right now, as a schema that answers are written by and as types for whoever makes or reads it.
import { type Static, Type } from 'typebox';

/** ISO 8601, UTC. */
const Moment = Type.String();
/** A whole number from 0 on. Bytes too: what passes in ten minutes is far below 2^53. */
const Count = Type.Integer({ minimum: 0 });
/** Milliseconds; of a percentile at most 1.6 % off (see src/telemetry/live/latency-histogram.ts). */
const Milliseconds = Type.Number({ minimum: 0 });
/** What a client wrote may be in it: at most 256 characters, `…` where more was cut off, and no control characters. */
const ClientText = Type.String();

/** A request counts in the step that it ended in, with all its bytes. */
const TrafficPoint = Type.Object({
  /** The beginning of the step. The newest step is not over yet. */
  at: Moment,
  requests: Count,
  /** Status 500 and above, or cut off by the store. One that was refused with such a status is in `refused` too. */
  errors: Count,
  /** Nothing was sent to a store. */
  refused: Count,
  /** Body bytes from clients. */
  requestBytes: Count,
  /** Body bytes to clients. */
  responseBytes: Count,
});

const OperationLatency = Type.Object({
  /** As the S3 API calls it; `Unknown` where the request was not understood. */
  operation: Type.String(),
  requests: Count,
  /** As in `traffic`. */
  errors: Count,
  /** From the head of the request to the last byte of the answer. */
  p50Ms: Milliseconds,
  p90Ms: Milliseconds,
  p99Ms: Milliseconds,
  maxMs: Milliseconds,
  /** From the head of the request to the first byte of the answer. Absent where no request got an answer. */
  firstByteP50Ms: Type.Optional(Milliseconds),
  firstByteP99Ms: Type.Optional(Milliseconds),
});

const BusyEntity = Type.Object({
  bucket: ClientText,
  /**
   * What the keys of one protected machine, share or backup begin with, such as `Veeam/Backup/FOLDER/Clients/{ID}/{ID}/`. Empty for
   * all that has no such key: other layouts, listings, calls for the bucket itself.
   */
  entity: ClientText,
  requests: Count,
  requestBytes: Count,
  responseBytes: Count,
});

const LiveBackend = Type.Object({
  name: Type.String(),
  /** `minio`, `ceph-rgw`, `s3` or `embedded`. */
  kind: Type.String(),
  /** Whether it answered the latest question. Absent while it was not asked yet. */
  reachable: Type.Optional(Type.Boolean()),
  /** Why not, for people. */
  detail: Type.Optional(Type.String()),
});

const LiveEndpoint = Type.Object({
  backend: Type.String(),
  /** `HOST:PORT`, with `/ADDRESS` behind it where the host's name has several. */
  endpoint: Type.String(),
  /**
   * `ejected`: it does not work and gets nothing until `until`. `trial`: the next request will show. `warming`: it came back and takes
   * a growing share. `drained`: an operator took it out. Where several processes see it differently, the worst of it.
   */
  state: Type.Union([
    Type.Literal('working'),
    Type.Literal('ejected'),
    Type.Literal('trial'),
    Type.Literal('warming'),
    Type.Literal('drained'),
  ]),
  /** Requests under way there. */
  inFlight: Count,
  /** Requests that wait for a connection to it. */
  waiting: Count,
  /** Why it was ejected; of `ejected` and `trial`. */
  reason: Type.Optional(Type.String()),
  /** When it is tried again; of `ejected`. */
  until: Type.Optional(Moment),
});

const Refusal = Type.Object({
  /** When the request came. */
  at: Moment,
  /** The address of the client, as the gateway sees it. */
  remote: Type.String(),
  /** Absent where nobody proved to be anybody. */
  accessKeyId: Type.Optional(ClientText),
  operation: Type.String(),
  /** Empty where the request has none, or was not understood. */
  bucket: ClientText,
  key: ClientText,
  /** 0 where the client went away before it was told. */
  status: Type.Integer({ minimum: 0 }),
  /** The S3 error code; empty where there is none. */
  code: Type.String(),
  /** More than the client was told. Never a secret or a signature. */
  reason: ClientText,
  requestId: Type.String(),
});

/** The answer of `GET /api/live`, and the data of the event `live` of `GET /api/events`. */
export const Live = Type.Object({
  version: Type.String(),
  at: Moment,
  /** When this gateway was started. */
  startedAt: Moment,
  /** Processes that serve S3 now; 1 where the gateway is one process. */
  workers: Count,
  /** Open connections of clients. */
  connections: Count,
  /** The last 10 minutes, oldest first, without gaps. */
  traffic: Type.Object({ stepSeconds: Type.Integer(), points: Type.Array(TrafficPoint) }),
  /** By operation, the one with most requests first. The window moves in steps of 30 s: it is from 270 to 300 s long. */
  latency: Type.Object({ windowSeconds: Type.Integer(), operations: Type.Array(OperationLatency) }),
  /**
   * The busiest of the same window, at most 10, most bytes first. Exact while no more than 256 are active in 30 s (of each process);
   * beyond that an entity with less than 1/256 of the bytes may be missing or be shown with less than it had.
   */
  entities: Type.Array(BusyEntity),
  backends: Type.Array(LiveBackend),
  endpoints: Type.Array(LiveEndpoint),
  /** The latest 50, newest first. Of one address that is held off only the latest in a row. */
  refusals: Type.Array(Refusal),
});

type Immutable<T> = T extends object ? { readonly [K in keyof T]: Immutable<T[K]> } : T;

export type LiveAnswer = Immutable<Static<typeof Live>>;
/** What the routes are told: all but the version. */
export type LiveReport = Omit<LiveAnswer, 'version'>;
export type TrafficPointRow = Immutable<Static<typeof TrafficPoint>>;
export type OperationLatencyRow = Immutable<Static<typeof OperationLatency>>;
export type BusyEntityRow = Immutable<Static<typeof BusyEntity>>;
export type LiveEndpointRow = Immutable<Static<typeof LiveEndpoint>>;
export type RefusalRow = Immutable<Static<typeof Refusal>>;
