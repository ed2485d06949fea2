// The JSON of capacity and its history, as schemas that the answers are written by and as types for whoever makes or reads it.
import { type Static, Type } from 'typebox';

/** Bytes are decimal digits in a text: JSON numbers end at 2^53, which is only 8 PiB. */
const Bytes = Type.String({ pattern: '^[0-9]+$' });
/** What may be below zero: more was deleted than written, less was found than expected. */
const SignedBytes = Type.String({ pattern: '^-?[0-9]+$' });
/** A moment: ISO 8601, UTC. */
const Moment = Type.String();

const figure = {
  bytes: Bytes,
  /** Who said it: `minio`, `ceph-rgw`, `filesystem`. */
  source: Type.String(),
  /** The moment that the number is of. */
  at: Moment,
  /** Since that moment, never below zero. */
  ageSeconds: Type.Number(),
};

/** Days until full, or why there are none. */
const Forecast = Type.Object({
  /** At the trend of the latest weeks, from now. Absent where `reason` says why. */
  daysUntilFull: Type.Optional(Type.Number()),
  /** The trend: below zero where the bucket gets emptier. */
  bytesPerDay: Type.Optional(SignedBytes),
  /** The history that the trend was made from. */
  from: Type.Optional(Moment),
  to: Type.Optional(Moment),
  /** `not filling`, or what is missing. */
  reason: Type.Optional(Type.String()),
});

/**
 * One bucket and how its numbers came about. What needs a measurement is absent where none ever went well. The three
 * numbers of `capacity.xml` are `capacityBytes`, `availableBytes` and `usedBytes`; `total`, `free` and `used` are what
 * was measured.
 */
const Row = Type.Object({
  bucket: Type.String(),
  backend: Type.String(),
  /** The bucket pattern whose buckets count as one with this one; absent where it counts alone. */
  pool: Type.Optional(Type.String()),
  capacityBytes: Type.Optional(Bytes),
  availableBytes: Type.Optional(Bytes),
  usedBytes: Type.Optional(Bytes),
  /** Where the numbers come from, several with a comma between: `ceph-rgw`, `prometheus, s3-walk`. */
  source: Type.Optional(Type.String()),
  /** The latest measurement that went well. */
  measuredAt: Type.Optional(Moment),
  /** The moment that these very three numbers were first seen. */
  changedAt: Type.Optional(Moment),
  /** Why the latest measurement failed, where it did. */
  error: Type.Optional(Type.String()),
  /** The first failure since the latest measurement that went well. */
  failingSince: Type.Optional(Moment),
  /** Whether `capacity.xml` is answered: the numbers are young enough. */
  served: Type.Boolean(),
  /** Whether new data is let in. Absent where the bucket has no guard. */
  guard: Type.Optional(Type.Union([Type.Literal('open'), Type.Literal('closed')])),
  /** The usable size of the store as a whole. */
  total: Type.Optional(Type.Object(figure)),
  /** What the store as a whole can still take. */
  free: Type.Optional(Type.Object(figure)),
  /** What the bucket held when it was measured. */
  used: Type.Optional(
    Type.Object({
      ...figure,
      /** How long before `at` a change may have happened that the number does not show; 0 where the store counts live. */
      lagSeconds: Type.Number(),
      /** Whether parts of uploads that are not completed are in the number. */
      uploads: Type.Union([Type.Literal('counted'), Type.Literal('not-counted')]),
    }),
  ),
  /** What passed through the gateway since. */
  ledger: Type.Optional(
    Type.Object({
      /** Of the bucket, since `used`. */
      bucketBytes: SignedBytes,
      /** Of all buckets of the store, since `free`. */
      storeBytes: SignedBytes,
    }),
  ),
  /** Space of the store that is never offered. */
  reserveBytes: Type.Optional(Bytes),
  /** Those of the store and the gateway's own. */
  quotas: Type.Optional(
    Type.Array(Type.Object({ name: Type.String(), limitBytes: Bytes, usedBytes: Bytes })),
  ),
  /** What the capacity is: the size of the store less the reserve, or the smallest quota. */
  capacityBound: Type.Optional(Type.String()),
  /** Which bound made `availableBytes` what it is. */
  availableBound: Type.Optional(Type.String()),
  /** What the latest measurement found beyond what had passed through the gateway. */
  driftBytes: Type.Optional(SignedBytes),
  /** Other gateways whose writes are in the numbers, as far as they are heard. Absent where this gateway is alone. */
  peers: Type.Optional(Type.Object({ of: Type.Integer(), heard: Type.Integer() })),
  /** Absent where no history is kept. */
  forecast: Type.Optional(Forecast),
});

/** The answer of `GET /api/capacity`, for all buckets or that of `?bucket=NAME`. */
export const Capacities = Type.Object({ version: Type.String(), capacities: Type.Array(Row) });

/** The answer of `GET /api/capacity/history`. */
export const History = Type.Object({
  version: Type.String(),
  /** The span that was asked for: from inclusive, to exclusive. */
  from: Moment,
  to: Moment,
  /** Each point is the last sample of so many seconds: as asked for, or longer where that would be too many points. */
  stepSeconds: Type.Number(),
  series: Type.Array(
    Type.Object({
      bucket: Type.String(),
      backend: Type.String(),
      points: Type.Array(
        Type.Object({ at: Moment, capacityBytes: Bytes, availableBytes: Bytes, usedBytes: Bytes }),
      ),
    }),
  ),
});

type Immutable<T> = T extends object ? { readonly [K in keyof T]: Immutable<T[K]> } : T;

export type CapacityForecastRow = Immutable<Static<typeof Forecast>>;
export type CapacityRow = Immutable<Static<typeof Row>>;
export type CapacityAnswer = Immutable<Static<typeof Capacities>>;
export type CapacityHistoryAnswer = Immutable<Static<typeof History>>;
