// Stage "route": who answers an authorized request. Refuses what must not reach a store.
import type { AuthorizedRequest } from '../access/authorized-request.ts';
import type { Backend } from '../backend/backend.ts';
import { S3Error } from '../s3/error.ts';
import type { S3Request } from '../s3/request.ts';
import { reservedKey } from '../sosapi/keys.ts';
import { type BucketRule, ruleFor } from './bucket-rules.ts';
import { needsScreen } from './screen.ts';

export type Route =
  | { readonly kind: 'bucket-list' }
  | { readonly kind: 'bucket-location'; readonly backend: Backend }
  | { readonly kind: 'sosapi'; readonly document: 'system' | 'capacity'; readonly backend: Backend }
  | { readonly kind: 'screened'; readonly backend: Backend }
  | { readonly kind: 'pass-through'; readonly backend: Backend };

/** Throws S3Error. `onProbe` hears of reads of keys under the SOSAPI prefix that we do not know. */
export function routeOf(
  authorized: AuthorizedRequest,
  rules: readonly BucketRule[],
  onProbe: (request: S3Request) => void,
): Route {
  const { request } = authorized.request;
  if (request.operation.level === 'service') return { kind: 'bucket-list' };
  const rule = ruleFor(rules, request.bucket);
  if (rule === undefined) throw noRule(request);
  const { backend } = rule;
  const reserved = reservedKey(request.key);
  if (reserved !== undefined) return routeReserved(request, rule, reserved, onProbe);
  if (request.operation.name === 'GetBucketLocation') return { kind: 'bucket-location', backend };
  checkCopySource(request, rules, backend);
  return { kind: needsScreen(request.operation) ? 'screened' : 'pass-through', backend };
}

function noRule(request: S3Request): S3Error {
  if (request.operation.name !== 'CreateBucket') return new S3Error('NoSuchBucket');
  return new S3Error('AccessDenied', { message: 'No bucket rule of this gateway covers that bucket name.' });
}

function routeReserved(
  request: S3Request,
  rule: BucketRule,
  reserved: 'system' | 'capacity' | 'unknown',
  onProbe: (request: S3Request) => void,
): Route {
  const { operation } = request;
  if (operation.access === 'write') {
    throw new S3Error('AccessDenied', {
      message: 'Keys under the SOSAPI prefix are answered by the gateway and cannot be written.',
      reason: 'reserved key',
    });
  }
  if (reserved === 'unknown' || !rule.sosapi) {
    onProbe(request);
    throw new S3Error('NoSuchKey', { details: { Key: request.key } });
  }
  if (operation.name !== 'GetObject' && operation.name !== 'HeadObject') {
    throw new S3Error('MethodNotAllowed', { details: { ResourceType: 'OBJECT' } });
  }
  // The documents have no versions but the one that every unversioned object has.
  const versionId = request.query.find(({ name }) => name === 'versionId')?.value;
  if (versionId !== undefined && versionId !== 'null') {
    throw new S3Error('NoSuchVersion', { details: { Key: request.key, VersionId: versionId } });
  }
  return { kind: 'sosapi', document: reserved, backend: rule.backend };
}

function checkCopySource({ copySource }: S3Request, rules: readonly BucketRule[], target: Backend): void {
  if (copySource === undefined) return;
  if (reservedKey(copySource.key) !== undefined) {
    throw new S3Error('NoSuchKey', { details: { Key: copySource.key }, reason: 'copy from a reserved key' });
  }
  const source = ruleFor(rules, copySource.bucket);
  if (source === undefined) throw new S3Error('NoSuchBucket', { details: { BucketName: copySource.bucket } });
  if (source.backend !== target) {
    throw new S3Error('NotImplemented', { message: 'Copying between two stores is not implemented.' });
  }
}
