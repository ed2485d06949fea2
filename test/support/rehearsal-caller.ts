// Calls a rehearsal server over HTTPS with its own certificate, and remembers every answer.
import { request as httpsRequest } from 'node:https';

export interface Call {
  readonly method: string;
  /** With `{id}` and its like. */
  readonly path: string;
  /** For the places in braces of the path. */
  readonly ids?: Readonly<Record<string, string>>;
  /** With its question mark. */
  readonly query?: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is; its content type is among the headers. */
  readonly raw?: string;
  /** Sent as a form. */
  readonly form?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly call: Call;
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** The body as JSON; undefined where it is none. */
  readonly json: unknown;
}

export class RehearsalCaller {
  readonly #url: string;
  readonly #ca: string;
  readonly answers: Answer[] = [];
  /** Sent with each call unless the call has its own. */
  headers: Readonly<Record<string, string>> = {};

  constructor(url: string, certPem: string) {
    this.#url = url;
    this.#ca = certPem;
  }

  async call(call: Call): Promise<Answer> {
    const { method, path, ids = {}, query = '', body, form, raw } = call;
    const filled = path.replace(/\{(\w+)\}/g, (_whole, name: string) => ids[name] ?? '');
    const payload = raw ?? (form === undefined ? json(body) : new URLSearchParams(form).toString());
    const type = form === undefined ? 'application/json' : 'application/x-www-form-urlencoded';
    const headers = {
      ...this.headers,
      ...(payload === undefined
        ? {}
        : { 'content-type': type, 'content-length': Buffer.byteLength(payload) }),
      ...call.headers,
    };
    const done = Promise.withResolvers<Answer>();
    const request = httpsRequest(
      `${this.#url}${filled}${query}`,
      { method, headers, ca: this.#ca },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', done.reject);
        response.on('end', () => {
          const text = Buffer.concat(parts).toString('utf8');
          const { statusCode: status = 0, headers: received } = response;
          done.resolve({ call, status, headers: received, text, json: jsonOf(text) });
        });
      },
    );
    request.on('error', done.reject);
    request.end(payload);
    const answer = await done.promise;
    this.answers.push(answer);
    return answer;
  }
}

function json(body: unknown): string | undefined {
  return body === undefined ? undefined : JSON.stringify(body);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
