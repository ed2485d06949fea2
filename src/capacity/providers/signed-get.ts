// GET signed with Signature V4 for service `s3`: both the RGW admin ops API and the MinIO admin API take it so.
import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Secret } from '../../secret.ts';
import { type HttpAnswer, httpGet, type StoreTls } from './http-get.ts';

/** A store's administrative end: where it is and with which key to ask. */
export interface SignedSource {
  /** `http://host:port`, with the path under which the store is mounted, if any. */
  readonly endpoint: string;
  /** The Host header where it is not that of the endpoint: `bucket.host:port`. */
  readonly host?: string;
  readonly accessKeyId: string;
  readonly secret: Secret;
  readonly region: string;
  readonly now: () => number;
  readonly tls?: StoreTls;
}

export interface SignedGet {
  /** Percent-encoded. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly what: string;
}

export function signedGetter(source: SignedSource): (get: SignedGet) => Promise<HttpAnswer> {
  const endpoint = new URL(source.endpoint);
  const base = endpoint.pathname.replace(/\/+$/, '');
  const signer = new SignatureV4({
    service: 's3',
    region: source.region,
    credentials: { accessKeyId: source.accessKeyId, secretAccessKey: source.secret.reveal() },
    sha256: Sha256,
    uriEscapePath: false,
  });
  return async ({ path, query, signal, what }) => {
    const unsigned = {
      method: 'GET',
      protocol: endpoint.protocol,
      hostname: endpoint.hostname,
      path: base + path,
      query: { ...query },
      headers: { host: source.host ?? endpoint.host },
    };
    const { headers } = await signer.sign(unsigned, { signingDate: new Date(source.now()) });
    const target = `${base}${path}?${queryString(query)}`;
    return httpGet({
      url: new URL(`${endpoint.origin}${target}`),
      target,
      headers,
      tls: source.tls,
      signal,
      what,
    });
  };
}

/** A parameter without a value is written `name=`: older RGW fails V4 on the bare name (ceph#53504, read 2026-11). */
function queryString(query: Readonly<Record<string, string>>): string {
  const encode = (text: string) =>
    encodeURIComponent(text).replace(
      /[!'()*]/g,
      (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
    );
  return Object.entries(query)
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .join('&');
}

type HashInput = string | ArrayBuffer | ArrayBufferView;

/** node:crypto in the shape that the signer wants. */
class Sha256 {
  readonly #key: Buffer | undefined;
  #hash: Hash | Hmac;

  constructor(key?: HashInput) {
    this.#key = key === undefined ? undefined : toBuffer(key);
    this.#hash = this.#begin();
  }

  update(data: HashInput): void {
    this.#hash.update(toBuffer(data));
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(new Uint8Array(this.#hash.digest()));
  }

  reset(): void {
    this.#hash = this.#begin();
  }

  #begin(): Hash | Hmac {
    return this.#key ? createHmac('sha256', this.#key) : createHash('sha256');
  }
}

function toBuffer(data: HashInput): Buffer {
  if (typeof data === 'string') return Buffer.from(data, 'utf8');
  if (data instanceof ArrayBuffer) return Buffer.from(data);
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}
