// What a rehearsal is started with.
import type { Secret } from '../secret.ts';
import type { Revision } from '../veeam/vbr/revisions.ts';
import type { TokenLifetimes } from './login/token-store.ts';
import type { RehearsalClock } from './rehearsal-clock.ts';
import type { RehearsalFaults } from './rehearsal-faults.ts';

export interface RehearsalOptions {
  /** Of the VBR REST API; 0 takes a free one. */
  readonly port: number;
  /** Of the Veeam ONE REST API; 0 takes a free one. */
  readonly onePort: number;
  readonly host: string;
  /** Undefined: a temporary directory that `close` removes. */
  readonly dataDirectory: string | undefined;
  readonly userName: string;
  readonly password: Secret;
  /** The machine's own unless given. */
  readonly clock?: RehearsalClock;
  /** 60 minutes and 14 days unless given (overview, "Credentials Lifetime"). */
  readonly tokenLifetimes?: TokenLifetimes;
  /** 15 minutes and 14 days unless given: the examples of Veeam ONE answer 899 seconds. */
  readonly oneTokenLifetimes?: TokenLifetimes;
  /** How often the capacity of each repository is read. 5 minutes unless given: Veeam is said to do so every few minutes. */
  readonly pollMs?: number;
  /** How long each session waits before its work, so that a client sees it work. Half a second unless given. */
  readonly sessionPaceMs?: number;
  /** Certificates in PEM that HTTPS endpoints of stores may be signed by, beside those that the system trusts. */
  readonly storageCa?: string;
  /** Revisions that are spoken; all that are known unless given. */
  readonly revisions?: readonly Revision[];
  /** Makes a new certificate although the kept one is good. */
  readonly newCertificate?: boolean;
  readonly faults?: RehearsalFaults;
}

export interface Rehearsal {
  /** As `https://127.0.0.1:9419`, without a slash at the end. */
  readonly vbrUrl: string;
  readonly oneUrl: string;
  /** SHA-256 of the certificate, 64 hex digits in upper case with colons between bytes. */
  readonly fingerprint: string;
  /** The certificate in PEM, for a client that is given a CA. */
  readonly certPem: string;
  readonly dataDirectory: string;
  /** Ends every session, timer and connection; resolves when nothing of it is left. */
  close(): Promise<void>;
}
