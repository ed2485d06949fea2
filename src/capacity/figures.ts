// The numbers that a store tells, each with where it comes from and the moment it is of.

/** Bytes as somebody said them. */
export interface Figure {
  readonly bytes: bigint;
  /** Who said it, for people and metric labels: `minio`, `ceph-rgw`, `filesystem`. */
  readonly source: string;
  /** The moment that the number is of by the gateway's clock, milliseconds since 1970. */
  readonly atMs: number;
  /** How long before `atMs` a change may have happened that the number does not show yet: 0 unless given. */
  readonly lagMs?: number;
  /** The operator's word: what passes through the gateway does not change it. */
  readonly isFixed?: true;
}

/** What a bucket holds: every version of every object; unfinished uploads where the source counts them. */
export interface UsedFigure extends Figure {
  /** 0 where the store counts live, an hour where a scanner comes round in its own time. */
  readonly lagMs: number;
  /** Whether parts of uploads that are not completed are in the number. */
  readonly uploads: 'counted' | 'not-counted';
}

/** A limit that the store itself holds a bucket to. */
export interface StoreQuota {
  /** For people: `bucket quota`, `quota of user x`, `quota of pool y`. */
  readonly name: string;
  readonly limitBytes: bigint;
  /** What counts against it: all bytes of the owner or the pool. Absent where that is what the bucket itself holds. */
  readonly usedBytes?: bigint;
}

/** What one source knows of one bucket and its store. A source may know some of it only: several then make a whole. */
export interface CapacityFigures {
  /** The usable size of the store, after replication or parity. More than zero. */
  readonly total?: Figure;
  /** What the store as a whole can still take, after replication or parity. */
  readonly free?: Figure;
  readonly used?: UsedFigure;
  readonly quotas?: readonly StoreQuota[];
}

/** All that an account of a bucket needs. */
export interface WholeFigures {
  readonly total: Figure;
  readonly free: Figure;
  readonly used: UsedFigure;
  readonly quotas: readonly StoreQuota[];
}
