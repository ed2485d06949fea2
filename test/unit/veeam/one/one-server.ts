// A small HTTPS server that hands out tokens as Veeam ONE does and answers with what a test tells it.
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { makeCertificate } from '../../../support/certificate.ts';

export interface Seen {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly authorization: string | undefined;
  readonly contentType: string | undefined;
  readonly body: string;
}

export interface Answer {
  readonly status?: number;
  /** As it goes out: text as it is, anything else as JSON. */
  readonly body?: unknown;
  /** Nothing comes at all. */
  readonly hangs?: boolean;
}

export interface OneServer extends AsyncDisposable {
  readonly url: string;
  readonly pem: string;
  /** Everything but the token calls. */
  readonly seen: readonly Seen[];
  /** The forms of the calls of `/api/token`. */
  readonly logins: readonly Readonly<Record<string, string>>[];
  /** From now on this token is answered with 401. */
  expire(token: string): void;
}

const formOf = (text: string): Record<string, string> => Object.fromEntries(new URLSearchParams(text));

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** Tokens are `access-1`, `access-2`, … and last `expiresIn` seconds by their own word. */
export async function startOneServer(
  answer: (seen: Seen) => Answer,
  { expiresIn = 899 }: { readonly expiresIn?: number } = {},
): Promise<OneServer> {
  const certificate = await makeCertificate();
  const seen: Seen[] = [];
  const logins: Record<string, string>[] = [];
  const expired = new Set<string | undefined>();

  const reply = (response: ServerResponse, { status = 200, body = '', hangs = false }: Answer): void => {
    if (hangs) return;
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(text);
  };
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '', 'https://one');
    const body = await bodyOf(request);
    if (url.pathname === '/api/token') {
      logins.push(formOf(body));
      const tokens = { access_token: `access-${logins.length}`, refresh_token: `refresh-${logins.length}` };
      return reply(response, {
        body: { ...tokens, token_type: 'Bearer', expires_in: expiresIn, user: 'ONE\\op', user_role: 'Admin' },
      });
    }
    const { authorization } = request.headers;
    const request_ = {
      method: request.method ?? '',
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      authorization,
      contentType: request.headers['content-type'],
      body,
    };
    seen.push(request_);
    return reply(
      response,
      expired.has(authorization) ? { status: 401, body: { title: 'Unauthorized' } } : answer(request_),
    );
  };

  const server = createServer(
    { cert: certificate.pem, key: await readFile(certificate.keyFile) },
    (request, response) => void handle(request, response),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    pem: certificate.pem,
    seen,
    logins,
    expire: (token) => void expired.add(`Bearer ${token}`),
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      await certificate[Symbol.asyncDispose]();
    },
  };
}
