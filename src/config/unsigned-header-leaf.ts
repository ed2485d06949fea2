// The name of an `x-amz-*` header that a credential may send unsigned: one of a short list, and no other.
import type Type from 'typebox';
import { leaf, WrongValue } from './leaf.ts';

/** Those of `TOLERABLE_UNSIGNED` of `sigv4/signed-headers.ts`, which this room may not import; a test compares them. */
export const UNSIGNED_HEADERS: readonly string[] = [
  'x-amz-acl',
  'x-amz-cf-id',
  'x-amz-checksum-algorithm',
  'x-amz-checksum-crc32',
  'x-amz-checksum-crc32c',
  'x-amz-checksum-crc64nvme',
  'x-amz-checksum-mode',
  'x-amz-checksum-sha1',
  'x-amz-checksum-sha256',
  'x-amz-expected-bucket-owner',
  'x-amz-grant-full-control',
  'x-amz-grant-read',
  'x-amz-grant-read-acp',
  'x-amz-grant-write',
  'x-amz-grant-write-acp',
  'x-amz-request-payer',
  'x-amz-sdk-checksum-algorithm',
  'x-amz-storage-class',
  'x-amz-user-agent',
];

/** Why some are never to be had: people will ask for them. */
const NEVER: readonly (readonly [pattern: RegExp, why: string])[] = [
  [/^x-amz-(copy-source|rename-source)/, 'whoever holds one presigned URL could copy any object with it'],
  [/^x-amz-security-token$/, 'it says who is asking'],
  [/^x-amz-(object-lock|bucket-object-lock)/, 'anyone on the way could set or leave out a lock'],
  [/^x-amz-(bypass-governance|mfa)/, 'anyone on the way could undo a lock'],
  [/^x-amz-(content-sha256|decoded-content-length|trailer)$/, 'it decides how the body is verified'],
  [/^x-amz-(date|expires|signature|credential)$/, 'it is a part of the signature itself'],
  [
    /^x-amz-server-side-encryption/,
    'without it data would be stored in clear that the client takes for encrypted',
  ],
  [
    /^x-amz-(meta-|tagging|metadata-|website)/,
    'without it the object would lose what the client stored with it',
  ],
];

export function unsignedHeader(): Type.TUnsafe<string> {
  return leaf(
    { type: 'string', pattern: '^[Xx]-[Aa][Mm][Zz]-[A-Za-z0-9-]{1,64}$' },
    {
      expected: `the name of one header, ${UNSIGNED_HEADERS.join(', ')}`,
      read: (written: string) => {
        const name = written.toLowerCase();
        if (UNSIGNED_HEADERS.includes(name)) return name;
        const [, why] = NEVER.find(([pattern]) => pattern.test(name)) ?? [];
        if (why === undefined) throw new WrongValue();
        throw new WrongValue(
          `expected a header that may be unsigned, found ${name}, which never may: ${why}`,
        );
      },
    },
  );
}
