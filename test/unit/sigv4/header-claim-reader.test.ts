// What the verifier remembers of proven requests, and what it never takes from there.
import { describe, expect, it } from 'vitest';
import { HeaderClaimReader } from '../../../src/sigv4/authorization-header.ts';
import { headerForm, MINUTE, NOW, REGION, refusalOf, SECRET, TIME, verifierOf } from './request-fixture.ts';

const WRONG = '0'.repeat(64);
const withSignature = (signature: string) => ({
  edit: (text: string) => text.replace(/Signature=[0-9a-f]{64}$/, `Signature=${signature}`),
});

describe('a verifier that has proven a request', () => {
  const verifier = verifierOf();
  verifier.verify(headerForm(), NOW);
  const refuse = (options: Parameters<typeof headerForm>[0], nowMs = NOW) =>
    refusalOf(() => verifier.verify(headerForm(options), nowMs)).code;

  it('proves the same again, and another of the same key and day', () => {
    expect(verifier.verify(headerForm(), NOW).accessKeyId).toBe(
      verifier.verify(headerForm(), NOW).accessKeyId,
    );
    const other = headerForm({ path: '/b/another' });
    expect(verifier.verify(other, NOW).request).toBe(other);
  });

  it.each([
    ['another signature', withSignature(WRONG), 'SignatureDoesNotMatch'],
    ['a signature in upper case', withSignature('A'.repeat(64)), 'SignatureDoesNotMatch'],
    [
      'a second part in place of the signature',
      withSignature(`${'a'.repeat(50)},Signature=abc`),
      'AuthorizationHeaderMalformed',
    ],
    [
      'spaces in the signature',
      withSignature(`${' '.repeat(10)}${'a'.repeat(54)}`),
      'AuthorizationHeaderMalformed',
    ],
    ['a key that is not the one', { secret: 'another-secret' }, 'SignatureDoesNotMatch'],
  ])('refuses %s behind the very text that was proven', (_, options, code) => {
    expect(refuse(options)).toBe(code);
  });

  it('refuses it when its time has passed', () => {
    expect(refuse({}, NOW + 60 * MINUTE)).toBe('RequestTimeTooSkewed');
  });

  it('refuses a request whose secret was taken away or changed', () => {
    let secret: typeof SECRET | undefined = SECRET;
    const changing = verifierOf({ secretOf: () => secret });
    changing.verify(headerForm(), NOW);
    secret = undefined;
    expect(refusalOf(() => changing.verify(headerForm(), NOW)).code).toBe('InvalidAccessKeyId');
  });
});

describe('HeaderClaimReader', () => {
  it('keeps nothing of what was read and not proven', () => {
    const reader = new HeaderClaimReader(new Set([REGION]));
    const { headers } = headerForm().head;
    const first = reader.read(headers);
    expect(reader.read(headers).credential).not.toBe(first.credential);
    reader.proven(headers, first);
    expect(reader.read(headers).credential).toBe(first.credential);
  });

  it('remembers 256 texts and forgets the oldest', () => {
    const reader = new HeaderClaimReader(new Set([REGION]));
    const headersOf = (number: number) =>
      headerForm({ headers: [[`x-amz-meta-${number}`, 'a']] }).head.headers;
    const claims = Array.from({ length: 257 }, (_, number) => {
      const claim = reader.read(headersOf(number));
      reader.proven(headersOf(number), claim);
      return claim;
    });
    const isRemembered = (number: number) =>
      reader.read(headersOf(number)).credential === claims[number]?.credential;
    expect([0, 1, 256].map(isRemembered)).toEqual([false, true, true]);
  });

  it('reads each date anew but the one it read last', () => {
    const reader = new HeaderClaimReader(new Set([REGION]));
    const dated = (time: string) => headerForm({ time }).head.headers;
    expect(reader.read(dated(TIME)).date.ms).toBe(NOW);
    expect(reader.read(dated('20260304T050608Z')).date.ms).toBe(NOW + 1000);
    expect(reader.read(dated(TIME)).date.ms).toBe(NOW);
  });
});
