// What the gateway runs on: every default filled in, every unit and file read, frozen. Made by `loadConfig` only.
import type { Secret } from '../secret.ts';

export interface GatewayConfig {
  readonly region: string;
  /** Further regions that clients may name in a credential scope; `region` is not repeated here. */
  readonly acceptedRegions: readonly string[];
  /** Lower-case host names under which `bucket.NAME` addresses a bucket. */
  readonly hostNames: readonly string[];
  readonly listeners: { readonly s3: readonly S3Listener[]; readonly admin: Listener };
  readonly backends: readonly BackendConfig[];
  /** In order: the first rule that matches a bucket's name decides. */
  readonly buckets: readonly BucketRule[];
  readonly credentials: readonly CredentialConfig[];
  /** Processes that serve S3; `auto` is one for each core that this process may use. */
  readonly workers: 'auto' | number;
  readonly sosapi: SosapiConfig;
  readonly limits: LimitsConfig;
  readonly timeouts: TimeoutsConfig;
  readonly log: LogConfig;
}

export interface Listener {
  readonly host: string;
  /** 0 means any free port. */
  readonly port: number;
}

export interface S3Listener extends Listener {
  readonly tls?: ListenerTls;
}

export interface ListenerTls {
  /** The certificate and its chain as PEM. */
  readonly cert: string;
  /** The private key as PEM. */
  readonly key: Secret;
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3';
}

export type BackendConfig = RemoteBackendConfig | EmbeddedBackendConfig;

/** A store that runs somewhere and is reached over the network. */
export interface RemoteBackendConfig {
  readonly name: string;
  readonly kind: 'minio' | 'ceph-rgw' | 's3';
  readonly endpoints: readonly Endpoint[];
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: Secret;
  readonly addressing: 'path' | 'virtual-hosted';
  /** Certificates that are trusted besides the built-in ones, as PEM. */
  readonly tls?: { readonly ca: string };
  readonly maxConnectionsPerEndpoint: number;
  /** Uploads in unsigned aws-chunked encoding: sent on as they come, decoded, or as the store turns out to like them. */
  readonly awsChunked: 'auto' | 'relay' | 'decode';
  /** Who compares a body with its SHA-256 and its checksum. */
  readonly verifyPayload: 'store' | 'gateway';
  /** Absent: nothing is known about this store's capacity, and capacity.xml is refused. */
  readonly capacity?: CapacityConfig;
}

/** The store that the gateway starts itself, in a directory of this machine. */
export interface EmbeddedBackendConfig {
  readonly name: string;
  readonly kind: 'embedded';
  /** Absolute. */
  readonly dataDirectory: string;
  /** Free space of the file system that uploads must leave. */
  readonly reserveBytes: bigint;
  /** Buckets that the start makes, with object lock, where they do not exist. */
  readonly createBuckets: readonly string[];
  readonly maxConnections: number;
}

export interface Endpoint {
  readonly protocol: 'http' | 'https';
  /** A name or an address; IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
  /** What the Host header says: brackets round IPv6, no default port. */
  readonly authority: string;
}

export type CapacityConfig = CephCapacityConfig | MinioCapacityConfig | StaticCapacityConfig;

export interface CapacityPace {
  readonly refreshMs: number;
  readonly maxAgeMs: number;
  readonly timeoutMs: number;
}

export interface AdminKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: Secret;
}

export interface CephCapacityConfig extends CapacityPace {
  readonly source: 'ceph-rgw';
  /** The managers' Prometheus pages; only the active one answers. */
  readonly metricsUrls: readonly string[];
  /** The pool that holds the objects' data; absent: found from the metrics. */
  readonly pool?: string;
  readonly admin: AdminKey;
}

export interface MinioCapacityConfig extends CapacityPace {
  readonly source: 'minio';
  readonly admin: AdminKey;
}

export interface StaticCapacityConfig {
  readonly source: 'static';
  readonly capacityBytes: bigint;
  readonly usedBytes: bigint;
}

export interface BucketRule {
  /** A glob: `*` is any run of characters, `?` is one. */
  readonly match: string;
  readonly backend: string;
  readonly sosapi: boolean;
  readonly quotaBytes?: bigint;
}

export interface CredentialConfig {
  readonly accessKeyId: string;
  readonly secretAccessKey: Secret;
  /** Globs as in `BucketRule.match`. */
  readonly buckets: readonly string[];
  readonly access: 'read-only' | 'read-write';
  readonly bypassGovernance: boolean;
  /** Whether the log explains signatures that do not fit. */
  readonly explain: boolean;
  /** Lower-case names of `x-amz-*` headers that it may send unsigned. */
  readonly unsignedHeaders: readonly string[];
}

export interface SosapiConfig {
  readonly modelName: string;
  readonly recommendations?: { readonly kbBlockSize?: 256 | 512 | 1024 | 2048 | 4096 | 8192 };
}

export interface LimitsConfig {
  readonly headBytes: number;
  readonly headers: number;
  readonly connections: number;
  readonly deleteObjectsBodyBytes: number;
  readonly clockSkewMs: number;
  readonly perAddress: PerAddressLimits;
}

/** What one client address may take up; 0 means no limit. */
export interface PerAddressLimits {
  readonly incompleteHeads: number;
  readonly failedSignatures: number;
  readonly windowMs: number;
  /** Addresses, and networks in CIDR form, that these limits are not for. */
  readonly exempt: readonly string[];
}

export interface TimeoutsConfig {
  readonly headMs: number;
  readonly idleMs: number;
  readonly bodyIdleMs: number;
  readonly connectMs: number;
  readonly storeAnswerMs: number;
  readonly backendIdleMs: number;
  readonly drainMs: number;
}

export interface LogConfig {
  readonly level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly access: boolean;
}
