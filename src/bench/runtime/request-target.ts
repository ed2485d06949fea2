// Where a call goes: the bytes on its request line and its Host header, in both styles of addressing.
import type { S3Call } from '../bench-context.ts';
import { type BenchTarget, basePath, hostName, isAddress } from './bench-target.ts';
import { encodeKey, encodeParameter } from './percent-encode.ts';

export interface RequestTarget {
  /** Path alone, encoded: what is signed. */
  readonly path: string;
  /** Path and query: what is sent. */
  readonly target: string;
  /** `host`, or `host:port` where the port is not that of the scheme. */
  readonly host: string;
  /** The name for TLS; absent where it is an address. */
  readonly serverName?: string;
}

export function requestTarget(
  call: Pick<S3Call, 'bucket' | 'key' | 'query'>,
  { endpoint, bucket: own, addressing }: Pick<BenchTarget, 'endpoint' | 'bucket' | 'addressing'>,
): RequestTarget {
  const bucket = call.bucket ?? own;
  const isVirtual = addressing === 'virtual-hosted' && bucket !== '';
  const inBucket = call.key === undefined ? '' : encodeKey(call.key);
  const inHost = isVirtual || bucket === '' ? `/${inBucket}` : withinBucket(bucket, call.key, inBucket);
  const path = `${basePath(endpoint)}${inHost}`;
  const host = isVirtual ? `${bucket}.${endpoint.host}` : endpoint.host;
  const serverName = isVirtual ? `${bucket}.${hostName(endpoint)}` : hostName(endpoint);
  return {
    path,
    target: `${path}${queryText(call.query)}`,
    host,
    ...(isAddress(endpoint) ? {} : { serverName }),
  };
}

function withinBucket(bucket: string, key: string | undefined, encodedKey: string): string {
  const encoded = encodeKey(bucket);
  return key === undefined ? `/${encoded}` : `/${encoded}/${encodedKey}`;
}

function queryText(query: S3Call['query'] = []): string {
  if (query.length === 0) return '';
  const pairs = query.map(([name, value]) =>
    value === undefined ? encodeParameter(name) : `${encodeParameter(name)}=${encodeParameter(value)}`,
  );
  return `?${pairs.join('&')}`;
}
