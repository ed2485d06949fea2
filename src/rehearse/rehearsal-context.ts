// What every group of paths gets: the state, the clock, who is logged in, and how long actions are started.
import type { DatabaseSync } from 'node:sqlite';
import type { LoginCheck } from './login/login-check.ts';
import type { TokenStore } from './login/token-store.ts';
import type { RehearsalClock } from './rehearsal-clock.ts';
import type { RehearsalFaults } from './rehearsal-faults.ts';
import type { SessionRunner } from './sessions/session-runner.ts';
import type { SessionTable } from './sessions/session-table.ts';
import type { CloudCredentialsTable } from './state/cloud-credentials-table.ts';
import type { RepositoryTable } from './state/repository-table.ts';
import type { ScaleOutTable } from './state/scale-out-table.ts';
import type { StorageConnector } from './storage/storage-connector.ts';

/** Who this rehearsal is; made at the first start and kept in the data directory. */
export interface RehearsalIdentity {
  /** The id that a Veeam server would call its own: of the server, of the host and of its backup service. */
  readonly serverId: string;
  readonly hostName: string;
  /** The user who may log in; he has every role. */
  readonly userName: string;
}

export interface RehearsalCertificate {
  readonly certPem: string;
  readonly keyPem: string;
  /** SHA-256 of the certificate, 64 hex digits in upper case with colons between bytes, as `openssl x509 -fingerprint`. */
  readonly fingerprint: string;
  /** SHA-1 of the certificate, 40 hex digits in upper case, as the documents' `thumbprint`. */
  readonly thumbprint: string;
  readonly serialNumber: string;
  readonly subject: string;
  readonly commonName: string;
  /** Milliseconds since 1970. */
  readonly validFrom: number;
  readonly validUntil: number;
}

export interface RehearsalContext {
  /** Open, exclusive, and with the tables of the core; a group adds its own with `CREATE TABLE IF NOT EXISTS`. */
  readonly database: DatabaseSync;
  readonly clock: RehearsalClock;
  readonly identity: RehearsalIdentity;
  readonly certificate: RehearsalCertificate;
  /** One password for both ports, with one limit on failed logins. */
  readonly login: LoginCheck;
  readonly vbrTokens: TokenStore;
  readonly oneTokens: TokenStore;
  readonly sessions: SessionRunner;
  readonly sessionTable: SessionTable;
  readonly repositories: RepositoryTable;
  readonly scaleOuts: ScaleOutTable;
  readonly cloudCredentials: CloudCredentialsTable;
  /** Connects to the stores behind repositories. */
  readonly storage: StorageConnector;
  readonly faults: RehearsalFaults;
}
