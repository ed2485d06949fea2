// A store's administrative end that answers from recorded vectors, or as badly as a test wants.
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Reply {
  readonly status?: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}
/** `hang` never answers, `reset` breaks the connection, a promise answers late. */
export type Answer = Reply | 'hang' | 'reset' | Promise<Reply>;
export type Answers = (path: string, query: URLSearchParams, request: IncomingMessage) => Answer;

export interface StandIn {
  readonly url: string;
  readonly requests: readonly string[];
  answers: Answers;
  close(): Promise<void>;
}

export function vector(name: string): string {
  return readFileSync(new URL(`../../vectors/capacity/${name}`, import.meta.url), 'utf8');
}

export async function startStandIn(answers: Answers): Promise<StandIn> {
  const requests: string[] = [];
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://stand-in');
    requests.push(request.url ?? '');
    const reply = await standIn.answers(url.pathname, url.searchParams, request);
    if (reply === 'hang') return;
    if (reply === 'reset') return void request.socket.destroy();
    response.writeHead(reply.status ?? 200, reply.headers).end(reply.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const standIn: StandIn = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    answers,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return standIn;
}

export async function unknownMessage(measured: Promise<unknown>): Promise<string> {
  const error = await measured.then(
    () => new Error('it was known'),
    (cause: unknown) => cause,
  );
  if (!(error instanceof Error) || error.name !== 'CapacityUnknownError') throw error;
  return error.message;
}
