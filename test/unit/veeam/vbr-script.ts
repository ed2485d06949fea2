// A VBR server in a few lines: tokens that a test can end, and the answers that the test gives.
import { randomUUID } from 'node:crypto';
import { Secret } from '../../../src/secret.ts';
import { createVbrClient, type VbrClientOptions } from '../../../src/veeam/vbr/create-vbr-client.ts';
import type { VbrClient } from '../../../src/veeam/vbr/vbr-client.ts';
import { hurriedClock } from './hurried-clock.ts';
import {
  type Answer,
  type Asked,
  type Outcome,
  type ScriptedServer,
  startScriptedServer,
} from './scripted-server.ts';

export const USER = 'VEEAM\\gateway';
export const PASSWORD = 'Sesame & "open" 1ü';

export interface VbrScriptOptions {
  /** Answers what is no token call. Undefined: 404. */
  answer?(asked: Asked): Outcome | undefined;
  /** What is waited for before a call is looked at. */
  before?(asked: Asked): Promise<void> | undefined;
  /** In place of the usual answer to a token call, where it is not undefined. */
  token?(asked: Asked): Outcome | undefined;
  readonly lifetimeSeconds?: number;
  readonly client?: Partial<VbrClientOptions>;
}

export interface ScriptedVbr extends AsyncDisposable {
  readonly server: ScriptedServer;
  readonly client: VbrClient;
  /** All but the token calls, `METHOD PATH?QUERY`. */
  calls(): readonly string[];
  /** The grants that were asked for. */
  grants(): readonly string[];
  /** Ends every access token that was given out, as if its time were over. */
  endTokens(): void;
  /** Ends every refresh token too. */
  endRefreshTokens(): void;
  /** Every secret text that the server gave out. */
  readonly issued: readonly string[];
}

export async function scriptedVbr(options: VbrScriptOptions = {}): Promise<ScriptedVbr> {
  const access = new Set<string>();
  const refresh = new Set<string>();
  const issued: string[] = [];

  const issue = (): Answer => {
    const [access_token, refresh_token] = [`access-${randomUUID()}`, `refresh-${randomUUID()}`];
    access.add(access_token);
    refresh.add(refresh_token);
    issued.push(access_token, refresh_token);
    const expires_in = options.lifetimeSeconds ?? 900;
    return {
      body: {
        ...{ access_token, refresh_token, expires_in, token_type: 'bearer' },
        ...{ '.issued': '2026-03-01T08:00:00Z', '.expires': '2026-03-01T08:15:00Z' },
      },
    };
  };

  const grant = (asked: Asked): Answer => {
    const form = asked.form();
    const known =
      form.get('grant_type') === 'password'
        ? form.get('username') === USER && form.get('password') === PASSWORD
        : refresh.delete(form.get('refresh_token') ?? '');
    // A careless server repeats what it was sent.
    return known ? issue() : refused(401, 'AccessDenied', `Cannot log in with ${asked.body}`);
  };

  const server = await startScriptedServer(async (asked) => {
    await options.before?.(asked);
    if (asked.path === '/api/oauth2/token') return options.token?.(asked) ?? grant(asked);
    const token = String(asked.headers['authorization']).replace('Bearer ', '');
    if (!access.has(token)) return refused(401, 'ExpiredToken', `The token ${token} has expired.`);
    if (asked.path === '/api/oauth2/logout') {
      access.delete(token);
      return { body: {} };
    }
    return options.answer?.(asked) ?? refused(404, 'NotFound', `There is no ${asked.path}`);
  });
  const client = createVbrClient({
    ...{ url: server.url, trust: { kind: 'fingerprint', sha256: server.fingerprint } },
    ...{ userName: USER, password: new Secret(PASSWORD), clock: hurriedClock() },
    ...options.client,
  });
  const others = () => server.asked.filter(({ path }) => path !== '/api/oauth2/token');
  return {
    ...{ server, client, issued },
    calls: () => others().map(({ method, url }) => `${method} ${url}`),
    grants: () =>
      server.asked
        .filter(({ path }) => path === '/api/oauth2/token')
        .map((asked) => asked.form().get('grant_type') ?? ''),
    endTokens: () => access.clear(),
    endRefreshTokens: () => refresh.clear(),
    [Symbol.asyncDispose]: async () => {
      await client.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

export function refused(status: number, errorCode: string, message: string): Answer {
  return { status, body: { errorCode, message } };
}

export function sessionBody(changes: Readonly<Record<string, unknown>> = {}) {
  return {
    ...{ id: '11111111-0000-4000-8000-000000000001', name: 'Add repository', sessionType: 'Infrastructure' },
    ...{ jobId: '11111111-0000-4000-8000-000000000002', creationTime: '2026-03-01T08:00:00Z' },
    ...{ state: 'Working', progressPercent: 40, usn: 7, resourceId: null, parentSessionId: null },
    ...changes,
  };
}

export function repositoryBody(name: string, changes: Readonly<Record<string, unknown>> = {}) {
  const id = '22222222-0000-4000-8000-000000000001';
  return { id, name, description: '', type: 'SmartObjectS3', ...changes };
}

/** The page of `all` that was asked for. */
export function pageBody(all: readonly unknown[], { query }: Asked, largest = 200) {
  const skip = Number(query.get('skip') ?? 0);
  const limit = Math.min(Number(query.get('limit') ?? largest), largest);
  const data = all.slice(skip, skip + limit);
  return { data, pagination: { total: all.length, count: data.length, skip, limit } };
}

export async function errorOf(doing: Promise<unknown>): Promise<Error> {
  const outcome = await doing.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(outcome instanceof Error)) throw new Error('it did not fail');
  return outcome;
}

export async function allOf<Item>(list: AsyncIterable<Item>): Promise<readonly Item[]> {
  const items: Item[] = [];
  for await (const item of list) items.push(item);
  return items;
}
