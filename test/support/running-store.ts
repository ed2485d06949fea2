// What a test needs to know of a real store that was started for this run.

export const STORE_NAMES = ['minio', 'ceph', 'embedded'] as const;
export type StoreName = (typeof STORE_NAMES)[number];

export interface RunningStore {
  readonly name: StoreName;
  /** The gateway's word for it, `kind` in its config. */
  readonly kind: 'minio' | 'ceph-rgw' | 's3';
  readonly host: string;
  readonly port: number;
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** A record of the requests that reached it, one a line with the path in it: the store's own, or a relay's in front of it. */
  readonly requestLog: string;
  /** Prometheus metrics of the pool, where capacity comes from there. */
  readonly metricsUrl: string | undefined;
}

/** A store and what ends it. */
export interface StartedStore {
  readonly store: RunningStore;
  readonly stop: () => Promise<void>;
}
