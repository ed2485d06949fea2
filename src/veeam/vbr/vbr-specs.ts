// What the calls that make something take. Source: the …Spec models of the vendor's documents.
import type { Secret } from '../../secret.ts';
import type { MountServersSettings } from './schemas/mount-server.ts';
import type { S3Account, S3Bucket } from './schemas/repository.ts';

/**
 * An S3-compatible repository to add. Veeam finds out by itself whether there is SOSAPI behind it, and shows another
 * type then: `type` is `S3Compatible` all the same.
 */
export interface RepositorySpec {
  readonly type: 'S3Compatible';
  readonly name: string;
  readonly description: string;
  readonly uniqueId?: string;
  /** From 1.3-rev0: takes the backups in the bucket into the database. */
  readonly importBackup?: boolean;
  /** From 1.3-rev0. */
  readonly importIndex?: boolean;
  /** Not `enableTaskLimit`, which is the name in the specification of an import. */
  readonly taskLimitEnabled?: boolean;
  readonly maxTaskCount?: number;
  readonly account: S3Account;
  readonly bucket: S3Bucket;
  /** Required up to 1.3-rev1. It is sent in the form of the revision: before 1.3-rev0 that has one platform. */
  readonly mountServer?: MountServersSettings;
  readonly proxyAppliance?: { readonly managedServerId: string };
}

/** Keys for an S3-compatible service: VBR keeps them as records of type `Amazon`. */
export interface CloudCredentialsSpec {
  readonly type: 'Amazon';
  readonly accessKey: string;
  readonly secretKey: Secret;
  readonly description?: string;
  /** From 1.3-rev2 a UUID. */
  readonly uniqueId?: string;
}

export interface CloudBrowserSpec {
  readonly serviceType: 'S3Compatible';
  readonly credentialsId: string;
  readonly servicePoint?: string;
  readonly regionId?: string;
  readonly gatewayServerId?: string;
}

export interface NewFolderSpec {
  readonly serviceType: 'S3Compatible';
  readonly credentialsId: string;
  /** The S3 service's address, `servicePoint` elsewhere. */
  readonly connectionPoint: string;
  readonly regionId: string;
  readonly bucketName: string;
  readonly newFolderName: string;
  /** The gateway server. */
  readonly hostId?: string;
}

export interface LicenseInstallSpec {
  /** The licence file, in base64. */
  readonly license: string;
  readonly forceStandaloneMode?: boolean;
  readonly promo?: {
    readonly overwriteExisting?: boolean;
    readonly enableAutoUpdate?: boolean;
    readonly installWithoutPromo?: boolean;
  };
}

export type LicenseReportFormat = 'Html' | 'Pdf' | 'Json';
