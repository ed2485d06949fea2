// What a store says of one bucket's settings (Amazon S3 API Reference, GetBucketVersioning, GetObjectLockConfiguration).
import { parseStoreXml } from './store-xml.ts';

interface Parsed {
  readonly VersioningConfiguration?: { readonly Status?: string } | string;
  readonly ObjectLockConfiguration?:
    | { readonly ObjectLockEnabled?: string; readonly Rule?: { readonly DefaultRetention?: object } }
    | string;
}

export type Versioning = 'enabled' | 'suspended' | 'off';

/** Reads the answer to `?versioning`; undefined where it is none. */
export function parseVersioning(body: Buffer): Versioning | undefined {
  const { VersioningConfiguration: configuration } = parseStoreXml(body) as Parsed;
  if (configuration === undefined) return undefined;
  const status = typeof configuration === 'string' ? undefined : configuration.Status;
  if (status === 'Enabled') return 'enabled';
  return status === 'Suspended' ? 'suspended' : 'off';
}

export interface ObjectLock {
  readonly enabled: boolean;
  /** A default retention, which Veeam refuses (Veeam Help Center, "S3 compatible: considerations and limitations"). */
  readonly defaultRetention: boolean;
}

/** Reads the answer to `?object-lock`; undefined where it is none. */
export function parseObjectLock(body: Buffer): ObjectLock | undefined {
  const { ObjectLockConfiguration: configuration } = parseStoreXml(body) as Parsed;
  if (configuration === undefined) return undefined;
  if (typeof configuration === 'string') return { enabled: false, defaultRetention: false };
  return {
    enabled: configuration.ObjectLockEnabled === 'Enabled',
    defaultRetention: configuration.Rule?.DefaultRetention !== undefined,
  };
}
