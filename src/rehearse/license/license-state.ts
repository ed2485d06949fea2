// What is kept of the license: its sections, the settings, and the workloads that consume it.

export const PACKAGES = ['Starter', 'Essentials', 'Backup', 'One', 'Suite'] as const;
export const EDITIONS = ['Community', 'Enterprise', 'EnterprisePlus', 'Standard'] as const;
export const LICENSE_TYPES = [
  'Evaluation',
  'Free',
  'NFR',
  'Perpetual',
  'Rental',
  'Subscription',
  'Promo',
] as const;
export const ROLES = ['Workstation', 'Server'] as const;
export const SOCKET_TYPES = ['HyperV', 'Universal', 'Unlicensed', 'vSphere'] as const;

export type Package = (typeof PACKAGES)[number];
export type Edition = (typeof EDITIONS)[number];
export type LicenseType = (typeof LICENSE_TYPES)[number];
export type Role = (typeof ROLES)[number];

/** Promo instances on top of the licensed ones. */
export interface Promo {
  readonly instances: number;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** What a license file grants. A section that it has not is undefined. Times are milliseconds since 1970. */
export interface License {
  readonly licenseId: string;
  readonly licensedTo: string;
  readonly supportId: string;
  readonly type: LicenseType;
  readonly edition: Edition;
  readonly package: Package;
  readonly expiresAt: number;
  readonly instances: number | undefined;
  readonly promo: Promo | undefined;
  readonly sockets: number | undefined;
  /** In TB of 2^40 bytes. */
  readonly capacityTb: number | undefined;
}

export interface SocketWorkload {
  readonly name: string;
  readonly hostName: string;
  readonly hostId: string;
  readonly socketsNumber: number;
  readonly coresNumber: number;
  readonly type: (typeof SOCKET_TYPES)[number];
}

export interface InstanceWorkload {
  readonly instanceId: string;
  readonly name: string;
  readonly displayName: string;
  readonly hostName: string;
  readonly type: 'VM' | 'Application' | Role;
  readonly platformType: 'VMware' | 'MongoDB' | `${'Linux' | 'Windows'}${Role}`;
  readonly usedInstancesNumber: number;
}

/** A repository whose capacity license was revoked: it consumes none until its used bytes change. */
export interface RevokedCapacity {
  readonly repositoryId: string;
  readonly usedBytes: bigint;
}

export interface LicenseState {
  /** Undefined after everything was removed: then it is as the Community edition. */
  readonly license: License | undefined;
  readonly autoUpdateEnabled: boolean;
  readonly proactiveSupportEnabled: boolean;
  readonly freeAgentInstanceConsumptionEnabled: boolean;
  readonly sockets: readonly SocketWorkload[];
  readonly instances: readonly InstanceWorkload[];
  readonly revokedCapacity: readonly RevokedCapacity[];
}

/** Of a repository, for the capacity license. */
export interface CapacityUser {
  readonly repositoryId: string;
  readonly name: string;
  readonly usedBytes: bigint;
}
