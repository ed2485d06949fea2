// The rehearsal server: a VBR REST API and a Veeam ONE REST API over one state, for people without a Veeam server.
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { DatabaseSync } from 'node:sqlite';
import type { FastifyInstance } from 'fastify';
import { REVISIONS } from '../veeam/vbr/revisions.ts';
import { keptCertificate } from './certificate.ts';
import { registerCloudBrowser } from './cloud/cloud-browser-routes.ts';
import { registerCloudCredentials } from './cloud/cloud-credentials-routes.ts';
import { openDataDirectory, type RehearsalDirectory } from './data-directory.ts';
import { createRehearsalApp } from './http/rehearsal-app.ts';
import { createVbrApp } from './http/vbr-app.ts';
import { registerLicense } from './license/license-routes.ts';
import { listen } from './listen.ts';
import { LoginCheck } from './login/login-check.ts';
import { registerTokens } from './login/token-routes.ts';
import { type TokenLifetimes, TokenStore } from './login/token-store.ts';
import { registerOne } from './one/one-surface.ts';
import type { RehearsalClock } from './rehearsal-clock.ts';
import type { RehearsalContext } from './rehearsal-context.ts';
import type { Rehearsal, RehearsalOptions } from './rehearsal-options.ts';
import { CapacityPoller } from './repositories/capacity-poller.ts';
import { registerRepositories } from './repositories/repository-routes.ts';
import { registerScaleOuts } from './scale-out/scale-out-routes.ts';
import { registerServer } from './server-routes.ts';
import { registerSessions } from './sessions/session-routes.ts';
import { SessionRunner } from './sessions/session-runner.ts';
import { SessionTable } from './sessions/session-table.ts';
import { CloudCredentialsTable } from './state/cloud-credentials-table.ts';
import { keptIdentity } from './state/kept-identity.ts';
import { openDatabase } from './state/open-database.ts';
import { RepositoryTable } from './state/repository-table.ts';
import { ScaleOutTable } from './state/scale-out-table.ts';
import { StorageConnector } from './storage/storage-connector.ts';
import { addOneSwagger, addVbrSwagger } from './swagger.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const VBR_LIFETIMES: TokenLifetimes = { accessMs: 60 * MINUTE_MS, refreshMs: 14 * DAY_MS };
const ONE_LIFETIMES: TokenLifetimes = { accessMs: 15 * MINUTE_MS, refreshMs: 14 * DAY_MS };
const SESSION_PACE_MS = 500;
const POLL_MS = 5 * MINUTE_MS;

const WALL_CLOCK: RehearsalClock = { now: () => Date.now(), newId: () => randomUUID() };

/** Rejects with StartRefusal, one sentence, where it cannot start as asked; nothing is left open then. */
export async function startRehearsal(options: RehearsalOptions): Promise<Rehearsal> {
  const directory = openDataDirectory(options.dataDirectory);
  let database: DatabaseSync | undefined;
  try {
    database = openDatabase(directory.databaseFile);
    return await startIn(directory, database, options);
  } catch (error) {
    database?.close();
    directory.release();
    throw error;
  }
}

async function startIn(
  directory: RehearsalDirectory,
  database: DatabaseSync,
  options: RehearsalOptions,
): Promise<Rehearsal> {
  const context = await createContext(directory, database, options);
  const vbr = createVbrApp(context, options.revisions ?? REVISIONS.toReversed());
  const one = createRehearsalApp(context.certificate);
  const poller = new CapacityPoller(context, options.pollMs ?? POLL_MS);
  const end = async (): Promise<void> => {
    await Promise.all([vbr.close(), one.close()]);
    await Promise.all([context.sessions.close(), poller.close()]);
    database.close();
    directory.release();
  };
  let ending: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    ending ??= end();
    await ending;
  };
  try {
    await addVbrSwagger(vbr);
    registerVbr(vbr, context);
    await addOneSwagger(one);
    registerOne(one, context);
    const vbrUrl = await listen(vbr, options.host, options.port, '--port');
    const oneUrl = await listen(one, options.host, options.onePort, '--one-port');
    poller.start();
    const { fingerprint, certPem } = context.certificate;
    return { vbrUrl, oneUrl, fingerprint, certPem, dataDirectory: directory.path, close };
  } catch (error) {
    await Promise.all([vbr.close(), one.close()]);
    throw error;
  }
}

function registerVbr(app: FastifyInstance, context: RehearsalContext): void {
  registerTokens(app, context);
  registerServer(app, context);
  registerLicense(app, context);
  registerSessions(app, context);
  registerCloudCredentials(app, context);
  registerCloudBrowser(app, context);
  registerRepositories(app, context);
  registerScaleOuts(app, context);
}

async function createContext(
  directory: RehearsalDirectory,
  database: DatabaseSync,
  options: RehearsalOptions,
): Promise<RehearsalContext> {
  const clock = options.clock ?? WALL_CLOCK;
  const now = (): number => clock.now();
  const { userName, password, faults = {} } = options;
  const hostName = hostname();
  const sessionTable = new SessionTable(database);
  const cloudCredentials = new CloudCredentialsTable(database);
  return {
    database,
    clock,
    identity: { serverId: keptIdentity(database, () => clock.newId()), hostName, userName },
    certificate: await keptCertificate({
      directory: directory.path,
      hostName,
      now: now(),
      anew: options.newCertificate === true,
    }),
    login: new LoginCheck({ userName, password, now }),
    vbrTokens: new TokenStore(options.tokenLifetimes ?? VBR_LIFETIMES, now),
    oneTokens: new TokenStore(options.oneTokenLifetimes ?? ONE_LIFETIMES, now),
    sessions: new SessionRunner({
      table: sessionTable,
      clock,
      faults,
      paceMs: options.sessionPaceMs ?? SESSION_PACE_MS,
    }),
    sessionTable,
    repositories: new RepositoryTable(database),
    scaleOuts: new ScaleOutTable(database),
    cloudCredentials,
    storage: new StorageConnector({ credentials: cloudCredentials, ca: options.storageCa, now }),
    faults,
  };
}
