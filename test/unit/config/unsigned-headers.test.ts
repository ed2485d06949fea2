// Which headers a credential may be allowed to send unsigned: a short list that the verifier knows too.
import { expect, test } from 'vitest';
import { UNSIGNED_HEADERS } from '../../../src/config/unsigned-header-leaf.ts';
import { TOLERABLE_UNSIGNED } from '../../../src/sigv4/signed-headers.ts';
import { configOf, MINIMAL, problemsOf } from './fixture.ts';

const allowing = (name: string) =>
  MINIMAL.replace('access: read-write', `access: read-write, unsignedHeaders: ["${name}"]`);

test('the config names what the verifier lets through, and nothing else', () => {
  expect([...TOLERABLE_UNSIGNED.keys()]).toEqual([...UNSIGNED_HEADERS]);
});

test.each([...UNSIGNED_HEADERS])('%s may be allowed', (name) => {
  expect(configOf(allowing(name)).credentials[0]?.unsignedHeaders).toEqual([name]);
});

test.each([
  ['x-amz-copy-source', 'whoever holds one presigned URL could copy any object with it'],
  ['x-amz-copy-source-range', 'whoever holds one presigned URL could copy any object with it'],
  ['X-Amz-Copy-Source-If-Match', 'whoever holds one presigned URL could copy any object with it'],
  ['x-amz-rename-source', 'whoever holds one presigned URL could copy any object with it'],
  ['x-amz-security-token', 'it says who is asking'],
  ['x-amz-object-lock-mode', 'anyone on the way could set or leave out a lock'],
  ['x-amz-object-lock-legal-hold', 'anyone on the way could set or leave out a lock'],
  ['x-amz-object-lock-retain-until-date', 'anyone on the way could set or leave out a lock'],
  ['x-amz-bucket-object-lock-enabled', 'anyone on the way could set or leave out a lock'],
  ['x-amz-bypass-governance-retention', 'anyone on the way could undo a lock'],
  ['x-amz-mfa', 'anyone on the way could undo a lock'],
  ['x-amz-content-sha256', 'it decides how the body is verified'],
  ['x-amz-decoded-content-length', 'it decides how the body is verified'],
  ['x-amz-trailer', 'it decides how the body is verified'],
  ['x-amz-date', 'it is a part of the signature itself'],
  [
    'x-amz-server-side-encryption',
    'without it data would be stored in clear that the client takes for encrypted',
  ],
  [
    'x-amz-server-side-encryption-customer-key',
    'without it data would be stored in clear that the client takes for encrypted',
  ],
  ['x-amz-meta-mtime', 'without it the object would lose what the client stored with it'],
  ['x-amz-meta-snowball-auto-extract', 'without it the object would lose what the client stored with it'],
  ['x-amz-tagging', 'without it the object would lose what the client stored with it'],
  ['x-amz-metadata-directive', 'without it the object would lose what the client stored with it'],
])('%s never: the start says why', (name, why) => {
  expect(problemsOf(allowing(name))).toEqual([
    {
      path: 'credentials[0].unsignedHeaders[0]',
      line: 2,
      message: `expected a header that may be unsigned, found ${name.toLowerCase()}, which never may: ${why}`,
    },
  ]);
});

test.each(['x-amz-*', 'x-amz-', 'acl', 'content-type', 'x-amz-acl, x-amz-date', '*', 'x-amz-if-match-size'])(
  '%s is no name of the list',
  (name) => {
    const [problem] = problemsOf(allowing(name));
    expect(problem?.message).toBe(
      `expected the name of one header, ${UNSIGNED_HEADERS.join(', ')}, found "${name}"`,
    );
  },
);
