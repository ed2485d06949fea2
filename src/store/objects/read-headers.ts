// The `x-amz-*` headers of reads. Most of them are advice and may be ignored; these few are not.
import { S3Error } from '../../s3/error.ts';
import type { S3Request } from '../../s3/request.ts';

/** Keys for decryption, and the account that the bucket must belong to: neither exists here. */
const BINDING = /^x-amz-(server-side-encryption|copy-source-server-side-encryption|expected-bucket-owner)/;

/** Throws NotImplemented for a header that asks for more than the object. */
export function checkReadHeaders({ head, operation }: S3Request): void {
  for (const { name } of head.headers) {
    if (!BINDING.test(name)) continue;
    throw new S3Error('NotImplemented', {
      message: `The header ${name.slice(0, 64)} is not implemented for ${operation.name}.`,
    });
  }
}
