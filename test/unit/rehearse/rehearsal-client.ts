// A rehearsal server of a suite's own, and requests to it over HTTPS with its certificate as the CA.
import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:https';
import type { RehearsalOptions } from '../../../src/rehearse/rehearsal-options.ts';
import { startRehearsal } from '../../../src/rehearse/rehearsal-server.ts';
import { Secret } from '../../../src/secret.ts';
import { waitFor } from '../../support/wait.ts';

export const USER = 'administrator';
export const PASSWORD = 'a password of a test';

type Json = Readonly<Record<string, unknown>>;

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: answers are JSON, and tests look at them as they are.
  readonly json: any;
}

export interface Call {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH';
  /** Instead of that of the client. */
  readonly token?: string | undefined;
  readonly revision?: string | undefined;
  readonly body?: unknown;
  readonly form?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

export class RehearsalClient implements AsyncDisposable {
  readonly #close: () => Promise<void>;
  readonly url: string;
  readonly certPem: string;
  readonly fingerprint: string;
  readonly dataDirectory: string;
  token: string | undefined;

  private constructor(rehearsal: Awaited<ReturnType<typeof startRehearsal>>) {
    this.url = rehearsal.vbrUrl;
    this.certPem = rehearsal.certPem;
    this.fingerprint = rehearsal.fingerprint;
    this.dataDirectory = rehearsal.dataDirectory;
    this.#close = rehearsal.close;
  }

  /** Started and logged in. */
  static async start(options: Partial<RehearsalOptions> = {}): Promise<RehearsalClient> {
    const client = new RehearsalClient(await startRehearsal(optionsOf(options)));
    const { json } = await client.login();
    client.token = json.access_token;
    return client;
  }

  async call(path: string, call: Call = {}): Promise<Answer> {
    const { method = call.body === undefined && call.form === undefined ? 'GET' : 'POST', body, form } = call;
    const token = 'token' in call ? call.token : this.token;
    const revision = 'revision' in call ? call.revision : '1.3-rev0';
    const sent = form === undefined ? JSON.stringify(body) : new URLSearchParams(form).toString();
    const type = form === undefined ? 'application/json' : 'application/x-www-form-urlencoded';
    const headers = {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(revision === undefined ? {} : { 'x-api-version': revision }),
      ...(sent === undefined
        ? {}
        : { 'content-type': type, 'content-length': String(Buffer.byteLength(sent)) }),
      ...call.headers,
    };
    return await new Promise((resolve, reject) => {
      const out = request(
        `${this.url}${path}`,
        { method, headers, ca: this.certPem, agent: false },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.on('error', reject);
          answer.on('end', () => {
            const text = Buffer.concat(chunks).toString('utf8');
            const json = text === '' ? undefined : JSON.parse(text);
            resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text, json });
          });
        },
      );
      out.on('error', reject);
      out.end(sent);
    });
  }

  login(form: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.call('/api/oauth2/token', {
      token: undefined,
      form: { grant_type: 'password', username: USER, password: PASSWORD, ...form },
    });
  }

  /** The session as it ends. */
  async ended(started: Answer): Promise<Json & { readonly result: Json }> {
    if (started.status !== 201) throw new Error(`no session: ${started.status} ${started.text}`);
    let session = started.json;
    await waitFor(
      async () => {
        session = (await this.call(`/api/v1/sessions/${started.json.id}`)).json;
        return session.state === 'Stopped';
      },
      { what: 'the session to end', timeoutMs: 30_000, everyMs: 10 },
    );
    return session;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
  }
}

export function optionsOf(options: Partial<RehearsalOptions> = {}): RehearsalOptions {
  return {
    port: 0,
    onePort: 0,
    host: '127.0.0.1',
    dataDirectory: undefined,
    userName: USER,
    password: new Secret(PASSWORD),
    sessionPaceMs: 0,
    pollMs: 3_600_000,
    ...options,
  };
}

/** A clock that a test moves. */
export function movableClock(): { now(): number; newId(): string; move(ms: number): void } {
  let offset = 0;
  return {
    now: () => Date.now() + offset,
    newId: () => crypto.randomUUID(),
    move: (ms) => {
      offset += ms;
    },
  };
}

/** What a mount server is in a request; a rehearsal has none, and keeps what it was given. */
export const MOUNT_SERVER = {
  mountServerSettingsType: 'linux',
  linux: {
    mountServerId: '6745a759-2205-4cd2-b172-8ec8f7e60ef8',
    writeCacheFolder: '/var/cache/veeam',
    vPowerNFSEnabled: false,
  },
} as const;
