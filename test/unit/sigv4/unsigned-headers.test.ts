// Headers that a credential may send unsigned: the list is short, and the signature is demanded as always.
import { describe, expect, test } from 'vitest';
import { TOLERABLE_UNSIGNED } from '../../../src/sigv4/signed-headers.ts';
import {
  ACCESS_KEY,
  headerForm,
  NOW,
  type Pair,
  presigned,
  refusalOf,
  verifierOf,
} from './request-fixture.ts';

const allowing = (...names: readonly string[]) =>
  verifierOf({ unsignedHeadersOf: (id) => (id === ACCESS_KEY ? new Set(names) : undefined) });

const ACL: Pair = ['x-amz-acl', 'public-read'];
const FORMS = [
  ['header form', (unsigned: readonly Pair[]) => headerForm({ unsigned })],
  ['presigned form', (unsigned: readonly Pair[]) => presigned({ unsigned })],
] as const;

describe.each(FORMS)('in %s', (_name, form) => {
  test('nothing unsigned is let through unless it is allowed by name', () => {
    const request = form([ACL]);
    expect(refusalOf(() => verifierOf().verify(request, NOW))).toMatchObject({ code: 'AccessDenied' });
    expect(refusalOf(() => allowing('x-amz-storage-class').verify(request, NOW))).toMatchObject({
      code: 'AccessDenied',
      details: { HeadersNotSigned: 'x-amz-acl' },
    });
  });

  test('what is allowed is let through, and told', () => {
    const proven = allowing('x-amz-acl', 'x-amz-storage-class').verify(form([ACL]), NOW);
    expect([...proven.unsignedHeaders]).toEqual(['x-amz-acl']);
    expect(proven.signedHeaders.has('x-amz-acl')).toBe(false);
  });

  test('beside one that is not allowed it is refused too', () => {
    const request = form([ACL, ['x-amz-copy-source', '/other/key']]);
    expect(refusalOf(() => allowing('x-amz-acl').verify(request, NOW))).toMatchObject({
      code: 'AccessDenied',
      details: { HeadersNotSigned: 'x-amz-copy-source' },
    });
  });

  test.each([
    'x-amz-copy-source',
    'x-amz-security-token',
    'x-amz-object-lock-mode',
    'x-amz-bypass-governance-retention',
    'x-amz-date',
    'x-amz-trailer',
    'x-amz-decoded-content-length',
    'x-amz-meta-a',
    'x-amz-server-side-encryption',
  ])('%s is refused even where it were allowed', (name) => {
    expect(TOLERABLE_UNSIGNED.has(name)).toBe(false);
    const request = form([[name, 'x']]);
    expect(['AccessDenied', 'InvalidToken', 'InvalidRequest']).toContain(
      refusalOf(() => allowing(name).verify(request, NOW)).code,
    );
  });
});

test('a content hash that no signature covers stays refused in presigned form', () => {
  const request = presigned({ unsigned: [['x-amz-content-sha256', 'a'.repeat(64)]] });
  expect(refusalOf(() => allowing('x-amz-content-sha256').verify(request, NOW)).code).toBe('AccessDenied');
});

test('the signature is demanded as always', () => {
  const request = headerForm({ unsigned: [ACL], secret: 'another-secret' });
  expect(refusalOf(() => allowing('x-amz-acl').verify(request, NOW)).code).toBe('SignatureDoesNotMatch');
});

test('an unknown key is refused for its headers, as if nobody might send them', () => {
  const request = headerForm({ unsigned: [ACL], accessKeyId: 'UNKNOWN' });
  expect(refusalOf(() => allowing('x-amz-acl').verify(request, NOW)).code).toBe('AccessDenied');
});

test('a header that is signed is none of them, allowed or not', () => {
  const proven = allowing('x-amz-acl').verify(headerForm({ headers: [ACL] }), NOW);
  expect(proven.unsignedHeaders.size).toBe(0);
  expect(proven.signedHeaders.has('x-amz-acl')).toBe(true);
});
