// What the gateway runs on: every default filled in, every unit and file read, frozen. Made by `loadConfig` only.
import type { Secret } from '../secret.ts';
import type { AuditConfig, TracingConfig } from './onlooker-config.ts';

export interface GatewayConfig {
  readonly region: string;
  /** Further regions that clients may name in a credential scope; `region` is not repeated here. */
  readonly acceptedRegions: readonly string[];
  /** Lower-case host names under which `bucket.NAME` addresses a bucket. */
  readonly hostNames: readonly string[];
  readonly listeners: ListenersConfig;
  readonly admin: AdminConfig;
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
  /** What the gateway keeps of its own and can measure anew. Made when the gateway starts, not when this is read. */
  readonly stateDirectory: StateDirectory;
  readonly capacity: CapacityWatchConfig;
  /** Absent: no audit log is kept. */
  readonly audit?: AuditConfig;
  /** Absent: no traces are made. */
  readonly tracing?: TracingConfig;
  /** Absent: no Veeam server is asked. */
  readonly veeam?: VeeamConfig;
  /** Absent: this gateway is alone. */
  readonly peers?: PeersConfig;
}

/** The link between several gateways on the same stores. */
export interface PeersConfig {
  readonly listen: Listener;
  /** This gateway may be among them. */
  readonly gateways: readonly Listener[];
  readonly secret: Secret;
}

export interface ListenersConfig {
  readonly s3: readonly S3Listener[];
  readonly admin: AdminListener;
  /** Absent: probes and metrics are at the admin listener alone. */
  readonly health?: HealthListener;
}

/** Logins at the admin listener. */
export interface AdminConfig {
  /** Names and hashes are distinct. */
  readonly tokens: readonly AdminTokenConfig[];
  readonly publicMetrics: boolean;
  /** Lower-case names by which it is reached besides its own, where it is on a loopback address. */
  readonly hostNames: readonly string[];
}

export interface AdminTokenConfig {
  readonly name: string;
  readonly role: 'read-only' | 'operator';
  /** SHA-256 of the token, 64 lower-case hexadecimal digits. */
  readonly hash: Secret;
}

export interface StateDirectory {
  /** Absolute. */
  readonly path: string;
  /** Nobody named it: that it cannot be made is then no reason not to start. */
  readonly isDefault: boolean;
}

export interface Listener {
  readonly host: string;
  /** 0 means any free port. */
  readonly port: number;
}

export interface S3Listener extends Listener {
  readonly tls?: ListenerTls;
}

/** With TLS and at least one token where `host` is not a loopback address. */
export interface AdminListener extends Listener {
  readonly tls?: ListenerTls;
}

export interface HealthListener extends Listener {
  /** Whether it has /metrics. */
  readonly metrics: boolean;
}

/** A certificate with its key, and whom it is for. */
export interface CertificateConfig {
  /** The certificate and its chain as PEM. */
  readonly cert: string;
  /** Where it was read, absolute: for messages. */
  readonly certFile: string;
  /** The private key as PEM. */
  readonly key: Secret;
  /** Lower-case host names, `*.` for one label; each stands at one certificate of a listener only. */
  readonly names: readonly string[];
}

/** The certificate itself is for clients that ask for no name or for one that no other is for, too. */
export interface ListenerTls extends CertificateConfig {
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3';
  /** Those for further names. */
  readonly certificates: readonly CertificateConfig[];
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
  /** Absent: any number. */
  readonly maxInFlightPerCredential?: number;
  readonly balancing: 'least-pending' | 'entity';
  readonly health: EndpointHealthConfig;
  /** How often endpoints with a host name are looked up. */
  readonly resolveEveryMs: number;
  /** Uploads in unsigned aws-chunked encoding: sent on as they come, decoded, or as the store turns out to like them. */
  readonly awsChunked: 'auto' | 'relay' | 'decode';
  /** Who compares a body with its SHA-256 and its checksum. */
  readonly verifyPayload: 'store' | 'gateway';
  /**
   * Never empty, in order: each number comes from the first that tells it. Absent: nothing is known about this store's
   * capacity, and capacity.xml is refused.
   */
  readonly capacity?: readonly CapacitySourceConfig[];
  readonly capacityPace: CapacityPace;
  /** Space of the store that is never offered. */
  readonly reserveBytes: bigint;
}

/** How endpoints that do not work are found out. */
export interface EndpointHealthConfig {
  readonly probes: boolean;
  /** Absent: that of the kind. */
  readonly path?: string;
  readonly everyMs: number;
  readonly timeoutMs: number;
  readonly slowStartMs: number;
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

/** When a store is asked for its numbers, and how long they are good. */
export interface CapacityPace {
  readonly refreshMs: number;
  readonly maxAgeMs: number;
  readonly timeoutMs: number;
}

export type CapacitySourceConfig =
  | CephCapacityConfig
  | MinioCapacityConfig
  | StaticCapacityConfig
  | SosapiCapacityConfig
  | PrometheusCapacityConfig
  | SeaweedfsCapacityConfig
  | GarageCapacityConfig
  | FilesystemCapacityConfig
  | WalkCapacityConfig;

export interface AdminKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: Secret;
}

export interface CephCapacityConfig {
  readonly source: 'ceph-rgw';
  /** The managers' Prometheus pages; only the active one answers. */
  readonly metricsUrls: readonly string[];
  /** The pool that holds the objects' data; absent: found from the metrics. */
  readonly pool?: string;
  readonly admin: AdminKey;
}

export interface MinioCapacityConfig {
  readonly source: 'minio';
  readonly admin: AdminKey;
  /** How long MinIO's scanner may take to notice a change. */
  readonly scannerLagMs: number;
}

export interface StaticCapacityConfig {
  readonly source: 'static';
  readonly capacityBytes: bigint;
  readonly usedBytes: bigint;
}

/** The store's own capacity.xml, asked for with the backend's key pair. */
export interface SosapiCapacityConfig {
  readonly source: 'sosapi';
  /** How long the store may take to notice a change. */
  readonly lagMs: number;
}

/** Each number is an expression in PromQL; at least one is there. */
export interface PrometheusCapacityConfig {
  readonly source: 'prometheus';
  /** Of the server, before `/api/v1/query`. */
  readonly url: string;
  readonly total?: string;
  readonly free?: string;
  readonly used?: string;
  /** A bearer token; never beside `user` and `password`. */
  readonly token?: Secret;
  /** Both or neither. */
  readonly user?: string;
  readonly password?: Secret;
  /** How long the monitored store may take to notice a change, and Prometheus to hear of it. */
  readonly lagMs: number;
}

export interface SeaweedfsCapacityConfig {
  readonly source: 'seaweedfs';
  /** Never empty. */
  readonly masters: readonly string[];
  /** The Prometheus page of the S3 gateway or filer. */
  readonly metricsUrl?: string;
  /** What one volume may hold, where the masters do not say it. */
  readonly volumeSizeBytes?: bigint;
}

export interface GarageCapacityConfig {
  readonly source: 'garage';
  readonly adminUrl: string;
  readonly token: Secret;
  /** Whether parts of unfinished uploads count as used. */
  readonly countUploads: boolean;
}

/** The file system that holds the store's data, mounted on this machine. */
export interface FilesystemCapacityConfig {
  readonly source: 'filesystem';
  /** Absolute. */
  readonly path: string;
}

/** Counts a bucket with listings. */
export interface WalkCapacityConfig {
  readonly source: 's3-walk';
  readonly requestsPerSecond: number;
  readonly everyMs: number;
  readonly countNoncurrent: boolean;
  readonly countUploads: boolean;
}

/** What is done with all numbers, whatever they come from. */
export interface CapacityWatchConfig {
  /** Percent used at which a warning is given: ascending, distinct, 1 to 100. */
  readonly thresholdsPercent: readonly number[];
  /** Where warnings are sent besides the log. */
  readonly webhook?: { readonly url: string; readonly token?: Secret; readonly timeoutMs: number };
  /** A change of a store's size by more percent than this is measured a second time; 0 means never. */
  readonly confirmJumpPercent: number;
  /** How long samples are kept. */
  readonly historyMs: number;
}

export interface BucketRule {
  /** A glob: `*` is any run of characters, `?` is one. */
  readonly match: string;
  readonly backend: string;
  readonly sosapi: boolean;
  readonly quotaBytes?: bigint;
  /** Whether all buckets of this rule count as one: quota and Used are of all of them together. */
  readonly pool: boolean;
  readonly guard?: GuardConfig;
}

/** Refuses new data when little is available. */
export interface GuardConfig {
  /** Closes when less than this is available. */
  readonly floorBytes: bigint;
  /** Opens again when this much is available; never less than the floor. */
  readonly reopenBytes: bigint;
  /** Uploads of up to this size go on. */
  readonly smallObjectBytes: number;
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
  /** From the stop until no connection is accepted any more; then `drainMs` begins. */
  readonly leaveMs: number;
  readonly drainMs: number;
}

export interface LogConfig {
  readonly level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly access: boolean;
}

/** How a Veeam server's certificate is checked: against the system's authorities, those of a PEM, or its own SHA-256. */
export type VeeamTrustConfig =
  | { readonly kind: 'system' }
  | { readonly kind: 'ca'; readonly pem: string }
  /** 64 lower-case hexadecimal digits. */
  | { readonly kind: 'fingerprint'; readonly sha256: string };

/** A server with a REST API of Veeam's. */
export interface VeeamServerConfig {
  /** `https://HOST:PORT`. */
  readonly url: string;
  readonly user: string;
  readonly password: Secret;
  readonly trust: VeeamTrustConfig;
}

/** Veeam Backup & Replication, and Veeam ONE where it is to be asked too. */
export interface VeeamConfig extends VeeamServerConfig {
  /** Of the REST API; absent: negotiated. */
  readonly revision?: string;
  /** This gateway as Veeam reaches it. */
  readonly endpoint?: Endpoint;
  /** How often the running gateway compares. */
  readonly everyMs: number;
  /** For one answer. */
  readonly timeoutMs: number;
  /** Percent of the capacity: a larger difference is warned of. */
  readonly warnAbovePercent: number;
  readonly one?: VeeamServerConfig;
}
