// What can be asked of a Veeam Backup & Replication server. Made by create-vbr-client.ts.
import type { Revision } from './revisions.ts';
import type { CloudBrowserResult } from './schemas/cloud-browser.ts';
import type { CloudCredentials } from './schemas/cloud-credentials.ts';
import type {
  CapacityWorkload,
  InstanceWorkload,
  License,
  LicenseRenewal,
  LicenseUpdate,
  SocketWorkload,
} from './schemas/license.ts';
import type { Repository } from './schemas/repository.ts';
import type { RepositoryState } from './schemas/repository-state.ts';
import type { ScaleOutRepository, ScaleOutRepositorySpec } from './schemas/scale-out-repository.ts';
import type { ServerCertificate, ServerInfo, ServerTime } from './schemas/server.ts';
import type { Session, SessionLog, TaskSession } from './schemas/session.ts';
import type {
  CloudCredentialsQuery,
  InstancesQuery,
  RepositoriesQuery,
  RepositoryStatesQuery,
  ScaleOutRepositoriesQuery,
  SessionLogsQuery,
  SessionsQuery,
  SocketsQuery,
  TaskSessionsQuery,
} from './vbr-queries.ts';
import type {
  CloudBrowserSpec,
  CloudCredentialsSpec,
  LicenseInstallSpec,
  LicenseReportFormat,
  NewFolderSpec,
  RepositorySpec,
} from './vbr-specs.ts';

/**
 * Every call rejects with a VeeamError. `list`, `states`, `sockets`, `instances` and `taskSessions` ask for the next page
 * when the reader comes to it. What gives a Session has only begun: see `sessions.wait`.
 */
export interface VbrClient {
  /** The revision in use: what was asked for, or after the first call the older one that the server knows. */
  readonly revision: Revision;
  serverTime(): Promise<ServerTime>;
  serverInfo(): Promise<ServerInfo>;
  serverCertificate(): Promise<ServerCertificate>;
  readonly repositories: VbrRepositories;
  readonly scaleOutRepositories: VbrScaleOutRepositories;
  readonly license: VbrLicense;
  readonly cloudCredentials: VbrCloudCredentials;
  readonly sessions: VbrSessions;
  readonly cloudBrowser: VbrCloudBrowser;
  logout(): Promise<void>;
  /** Logs out if it can, and ends every connection. Never rejects. */
  close(): Promise<void>;
}

export interface VbrRepositories {
  list(query?: RepositoriesQuery): AsyncIterable<Repository>;
  get(id: string): Promise<Repository>;
  /** `overwriteOwner`: takes the bucket over from another backup server that owns it. */
  add(spec: RepositorySpec, options?: { readonly overwriteOwner?: boolean }): Promise<Session>;
  /** `model` as `get` gave it, changed: what is left out is reset. */
  edit(id: string, model: Repository): Promise<Session>;
  /** Comes back when it is done: there is no session. */
  remove(id: string, options?: { readonly deleteBackups?: boolean }): Promise<void>;
  rescan(ids: readonly string[]): Promise<Session>;
  states(query?: RepositoryStatesQuery): AsyncIterable<RepositoryState>;
}

export interface VbrScaleOutRepositories {
  list(query?: ScaleOutRepositoriesQuery): AsyncIterable<ScaleOutRepository>;
  get(id: string): Promise<ScaleOutRepository>;
  add(spec: ScaleOutRepositorySpec): Promise<Session>;
  /** `model` as `get` gave it, changed. */
  edit(id: string, model: ScaleOutRepository): Promise<Session>;
  remove(id: string, options?: { readonly deleteBackups?: boolean }): Promise<void>;
  /** `extentIds` are the ids of the repositories that are extents. */
  enableSealedMode(id: string, extentIds: readonly string[]): Promise<Session>;
  disableSealedMode(id: string, extentIds: readonly string[]): Promise<Session>;
  enableMaintenanceMode(id: string, extentIds: readonly string[]): Promise<Session>;
  disableMaintenanceMode(id: string, extentIds: readonly string[]): Promise<Session>;
}

export interface VbrLicense {
  show(): Promise<License>;
  install(spec: LicenseInstallSpec): Promise<License>;
  remove(spec?: {
    readonly section?: 'All' | 'Instance' | 'Socket';
    readonly forceStandaloneMode?: boolean;
  }): Promise<License>;
  /** The report's file, of the format that was asked for. */
  createReport(format: LicenseReportFormat): Promise<Buffer>;
  renew(options?: { readonly forceStandaloneMode?: boolean }): Promise<LicenseRenewal>;
  sockets(query?: SocketsQuery): AsyncIterable<SocketWorkload>;
  revokeSocket(hostId: string): Promise<SocketWorkload>;
  instances(query?: InstancesQuery): AsyncIterable<InstanceWorkload>;
  assignInstance(instanceId: string, role: 'Workstation' | 'Server'): Promise<InstanceWorkload>;
  revokeInstance(instanceId: string): Promise<InstanceWorkload>;
  /** From 1.3-rev0. */
  removeInstance(instanceId: string): Promise<InstanceWorkload>;
  capacity(): Promise<readonly CapacityWorkload[]>;
  revokeCapacity(instanceId: string): Promise<CapacityWorkload>;
  update(): Promise<LicenseUpdate>;
  /** `proactiveSupportEnabled` from 1.3-rev0. */
  autoUpdate(enabled: boolean, options?: { readonly proactiveSupportEnabled?: boolean }): Promise<License>;
  /** Whether agents without a licence of their own may take instances. */
  agentConsumption(enabled: boolean): Promise<License>;
}

export interface VbrCloudCredentials {
  list(query?: CloudCredentialsQuery): AsyncIterable<CloudCredentials>;
  get(id: string): Promise<CloudCredentials>;
  add(spec: CloudCredentialsSpec): Promise<CloudCredentials>;
  /** `model` as `get` gave it, changed. The secret key is changed by `changeSecretKey` only. */
  edit(id: string, model: CloudCredentials): Promise<CloudCredentials>;
  remove(id: string): Promise<void>;
  changeSecretKey(id: string, secretKey: CloudCredentialsSpec['secretKey']): Promise<CloudCredentials>;
}

export interface WaitOptions {
  /** From now; a look that is under way then is finished first. Without it: as long as it takes. */
  readonly deadlineMs?: number;
  /** Ends the waiting, not the session. */
  readonly signal?: AbortSignal;
  /** Called with each look at the session, the last one too. */
  onProgress?(session: Session): void;
}

export interface VbrSessions {
  list(query?: SessionsQuery): AsyncIterable<Session>;
  get(id: string): Promise<Session>;
  logs(id: string, query?: SessionLogsQuery): Promise<SessionLog>;
  stop(id: string): Promise<void>;
  taskSessions(id: string, query?: TaskSessionsQuery): AsyncIterable<TaskSession>;
  /**
   * The session once it is over, with the result `Success`, `Warning` or `None`. Rejects with a VeeamSessionError, whose
   * message has the session's own, when it failed, was cancelled, did not end in time or is not waited for any longer.
   */
  wait(id: string, options?: WaitOptions): Promise<Session>;
}

export interface VbrCloudBrowser {
  /** `resetCache`: asks the store anew. */
  browse(spec: CloudBrowserSpec, options?: { readonly resetCache?: boolean }): Promise<CloudBrowserResult>;
  newFolder(spec: NewFolderSpec): Promise<void>;
}
