// Puts a client of Veeam Backup & Replication together.
import type { Secret } from '../../secret.ts';
import { refusalFacts } from '../answer-error.ts';
import { createBearerCalls } from '../bearer-calls.ts';
import { SYSTEM_CLOCK, type VeeamClock } from '../clock.ts';
import { createTokenKeeper } from '../tokens.ts';
import { createHttpsTransport } from '../transport/https-transport.ts';
import type { Trust } from '../transport/veeam-transport.ts';
import { vbrCloudBrowser } from './cloud-browser.ts';
import { vbrCloudCredentials } from './cloud-credentials.ts';
import { LOGOUT_PATH, SERVER_ENDPOINTS, TOKEN_PATH } from './endpoints.ts';
import { vbrLicense } from './license.ts';
import { vbrRepositories } from './repositories.ts';
import { headersOf, revisionInUse } from './revision-in-use.ts';
import { DEFAULT_REVISION, isRevision, type Revision } from './revisions.ts';
import { vbrScaleOutRepositories } from './scale-out-repositories.ts';
import { serverCertificate, serverInfo, serverTime } from './schemas/server.ts';
import { vbrSessions } from './sessions.ts';
import { createVbrCalls } from './vbr-calls.ts';
import type { VbrClient } from './vbr-client.ts';

const TIMEOUT_MS = 60_000;

export interface VbrClientOptions {
  /** `https://HOST:9419`. */
  readonly url: string;
  readonly trust: Trust;
  readonly userName: string;
  readonly password: Secret;
  /** The newest to use; an older one is taken where the server does not know it. Default 1.3-rev0. */
  readonly revision?: Revision;
  /** Of one request, all of it. Default 60 s. */
  readonly timeoutMs?: number;
  /** Ends everything that is under way. */
  readonly signal?: AbortSignal;
  readonly clock?: VeeamClock;
}

/** Nothing is sent before the first call. Throws a VeeamError for a `url` or a fingerprint that cannot be one. */
export function createVbrClient(options: VbrClientOptions): VbrClient {
  const { url, trust, userName, password, timeoutMs = TIMEOUT_MS, clock = SYSTEM_CLOCK, signal } = options;
  const transport = createHttpsTransport({
    ...{ url, trust, timeoutMs },
    ...(signal === undefined ? {} : { signal }),
  });
  const revision = revisionInUse(options.revision ?? DEFAULT_REVISION);
  const tokens = createTokenKeeper({
    ...{ transport, clock, userName, password, tokenPath: TOKEN_PATH },
    logout: { path: LOGOUT_PATH },
    headers: () => headersOf(revision.current),
    again(answer, { 'x-api-version': used = '' }) {
      const asked = { request: { method: 'POST', path: TOKEN_PATH } as const, secrets: [password] };
      return isRevision(used) && revision.comesDown(used, refusalFacts(answer, asked));
    },
  });
  const sendCall = createBearerCalls({ transport, tokens, clock });
  const calls = createVbrCalls({ sendCall, tokens, revision });

  return {
    get revision() {
      return revision.current;
    },
    serverTime: () => calls.read(serverTime, SERVER_ENDPOINTS.serverTime),
    serverInfo: () => calls.read(serverInfo, SERVER_ENDPOINTS.serverInfo),
    serverCertificate: () => calls.read(serverCertificate, SERVER_ENDPOINTS.serverCertificate),
    repositories: vbrRepositories(calls),
    scaleOutRepositories: vbrScaleOutRepositories(calls),
    license: vbrLicense(calls),
    cloudCredentials: vbrCloudCredentials(calls),
    sessions: vbrSessions(calls, clock),
    cloudBrowser: vbrCloudBrowser(calls),
    logout: () => tokens.logout(),
    async close() {
      // The token would expire by itself.
      await tokens.logout().catch(() => undefined);
      transport.close();
    },
  };
}
