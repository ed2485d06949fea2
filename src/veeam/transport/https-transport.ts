// HTTPS to one Veeam server: checked certificate, bounded answers, a time limit for each request, kept connections.
import type { ClientRequest, IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { TrustedAgent } from './trusted-agent.ts';
import { oneLine, VeeamConnectionError, VeeamError } from './veeam-error.ts';
import type { TransportAnswer, TransportRequest, Trust, VeeamTransport } from './veeam-transport.ts';

export const MAX_ANSWER_BYTES = 16 * 2 ** 20;
const MAX_CONNECTIONS = 8;

export interface HttpsTransportOptions {
  /** `https://HOST:PORT`. */
  readonly url: string;
  readonly trust: Trust;
  /** Of a whole request: connecting, sending, and reading the answer to its end. */
  readonly timeoutMs: number;
  /** Ends everything that is under way. */
  readonly signal?: AbortSignal;
}

/** Connects at the first request. Throws a VeeamError for a URL or a fingerprint that cannot be one. */
export function createHttpsTransport(options: HttpsTransportOptions): VeeamTransport {
  const { host, port, url } = readServerUrl(options.url);
  const server = { host, port, trust: options.trust, handshakeMs: options.timeoutMs };
  const kept = new TrustedAgent(server, { keepAlive: true, maxSockets: MAX_CONNECTIONS });
  // What may not be sent twice goes over a connection of its own: one that was kept may be closed by the server just then.
  const single = new TrustedAgent(server, { keepAlive: false, maxSockets: MAX_CONNECTIONS });
  const closed = new AbortController();
  const ended =
    options.signal === undefined ? closed.signal : AbortSignal.any([closed.signal, options.signal]);

  return {
    url,
    ended,
    async send(request) {
      const timeoutMs = request.timeoutMs ?? options.timeoutMs;
      const abort = request.signal === undefined ? ended : AbortSignal.any([ended, request.signal]);
      const timer = new AbortController();
      const timeout = setTimeout(() => timer.abort(), timeoutMs);
      const state = { sent: false };
      try {
        const whole = AbortSignal.any([abort, timer.signal]);
        whole.throwIfAborted();
        const agent = request.method === 'GET' ? kept : single;
        const started = httpsRequest({
          ...{ host, port, agent, method: request.method, path: request.path },
          headers: headersOf(request),
        });
        return await exchange(started, request, whole, state);
      } catch (error) {
        if (error instanceof VeeamError) throw error;
        const reason = abort.aborted
          ? 'it was given up'
          : timer.signal.aborted
            ? `nothing, or not all of it, within ${timeoutMs / 1000} seconds`
            : reasonOf(error);
        const { method, path } = request;
        throw new VeeamConnectionError(
          `No answer from ${url} to ${method} ${path}: ${reason}.`,
          {
            method,
            path,
            sent: state.sent,
            code: abort.aborted ? 'ABORTED' : timer.signal.aborted ? 'TIMEOUT' : codeOf(error),
          },
          { cause: abort.aborted ? abort.reason : error },
        );
      } finally {
        clearTimeout(timeout);
      }
    },
    close() {
      closed.abort();
      kept.destroy();
      single.destroy();
    },
  };
}

function headersOf({ headers, body }: TransportRequest): Record<string, string> {
  return body === undefined ? { ...headers } : { ...headers, 'content-length': `${Buffer.byteLength(body)}` };
}

function exchange(
  started: ClientRequest,
  { method, path, body }: TransportRequest,
  signal: AbortSignal,
  state: { sent: boolean },
): Promise<TransportAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<TransportAnswer>();
  const abort = () => {
    reject(signal.reason);
    started.destroy();
  };
  signal.addEventListener('abort', abort, { once: true });
  // A connection comes only after its certificate was checked; before that, nothing was sent.
  started.once('socket', () => {
    state.sent = true;
  });
  started.on('error', reject);
  started.once('response', (answer) => {
    readBounded(answer).then((bytes) => {
      if (bytes !== undefined) return resolve(answerOf(answer, bytes));
      started.destroy();
      reject(
        new VeeamConnectionError(
          `The answer to ${method} ${path} is longer than ${MAX_ANSWER_BYTES / 2 ** 20} MiB.`,
          { method, path, sent: true, code: 'ANSWER_TOO_LONG' },
        ),
      );
    }, reject);
  });
  started.end(body);
  return promise.finally(() => signal.removeEventListener('abort', abort));
}

/** Undefined when it is too long: the rest is not read. */
async function readBounded(answer: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function answerOf(answer: IncomingMessage, bytes: Buffer): TransportAnswer {
  const headers = Object.fromEntries(
    Object.entries(answer.headersDistinct).map(([name, values = []]) => [name, values.join(', ')]),
  );
  return { status: answer.statusCode ?? 0, headers, body: bytes.toString('utf8'), bytes };
}

function readServerUrl(text: string): { readonly host: string; readonly port: number; readonly url: string } {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const plain = url?.pathname === '/' && url.search === '' && url.hash === '' && url.username === '';
  if (url?.protocol !== 'https:' || !plain || url.password !== '') {
    throw new VeeamError(
      `The address of a Veeam server is https://HOST:PORT, with nothing after it; not "${withoutUser(text)}".`,
    );
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return { host, port: url.port === '' ? 443 : Number(url.port), url: url.origin };
}

/** What stands before an @ may be a password. */
function withoutUser(text: string): string {
  return oneLine(text).replace(/^([^/]*\/\/)?.*@/, '$1…@');
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'UNKNOWN';
}

function reasonOf(error: unknown): string {
  switch (codeOf(error)) {
    case 'ECONNREFUSED':
      return 'nothing listens there';
    case 'ENOTFOUND':
      return 'there is no such host';
    case 'ECONNRESET':
      return 'the connection was closed before the answer was whole';
    case 'ETIMEDOUT':
      return 'it could not be reached in time';
    default:
      return error instanceof Error ? oneLine(error.message) : oneLine(String(error));
  }
}
