// The `x-amz-*` headers that calls on a bucket may carry. One that asks for what is not done here is refused by name:
// a bucket that looks as if it were encrypted or guarded by MFA is worse than none.
import { S3Error } from '../../s3/error.ts';
import {
  AMZ_CONTENT_SHA256,
  AMZ_DATE,
  AMZ_DECODED_CONTENT_LENGTH,
  AMZ_PREFIX,
  AMZ_SDK_CHECKSUM_ALGORITHM,
  AMZ_SECURITY_TOKEN,
  AMZ_TRAILER,
} from '../../s3/headers.ts';
import type { S3Request } from '../../s3/request.ts';

const AMZ_ACL = 'x-amz-acl';

/** They belong to the signature, to the body's integrity, or say who calls. */
const HARMLESS: ReadonlySet<string> = new Set([
  AMZ_CONTENT_SHA256,
  AMZ_DATE,
  AMZ_DECODED_CONTENT_LENGTH,
  AMZ_SDK_CHECKSUM_ALGORITHM,
  AMZ_SECURITY_TOKEN,
  AMZ_TRAILER,
  'x-amz-user-agent',
]);
const CHECKSUM = /^x-amz-checksum-[a-z0-9]+$/;

/** What every bucket here has anyway: one owner with all rights. */
const KEPT_ACLS: ReadonlySet<string> = new Set(['private', 'bucket-owner-full-control']);

/** Throws NotImplemented for an `x-amz-*` header that is neither harmless nor among `known`, and for a repeated one. */
export function checkWriteHeaders({ head }: Pick<S3Request, 'head'>, known: readonly string[] = []): void {
  const taken = new Set<string>();
  for (const { name } of head.headers) {
    if (!name.startsWith(AMZ_PREFIX)) continue;
    if (!HARMLESS.has(name) && !CHECKSUM.test(name) && !known.includes(name)) {
      throw new S3Error('NotImplemented', {
        message: `The header ${name.slice(0, 64)} is not implemented for this call.`,
      });
    }
    if (taken.has(name)) {
      throw new S3Error('InvalidArgument', { message: `The header ${name.slice(0, 64)} is repeated.` });
    }
    taken.add(name);
  }
}

/** `x-amz-acl`: the two that change nothing here. Throws AccessControlListNotSupported. */
export function checkCannedAcl({ head }: Pick<S3Request, 'head'>): void {
  const acl = head.headers.get(AMZ_ACL);
  if (acl !== undefined && !KEPT_ACLS.has(acl)) throw new S3Error('AccessControlListNotSupported');
}
