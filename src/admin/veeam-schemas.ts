// The JSON of what Veeam believes beside what the gateway serves, as a schema and as types for whoever makes or reads it.
import { type Static, Type } from 'typebox';

/** Decimal digits in a text: JSON numbers end at 2^53. */
const Bytes = Type.String({ pattern: '^[0-9]+$' });
/** ISO 8601, UTC. */
const Moment = Type.String();

const Numbers = Type.Object({
  capacityBytes: Bytes,
  /** This and the next are absent where that side does not tell them. */
  availableBytes: Type.Optional(Bytes),
  usedBytes: Type.Optional(Bytes),
  /** The moment that the numbers were measured, or were read off a Veeam server. */
  at: Moment,
});

const Repository = Type.Object({
  id: Type.String(),
  name: Type.String(),
  /** As Veeam calls it: `S3Integrated` or `SmartObjectS3` for one whose SOSAPI it found. */
  type: Type.String(),
  isOnline: Type.Boolean(),
  bucket: Type.String(),
  folder: Type.String(),
  /** The store behind; absent where no bucket rule of this gateway has the bucket. */
  backend: Type.Optional(Type.String()),
  /** What the store says, its quotas and the reserve taken off. */
  store: Type.Optional(Numbers),
  /** What `capacity.xml` says. */
  gateway: Type.Optional(Numbers),
  vbr: Type.Optional(Numbers),
  one: Type.Optional(Numbers),
  /** The greatest difference between `gateway` and what Veeam believes. Absent where one of both is not known. */
  differenceBytes: Type.Optional(Bytes),
  /** Of the capacity. */
  differencePercent: Type.Optional(Type.Number()),
});

const Server = Type.Object({
  name: Type.Union([Type.Literal('vbr'), Type.Literal('one')]),
  /** Whether the latest question was answered. Absent before the first. */
  answered: Type.Optional(Type.Boolean()),
  /** Why not. */
  error: Type.Optional(Type.String()),
  failingSince: Type.Optional(Moment),
});

/** The answer of `GET /api/veeam`. Without a section `veeam:` in the config there are no servers and no repositories. */
export const Veeam = Type.Object({
  version: Type.String(),
  /** The latest comparison that went well. */
  comparedAt: Type.Optional(Moment),
  servers: Type.Array(Server),
  repositories: Type.Array(Repository),
});

type Immutable<T> = T extends object ? { readonly [K in keyof T]: Immutable<T[K]> } : T;

export type VeeamNumbersRow = Immutable<Static<typeof Numbers>>;
export type VeeamRepositoryRow = Immutable<Static<typeof Repository>>;
export type VeeamServerRow = Immutable<Static<typeof Server>>;
export type VeeamAnswer = Immutable<Static<typeof Veeam>>;
/** What the routes are told: all but the version. */
export type VeeamReport = Omit<VeeamAnswer, 'version'>;
