// One GET whose every ending is an answer or a sentence: Node's own HTTP client, no redirects, no kept connections.
import { request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import { isIP } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { CapacityUnknownError } from '../capacity.ts';
import { whyAborted } from '../until-aborted.ts';

/** How to trust a store over HTTPS: the certificates of a private authority, as PEM. */
export type StoreTls = Pick<ConnectionOptions, 'ca' | 'rejectUnauthorized'>;

export interface HttpGet {
  readonly url: URL;
  /** The path and query as they were signed: in `url` the segments `.` and `..` of a key are gone. That of `url` unless given. */
  readonly target?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly tls?: StoreTls | undefined;
  readonly signal: AbortSignal;
  /** What is asked for, for the error: `the usage of bucket b`. */
  readonly what: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
  /** What the Date header says, milliseconds since 1970. */
  readonly date: number | undefined;
  /** The error code of an S3 or admin error body, when there is one. */
  readonly code: string | undefined;
  /** An error about this answer: `asked X for Y: came`. */
  unknown(came: string): CapacityUnknownError;
}

const MAX_BODY_BYTES = 64 * 1024 * 1024;

/** GETs; whatever the status. Rejects with a `CapacityUnknownError` when there is no whole answer. */
export async function httpGet(get: HttpGet): Promise<HttpAnswer> {
  // Not the whole URL: it may carry a user and a password.
  const asked = `asked ${get.url.origin}${get.url.pathname} for ${get.what}`;
  const unknown = (came: string, cause?: unknown) => new CapacityUnknownError(`${asked}: ${came}`, { cause });
  try {
    const { status, body, date } = await exchange(get);
    const code = /"Code":\s*"([A-Za-z]{1,80})"|<Code>([A-Za-z]{1,80})<\/Code>/.exec(body.slice(0, 4096));
    return { status, body, date, code: status === 200 ? undefined : (code?.[1] ?? code?.[2]), unknown };
  } catch (error) {
    if (get.signal.aborted) throw unknown(whyAborted(get.signal), error);
    throw unknown(`no answer (${reason(error)})`, error);
  }
}

/** The error for an answer whose status is not the wanted one. */
export function refused(answer: HttpAnswer): CapacityUnknownError {
  return answer.unknown(`answered ${answer.status}${answer.code ? ` ${answer.code}` : ''}`);
}

interface Received {
  readonly status: number;
  readonly body: string;
  readonly date: number | undefined;
}

function exchange({ url, target, headers, tls, signal }: HttpGet): Promise<Received> {
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? requestTls : requestPlain;
    const path = target === undefined ? {} : { path: target };
    // The certificate is that of the endpoint, also where the Host header names a bucket before it.
    const name = url.hostname.replace(/^\[|\]$/g, '');
    const servername = isIP(name) === 0 ? name : '';
    const options = { ...path, headers: { ...headers }, servername, ...tls, signal, agent: false };
    const request = send(url, options, async (response) => {
      try {
        const chunks: Buffer[] = [];
        let size = 0;
        for await (const chunk of response as AsyncIterable<Buffer>) {
          size += chunk.length;
          if (size > MAX_BODY_BYTES) throw new Error(`more than ${MAX_BODY_BYTES} bytes`);
          chunks.push(chunk);
        }
        const date = Date.parse(response.headers.date ?? '');
        resolve({
          status: response.statusCode ?? 0,
          body: Buffer.concat(chunks).toString('utf8'),
          date: Number.isNaN(date) ? undefined : date,
        });
      } catch (error) {
        request.destroy();
        reject(error);
      }
    });
    request.on('error', reject);
    request.end();
  });
}

function reason(error: unknown): string {
  const { code, message } = error as { readonly code?: string; readonly message?: string };
  return code ?? message ?? 'unknown';
}
