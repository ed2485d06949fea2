// What a test needs to know of a real store that was started for this run.

export const STORE_NAMES = ['minio', 'ceph'] as const;
export type StoreName = (typeof STORE_NAMES)[number];

export interface RunningStore {
  readonly name: StoreName;
  /** The gateway's word for it, `kind` in its config. */
  readonly kind: 'minio' | 'ceph-rgw';
  readonly host: string;
  readonly port: number;
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** The store's own record of the requests that reached it, one a line with the path in it. */
  readonly requestLog: string;
  /** Prometheus metrics of the pool, where capacity comes from there. */
  readonly metricsUrl: string | undefined;
}

/** A store and what ends it. */
export interface StartedStore {
  readonly store: RunningStore;
  readonly stop: () => Promise<void>;
}
