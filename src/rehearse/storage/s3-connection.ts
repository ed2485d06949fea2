// Signed requests to one S3 endpoint, path style, as Veeam sends them to an S3-compatible store.
import { createHash } from 'node:crypto';
import {
  Agent as HttpAgent,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as requestHttp,
} from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { setTimeout as wait } from 'node:timers/promises';
import { getCACertificates } from 'node:tls';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Secret } from '../../secret.ts';
import { SignerHash } from './signer-hash.ts';
import { connectionFailure, StorageFailure } from './storage-failure.ts';

const USER_AGENT = 'sosapi-gateway-rehearsal';
const TIMEOUT_MS = 15_000;
const RETRY_PAUSES_MS = [200, 500, 1000] as const;
const BUSY: ReadonlySet<number> = new Set([500, 502, 503, 504]);
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

export interface S3Target {
  readonly endpoint: URL;
  readonly region: string;
  readonly accessKey: string;
  readonly secretKey: Secret;
  /** PEM; beside those that the system trusts. */
  readonly ca: string | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface S3Request {
  readonly method: 'GET' | 'HEAD' | 'PUT';
  /** Without it the request is to the service. */
  readonly bucket?: string;
  readonly key?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly contentType?: string;
}

export interface S3Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export class S3Connection {
  readonly #target: S3Target;
  readonly #signer: SignatureV4;
  readonly #agent: HttpAgent;

  constructor(target: S3Target) {
    this.#target = target;
    this.#signer = new SignatureV4({
      service: 's3',
      region: target.region,
      credentials: { accessKeyId: target.accessKey, secretAccessKey: target.secretKey.reveal() },
      sha256: SignerHash,
      uriEscapePath: false,
    });
    this.#agent =
      target.endpoint.protocol === 'http:'
        ? new HttpAgent({ keepAlive: true })
        : new HttpsAgent({ keepAlive: true, ca: trusted(target.ca) });
  }

  get origin(): string {
    return this.#target.endpoint.origin;
  }

  get isPlain(): boolean {
    return this.#target.endpoint.protocol === 'http:';
  }

  /**
   * Resolves with whatever the store answers; where that is that it is busy or just starting, it is asked again a few times.
   * Rejects with StorageFailure where it does not answer.
   */
  async send(call: S3Request, signal: AbortSignal): Promise<S3Answer> {
    for (const pauseMs of RETRY_PAUSES_MS) {
      const answer = await this.#sendOnce(call, signal);
      if (!BUSY.has(answer.status)) return answer;
      await wait(pauseMs, undefined, { signal });
    }
    return await this.#sendOnce(call, signal);
  }

  async #sendOnce(call: S3Request, signal: AbortSignal): Promise<S3Answer> {
    const { endpoint } = this.#target;
    const path = endpoint.pathname.replace(/\/+$/, '') + pathOf(call);
    const body = Buffer.from(call.body ?? '', 'utf8');
    const { headers } = await this.#signer.sign(
      {
        method: call.method,
        protocol: endpoint.protocol,
        hostname: endpoint.hostname,
        path,
        query: { ...call.query },
        headers: {
          host: endpoint.host,
          'user-agent': USER_AGENT,
          'x-amz-content-sha256': createHash('sha256').update(body).digest('hex'),
          ...(call.method === 'PUT' ? { 'content-length': String(body.length) } : {}),
          ...(call.contentType === undefined ? {} : { 'content-type': call.contentType }),
        },
      },
      { signingDate: new Date(this.#target.now()) },
    );
    const query = queryString(call.query);
    const bounded = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
    try {
      return await this.#exchange(
        call.method,
        query === '' ? path : `${path}?${query}`,
        headers,
        body,
        bounded,
      );
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof StorageFailure) throw error;
      throw connectionFailure(this.origin, bounded.aborted ? bounded.reason : error);
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  #exchange(
    method: string,
    path: string,
    headers: Record<string, string>,
    body: Buffer,
    signal: AbortSignal,
  ): Promise<S3Answer> {
    const { hostname, port, protocol } = this.#target.endpoint;
    const open = protocol === 'http:' ? requestHttp : requestHttps;
    return new Promise((resolve, reject) => {
      const request = open(
        {
          hostname: hostname.replace(/^\[|\]$/g, ''),
          port,
          method,
          path,
          headers,
          agent: this.#agent,
          signal,
        },
        (answer) => readBody(answer, this.origin).then(resolve, reject),
      );
      request.on('error', reject);
      request.end(body);
    });
  }
}

async function readBody(answer: IncomingMessage, origin: string): Promise<S3Answer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES) {
      answer.destroy();
      throw new StorageFailure(`${origin} answers with more than ${MAX_ANSWER_BYTES} bytes.`);
    }
    chunks.push(chunk);
  }
  return {
    status: answer.statusCode ?? 0,
    headers: answer.headers,
    body: Buffer.concat(chunks).toString('utf8'),
  };
}

function trusted(ca: string | undefined): string[] {
  return [...getCACertificates('default'), ...getCACertificates('system'), ...(ca === undefined ? [] : [ca])];
}

function pathOf({ bucket, key }: S3Request): string {
  if (bucket === undefined) return '/';
  return `/${encoded(bucket)}${key === undefined ? '' : `/${key.split('/').map(encoded).join('/')}`}`;
}

function queryString(query: Readonly<Record<string, string>> = {}): string {
  return Object.entries(query)
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .join('&');
}

function encoded(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
