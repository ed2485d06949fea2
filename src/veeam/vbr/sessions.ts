// Sessions over REST: list, read, stop, and wait for one.
import type { VeeamClock } from '../clock.ts';
import { SESSION_ENDPOINTS as ENDPOINTS } from './endpoints.ts';
import { session, sessionLog, taskSession } from './schemas/session.ts';
import type { VbrCalls } from './vbr-calls.ts';
import type { VbrSessions } from './vbr-client.ts';
import { waitForSession } from './wait-for-session.ts';

export function vbrSessions(calls: VbrCalls, clock: VeeamClock): VbrSessions {
  const logs: VbrSessions['logs'] = (id, query = {}) =>
    calls.read(sessionLog, ENDPOINTS.logs, { id, query: { ...query } });
  return {
    list: (query = {}) => calls.items(session, ENDPOINTS.list, query),
    get: (id) => calls.read(session, ENDPOINTS.get, { id }),
    logs,
    async stop(id) {
      await calls.send(ENDPOINTS.stop, { id });
    },
    taskSessions: (id, query = {}) => calls.items(taskSession, ENDPOINTS.taskSessions, query, id),
    wait: (id, options = {}) =>
      waitForSession(id, options, {
        clock,
        logs: () => logs(id),
        look: (signal) =>
          calls.read(session, ENDPOINTS.get, { id, ...(signal === undefined ? {} : { signal }) }),
      }),
  };
}
