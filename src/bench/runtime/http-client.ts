// One HTTP exchange at a time over connections that are kept and bounded in number; the target goes out as it is.
import {
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import { type BenchTarget, hostName } from './bench-target.ts';
import type { HttpRequest } from './signed-request.ts';

export interface HttpAnswer {
  readonly status: number;
  /** In order and as they came. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

export interface SendOptions {
  /** Until the whole answer is there. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface HttpClient {
  /** Rejects where no whole answer comes; the message says why. */
  send(request: HttpRequest, options: SendOptions): Promise<HttpAnswer>;
  /** Ends every connection. */
  close(): void;
}

/** Two more than two task slots of Veeam open (64 each by default). */
const MAX_CONNECTIONS = 130;
/** Shorter than stores keep them, so that none is used again while the store closes it. */
const IDLE_MS = 2000;
/** Nothing that the bench reads is larger. */
const MAX_BODY_BYTES = 256 * 1024 * 1024;
/** A store that says nothing to `Expect` gets the body all the same. */
const CONTINUE_MS = 1000;

export function createHttpClient(
  { endpoint, ca }: Pick<BenchTarget, 'endpoint' | 'ca'>,
  maxConnections = MAX_CONNECTIONS,
): HttpClient {
  const isTls = endpoint.protocol === 'https:';
  const pool = { keepAlive: true, maxSockets: maxConnections, timeout: IDLE_MS };
  const agent = isTls
    ? new HttpsAgent({ ...pool, ...(ca === undefined ? {} : { ca }) })
    : new HttpAgent(pool);
  const start = isTls ? httpsRequest : httpRequest;
  const attempt = (request: HttpRequest, options: SendOptions) =>
    new Promise<HttpAnswer>((resolve, reject) => {
      const { method, target, headers, body, serverName } = request;
      const expects = headers.some(([name, value]) => name === 'expect' && /^100-continue$/i.test(value));
      const sent = start({
        agent,
        host: hostName(endpoint),
        port: endpoint.port || (isTls ? 443 : 80),
        method,
        path: target,
        headers: headers.flatMap(([name, value]) => [name, asLatin1(value)]),
        setHost: false,
        ...(isTls ? tlsOptions(serverName) : {}),
      } as RequestOptions);
      const end = (): void => {
        clearTimeout(deadline);
        clearTimeout(waitingToContinue);
        options.signal.removeEventListener('abort', abort);
      };
      const fail = (error: Error): void => {
        end();
        sent.destroy();
        reject(withReuse(error, sent.reusedSocket));
      };
      const abort = (): void =>
        fail(new Error('given up: the bench was told to end, or the case had its time'));
      const deadline = setTimeout(
        () => fail(new Error(`no whole answer within ${options.timeoutMs / 1000} s`)),
        options.timeoutMs,
      );
      const pour = (): void => {
        clearTimeout(waitingToContinue);
        if (!sent.writableEnded) sent.end(body);
      };
      const waitingToContinue = expects ? setTimeout(pour, CONTINUE_MS) : undefined;
      sent.once('continue', pour);
      sent.on('error', (error) => fail(error));
      sent.once('response', (response) => {
        collect(response).then((answer) => {
          end();
          // Refused before the body was sent: this connection cannot be used again.
          if (!sent.writableEnded) sent.destroy();
          resolve(answer);
        }, fail);
      });
      options.signal.addEventListener('abort', abort, { once: true });
      if (options.signal.aborted) abort();
      else if (expects) sent.flushHeaders();
      else sent.end(body);
    });
  return {
    async send(request, options) {
      try {
        return await attempt(request, options);
      } catch (error) {
        if (!isStale(error, request)) throw error;
        return await attempt(request, options);
      }
    },
    close: () => agent.destroy(),
  };
}

/** Names are checked as a client checks them; an address has no name to send. */
function tlsOptions(serverName: string | undefined) {
  if (serverName === undefined) return { servername: '' };
  return {
    servername: serverName,
    checkServerIdentity: (_host: string, certificate: PeerCertificate) =>
      checkServerIdentity(serverName, certificate),
  };
}

class StaleConnection extends Error {}

function withReuse(error: Error, isReused: boolean): Error {
  const { code } = error as NodeJS.ErrnoException;
  // An error of several addresses has no message of its own.
  const message = error.message || code || error.name;
  return isReused && (code === 'ECONNRESET' || code === 'EPIPE')
    ? new StaleConnection(message, { cause: error })
    : new Error(message, { cause: error });
}

/** The store closed it just as it was used again. What changes nothing may be asked once more. */
function isStale(error: unknown, { method }: HttpRequest): boolean {
  return error instanceof StaleConnection && (method === 'GET' || method === 'HEAD');
}

/** UTF-8 in a header goes out as its bytes; node:http takes Latin-1. */
function asLatin1(value: string): string {
  return Buffer.from(value, 'utf8').toString('latin1');
}

async function collect(response: IncomingMessage): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > MAX_BODY_BYTES) throw new Error(`the answer is larger than ${MAX_BODY_BYTES} bytes`);
      chunks.push(chunk);
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw code === 'ECONNRESET'
      ? new Error(`the answer ended after ${bytes} bytes of its body, before its end`, { cause: error })
      : new Error(message, { cause: error });
  }
  const raw = response.rawHeaders;
  return {
    status: response.statusCode ?? 0,
    headers: raw.flatMap((name, index) =>
      index % 2 === 0 ? [[name, Buffer.from(raw[index + 1] ?? '', 'latin1').toString('utf8')] as const] : [],
    ),
    body: Buffer.concat(chunks),
  };
}
