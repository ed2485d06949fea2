// The store that the bench looks at: where it is, and with which credentials.
import { isIP } from 'node:net';
import type { ClientVariant } from '../bench-context.ts';

export interface BenchCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface BenchTarget {
  /** `http` or `https`; a path of its own stays before every bucket. */
  readonly endpoint: URL;
  readonly bucket: string;
  readonly region: string;
  readonly credentials: BenchCredentials;
  /** PEM: trusted instead of the authorities that Node.js knows. */
  readonly ca?: string;
  readonly addressing: ClientVariant['addressing'];
}

/** The caller can mend it: the message is one sentence that says what to do. */
export class BenchRefusal extends Error {
  override readonly name = 'BenchRefusal';
}

/** The path that the endpoint has of its own, without a slash at its end. */
export function basePath({ pathname }: URL): string {
  return pathname.replace(/\/+$/, '');
}

/** Without the brackets that a URL puts around IPv6. */
export function hostName({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}

export function isAddress(endpoint: URL): boolean {
  return isIP(hostName(endpoint)) !== 0;
}
