// Puts a client of Veeam ONE together.
import type { Secret } from '../../secret.ts';
import { jsonOf } from '../answer-error.ts';
import { createBearerCalls } from '../bearer-calls.ts';
import { checked } from '../checked.ts';
import { SYSTEM_CLOCK, type VeeamClock } from '../clock.ts';
import { createTokenKeeper } from '../tokens.ts';
import { createHttpsTransport } from '../transport/https-transport.ts';
import type { Trust } from '../transport/veeam-transport.ts';
import { parseOneAnswer } from './answer-text.ts';
import { collection } from './collection.ts';
import type { OneClient } from './one-client.ts';
import {
  OneCollectionTaskSchema,
  OneObjectStorageSchema,
  OneRepositorySchema,
  OneScaleOutRepositorySchema,
  OneSessionSchema,
  OneTriggeredAlarmSchema,
} from './schemas.ts';

/** The version that this client speaks. */
const BASE = '/api/v2.3';
const TIMEOUT_MS = 60_000;
/** Who may what: the section "Required Privileges" of the vendor's document. */
const READER = 'Veeam ONE Read-Only User';
const ADMINISTRATOR = 'Veeam ONE Administrator';

export interface OneClientOptions {
  /** `https://HOST:1239`. */
  readonly url: string;
  readonly trust: Trust;
  /** `DOMAIN\USER` where the server is in a domain. */
  readonly userName: string;
  readonly password: Secret;
  /** Of one request, all of it. Default 60 s. */
  readonly timeoutMs?: number;
  /** Ends everything that is under way. */
  readonly signal?: AbortSignal;
  readonly clock?: VeeamClock;
}

/** Nothing is sent before the first call. Throws a VeeamError for a `url` or a fingerprint that cannot be one. */
export function createOneClient(options: OneClientOptions): OneClient {
  const { url, trust, userName, password, signal, clock = SYSTEM_CLOCK } = options;
  const transport = createHttpsTransport({
    url,
    trust,
    timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
    ...(signal === undefined ? {} : { signal }),
  });
  let userSid: string | undefined;
  const tokens = createTokenKeeper({
    transport,
    clock,
    tokenPath: '/api/token',
    userName,
    password,
    headers: () => ({}),
    logout: {
      path: '/api/revoke',
      form: (token) => (userSid === undefined ? { token: token.reveal() } : { UserSid: userSid }),
    },
  });
  const send = createBearerCalls({ transport, tokens, clock });
  const asReader = { send, role: READER };
  const asAdministrator = { send, role: ADMINISTRATOR };

  return {
    repositories: collection({ ...asReader, path: `${BASE}/vbr/repositories`, schema: OneRepositorySchema }),
    objectStorages: collection({
      ...asReader,
      path: `${BASE}/vbr/repositories/objectStorages`,
      schema: OneObjectStorageSchema,
    }),
    scaleOutRepositories: collection({
      ...asReader,
      path: `${BASE}/vbr/scaleoutRepositories`,
      schema: OneScaleOutRepositorySchema,
    }),
    // `/alarms/triggered`, the name that one would guess, was answered with 404 by 13.0.1.6168 (2026-05).
    triggeredAlarms: collection({
      ...asReader,
      path: `${BASE}/alarms/triggeredAlarms`,
      schema: OneTriggeredAlarmSchema,
    }),
    sessions: collection({ ...asAdministrator, path: `${BASE}/sessions`, schema: OneSessionSchema }),
    dataCollectionTasks: collection({
      ...asAdministrator,
      path: `${BASE}/dataCollection/tasks`,
      schema: OneCollectionTaskSchema,
    }),
    async session(id) {
      if (!Number.isSafeInteger(id)) throw new RangeError(`a session of Veeam ONE has a number, not ${id}`);
      const request = { method: 'GET', path: `${BASE}/sessions/${id}` } as const;
      const json = jsonOf(
        await send({ ...request, headers: {}, role: ADMINISTRATOR }),
        { request },
        parseOneAnswer,
      );
      return checked(OneSessionSchema, json, `the answer to GET ${request.path}`, request);
    },
    async changeCollectionSchedule(schedule) {
      const path = `${BASE}/dataCollection/schedule`;
      await send({ method: 'PATCH', path, headers: {}, json: schedule, role: ADMINISTRATOR });
    },
    async updateLicense() {
      await send({ method: 'PATCH', path: `${BASE}/license/update`, headers: {}, role: ADMINISTRATOR });
    },
    async logout(what = {}) {
      userSid = what.userSid;
      try {
        await tokens.logout();
      } finally {
        userSid = undefined;
      }
    },
    async close() {
      try {
        await tokens.logout();
      } catch {
        // The connections end all the same; the token expires by itself.
      }
      transport.close();
    },
  };
}
