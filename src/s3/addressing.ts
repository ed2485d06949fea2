// Where bucket and key stand: in the path, or the bucket in the host name (Amazon S3 User Guide, "Virtual hosting of buckets").
import type { RequestHead } from '../http1/head.ts';
import { S3Error } from './error.ts';
import { checkBucketName, checkKey } from './names.ts';
import { percentDecode, utf8Text } from './percent-encoding.ts';

export interface Address {
  readonly addressing: 'path' | 'virtual-hosted';
  readonly bucket: string;
  readonly rawKey: string;
  readonly key: string;
}

/** `hostNames` are the public names, lower-case and without port; `bucket.NAME` then is virtual-hosted style. */
export function addressOf(head: RequestHead, rawPath: string, hostNames: readonly string[]): Address {
  const fromHost = bucketInHost(head.headers.get('host') ?? '', hostNames);
  if (fromHost !== undefined) {
    checkBucketName(fromHost);
    return addressed('virtual-hosted', fromHost, rawPath.slice(1));
  }
  if (rawPath === '/') return { addressing: 'path', bucket: '', rawKey: '', key: '' };
  const slash = rawPath.indexOf('/', 1);
  // Not decoded: a bucket name has no character that needs encoding, and two spellings of one bucket are one too many.
  const bucket = slash === -1 ? rawPath.slice(1) : rawPath.slice(1, slash);
  checkBucketName(bucket);
  return addressed('path', bucket, slash === -1 ? '' : rawPath.slice(slash + 1));
}

function addressed(addressing: Address['addressing'], bucket: string, rawKey: string): Address {
  const key = utf8Text(percentDecode(rawKey));
  checkKey(key);
  return { addressing, bucket, rawKey, key };
}

const UPPER_CASE = /[A-Z]/;
const HOST = /^(?:\[[0-9a-f:.]+\]|[a-z0-9._-]*)(?::\d{1,5})?$/;
const PORT = /:\d{1,5}$/;

function bucketInHost(host: string, hostNames: readonly string[]): string | undefined {
  const folded = UPPER_CASE.test(host) ? host.toLowerCase() : host;
  if (!HOST.test(folded)) {
    throw new S3Error('BadRequest', { message: 'The Host header is not a host name and port.' });
  }
  if (hostNames.length === 0) return undefined;
  const name = folded.replace(PORT, '');
  if (hostNames.includes(name)) return undefined;
  // Of two names that fit, the longer leaves what is the bucket.
  let base = '';
  for (const hostName of hostNames) {
    if (hostName.length > base.length && name.endsWith(`.${hostName}`)) base = hostName;
  }
  return base === '' ? undefined : name.slice(0, -base.length - 1);
}
