// Requests that passed every stage before routing, made from heads.
import { type AuthorizedRequest, authorized } from '../../../src/access/authorized-request.ts';
import { parseRequestHead } from '../../../src/http1/head-parser.ts';
import { understand } from '../../../src/s3/understand.ts';
import { authenticated } from '../../../src/sigv4/authenticated-request.ts';

export interface Asked {
  readonly method?: string;
  readonly target: string;
  readonly host?: string;
  /** Complete header lines without CR LF. */
  readonly lines?: readonly string[];
  /** Lower-case names besides `host`. */
  readonly signed?: readonly string[];
  /** Names of `x-amz-*` headers that the credential may send unsigned. */
  readonly letThrough?: readonly string[];
  readonly payloadHash?: string;
  readonly hostNames?: readonly string[];
  readonly buckets?: (bucket: string) => boolean;
}

export function authorizedRequest(asked: Asked): AuthorizedRequest {
  const { method = 'GET', target, host = 'gateway:8080', lines = [], signed = [], hostNames = [] } = asked;
  const fields = [`Host: ${host}`, ...lines].map((line) => `${line}\r\n`).join('');
  const head = parseRequestHead(Buffer.from(`${method} ${target} HTTP/1.1\r\n${fields}\r\n`, 'latin1'), {
    maxHeadBytes: 65_536,
    maxHeaders: 200,
  });
  return {
    [authorized]: true,
    request: {
      [authenticated]: true,
      request: understand(head, hostNames),
      accessKeyId: 'CLIENT',
      mechanism: 'header',
      signedHeaders: new Set(['host', ...signed]),
      unsignedHeaders: new Set(asked.letThrough),
      chunkSignatures: undefined,
      payloadHash: asked.payloadHash ?? 'UNSIGNED-PAYLOAD',
    },
    credential: { accessKeyId: 'CLIENT', mayAccess: asked.buckets ?? (() => true) },
  };
}
