// One repository as it is kept. All are S3-compatible ones: what a rehearsal can really connect to.

/** Byte counts as `capacity.xml` said them. */
export interface StorageCapacity {
  readonly capacityBytes: bigint;
  readonly availableBytes: bigint;
  readonly usedBytes: bigint;
}

export interface RepositoryAccount {
  readonly servicePoint: string;
  readonly regionId: string;
  /** A record of the cloud credentials. */
  readonly credentialsId: string;
  readonly connectionSettings?: unknown;
}

export interface RepositoryBucket {
  readonly bucketName: string;
  readonly folderName: string;
  readonly immutability?: {
    readonly isEnabled?: boolean;
    readonly daysCount?: number;
    readonly immutabilityMode?: string;
  };
  readonly storageConsumptionLimit?: {
    readonly isEnabled?: boolean;
    readonly consumptionLimitCount?: number;
    readonly consumptionLimitKind?: string;
  };
  readonly enableAutoProvision?: boolean;
  readonly workloadsPerBucketLimit?: number;
}

/** What the client sent, and gets back: the documents' S3CompatibleStorageSpec without what all repositories have. */
export interface RepositorySettings {
  readonly taskLimitEnabled?: boolean;
  readonly maxTaskCount?: number;
  readonly account: RepositoryAccount;
  readonly bucket: RepositoryBucket;
  readonly mountServer?: unknown;
  readonly proxyAppliance?: unknown;
}

/** What the last look at the store found. */
export interface RepositoryObservation {
  /** Whether the last look at the store succeeded. */
  readonly isOnline: boolean;
  /** Why it did not; empty otherwise. */
  readonly problem: string;
  /** Whether `system.xml` was there and said what SOSAPI demands: then it is of the type that Veeam calls S3-integrated. */
  readonly isSosapi: boolean;
  /** What `system.xml` calls the storage; undefined without SOSAPI. */
  readonly modelName: string | undefined;
  /** The last that was read; undefined where `capacity.xml` was never there. */
  readonly capacity: StorageCapacity | undefined;
  /** When `capacity` was read, milliseconds since 1970. */
  readonly capacityAt: number | undefined;
}

export interface RepositoryRecord {
  readonly id: string;
  /** Counts from 1 in the order of adding: the Veeam ONE surface has numbers for ids. */
  readonly number: number;
  readonly name: string;
  readonly description: string;
  readonly uniqueId: string;
  /** Milliseconds since 1970. */
  readonly addedAt: number;
  readonly settings: RepositorySettings;
  readonly observation: RepositoryObservation;
}
