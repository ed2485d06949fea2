// `endpoints`, `drain` and `undrain`: asks the gateway that runs how its stores' endpoints fare, takes one out of service and back.
import { stderr, stdout } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { readDrained, readEndpoints } from '../admin/endpoint-answers.ts';
import type { EndpointAnswer, EndpointRow } from '../admin/endpoint-schemas.ts';
import { type AskedGateway, askAdmin, oneLine } from './admin-client.ts';
import { formatAge } from './capacity-table.ts';
import { type DrainArguments, readDrainArguments, readEndpointsArguments } from './endpoints-arguments.ts';
import { ProgressLine } from './progress-line.ts';
import { renderTable } from './table.ts';

const LOOK_EVERY_MS = 500;

/** Resolves with the exit code 0. Rejects with one sentence, or with UsageError or ConfigError. */
export async function endpointsCommand(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { json, ...asked } = await readEndpointsArguments(args, env);
  const answer = await askEndpoints(asked);
  stdout.write(json ? `${JSON.stringify(answer, undefined, 2)}\n` : renderEndpoints(answer, Date.now()));
  return 0;
}

/** Likewise. */
export async function drainCommand(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const order = await readDrainArguments('drain', args, env);
  const { backend, endpoint, force, waitMs } = order;
  const { changed } = await askAdmin({
    ...order,
    path: '/api/endpoints/drain',
    method: 'POST',
    body: { backend, endpoint, ...(force && { force }) },
    read: readDrained,
  });
  stdout.write(
    changed
      ? `${endpoint} of ${backend} is drained: nothing new is sent there.\n`
      : `${endpoint} of ${backend} was drained already.\n`,
  );
  if (waitMs !== undefined) {
    await untilIdle(order, waitMs);
    stdout.write(`nothing is under way at ${endpoint} of ${backend}.\n`);
  }
  return 0;
}

/** Likewise. */
export async function undrainCommand(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const order = await readDrainArguments('undrain', args, env);
  const { backend, endpoint } = order;
  const { changed } = await askAdmin({
    ...order,
    path: '/api/endpoints/undrain',
    method: 'POST',
    body: { backend, endpoint },
    read: readDrained,
  });
  stdout.write(
    changed
      ? `${endpoint} of ${backend} takes requests again, few at first.\n`
      : `${endpoint} of ${backend} was not drained.\n`,
  );
  return 0;
}

/** Rejects with a sentence where it takes longer, or somebody takes it back meanwhile. */
async function untilIdle({ backend, endpoint, ...asked }: DrainArguments, waitMs: number): Promise<void> {
  const untilMs = performance.now() + waitMs;
  const progress = new ProgressLine(stderr, () => performance.now());
  try {
    for (;;) {
      const { unheard, endpoints } = await askEndpoints(asked);
      const rows = endpoints.filter((row) => row.backend === backend && isMeant(row, endpoint));
      if (rows.some(({ state }) => state !== 'drained')) {
        throw new Error(`${endpoint} of ${backend} is no longer drained: somebody took it back.`);
      }
      const left = rows.reduce((sum, { inFlight, waiting }) => sum + inFlight + waiting, 0);
      if (left === 0 && unheard === 0) return;
      if (performance.now() >= untilMs) {
        throw new Error(
          `${left === 0 ? 'not all workers told what' : `${left} requests are still`} under way at ${endpoint} of ${backend} after ${waitMs / 1000} s; it stays drained.`,
        );
      }
      progress.show(() => `waiting for ${left} requests at ${endpoint} of ${backend}`);
      await sleep(LOOK_EVERY_MS);
    }
  } finally {
    progress.clear();
  }
}

function isMeant(row: EndpointRow, endpoint: string): boolean {
  return row.endpoint === endpoint || row.authority === endpoint;
}

function askEndpoints({ admin, token }: AskedGateway): Promise<EndpointAnswer> {
  return askAdmin({ admin, token, path: '/api/endpoints', read: readEndpoints });
}

/** `nowMs`: milliseconds since 1970. */
export function renderEndpoints({ unheard, endpoints }: EndpointAnswer, nowMs: number): string {
  const secondsSince = (since: string): number => (nowMs - Date.parse(since)) / 1000;
  const table = renderTable<EndpointRow>(
    [
      { title: 'BACKEND', text: ({ backend }) => backend },
      { title: 'ENDPOINT', text: ({ endpoint }) => endpoint },
      { title: 'STATE', text: stateText },
      { title: 'FOR', align: 'right', text: ({ since }) => formatAge(secondsSince(since)) },
      { title: 'UNDER WAY', align: 'right', text: ({ inFlight }) => String(inFlight) },
      { title: 'WAITING', align: 'right', text: ({ waiting }) => String(waiting) },
      { title: 'REASON', text: ({ reason }) => oneLine(reason ?? '') },
    ],
    endpoints,
  );
  return unheard === 0 ? table : `${table}${unheard} of the workers did not tell in time what they see.\n`;
}

function stateText({ state, processes: { all, inState } }: EndpointRow): string {
  return inState === all ? state : `${state} (${inState} of ${all})`;
}
