import { describe, expect, it } from 'vitest';
import type { S3Request } from '../../../src/s3/request.ts';
import {
  ACCESS_KEY,
  EMPTY,
  MINUTE,
  NOW,
  type PresignedOptions,
  presigned,
  REGION,
  refusalOf,
  TIME,
  verifierOf,
} from './request-fixture.ts';

const verifier = verifierOf();
const verify = (request: S3Request, nowMs = NOW) => verifier.verify(request, nowMs);
const refuse = (options: PresignedOptions, nowMs = NOW) => refusalOf(() => verify(presigned(options), nowMs));

const ACCESS_DENIED = { code: 'AccessDenied', status: 403 };
const MALFORMED = { code: 'AuthorizationQueryParametersError', status: 400 };
const MISMATCH = { code: 'SignatureDoesNotMatch', status: 403 };
const REQUIRED = [
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Date',
  'X-Amz-Expires',
  'X-Amz-SignedHeaders',
] as const;

describe('a presigned request', () => {
  it('is authenticated with what its signature covers', () => {
    const proven = verify(presigned({ headers: [['x-amz-meta-a', 'b']] }));
    expect(proven).toMatchObject({
      accessKeyId: ACCESS_KEY,
      mechanism: 'presigned',
      payloadHash: 'UNSIGNED-PAYLOAD',
    });
    expect([...proven.signedHeaders]).toEqual(['host', 'x-amz-meta-a']);
  });

  it('has the signature anywhere in its query', () => {
    const edit = (query: string) => query.split('&').reverse().join('&');
    expect(verify(presigned({ edit })).mechanism).toBe('presigned');
  });

  it('is refused for HEAD if it was made for GET', () => {
    const { head, ...rest } = presigned();
    expect(refusalOf(() => verify({ ...rest, head: { ...head, method: 'HEAD' } }))).toMatchObject(MISMATCH);
  });

  it('is refused with a parameter more', () => {
    expect(refuse({ edit: (query) => `${query}&versionId=1` })).toMatchObject(MISMATCH);
  });

  it('is refused with a wrong signature', () => {
    for (const signature of ['f'.repeat(64), 'F'.repeat(64), 'abc']) {
      expect(refuse({ signature })).toMatchObject({
        ...MISMATCH,
        details: { AWSAccessKeyId: ACCESS_KEY, SignatureProvided: signature },
      });
    }
  });

  it('is refused for an unknown id', () => {
    const parameters = { 'X-Amz-Credential': `NOBODY/20260304/${REGION}/s3/aws4_request` };
    expect(refuse({ parameters })).toMatchObject({
      code: 'InvalidAccessKeyId',
      status: 403,
      details: { AWSAccessKeyId: 'NOBODY' },
    });
  });

  it('is refused with a session token', () => {
    const expected = { code: 'InvalidToken', status: 400 };
    expect(refuse({ parameters: { 'X-Amz-Security-Token': 't' } })).toMatchObject(expected);
    expect(refuse({ headers: [['x-amz-security-token', 't']] })).toMatchObject(expected);
  });
});

describe('the authorization parameters', () => {
  for (const name of REQUIRED) {
    it(`must hold ${name}`, () => {
      expect(refuse({ parameters: { [name]: undefined } })).toMatchObject(MALFORMED);
      expect(refuse({ parameters: { [name]: '' } })).toMatchObject(MALFORMED);
    });

    it(`must not hold ${name} twice`, () => {
      expect(refuse({ edit: (query) => `${query}&${name}=900` })).toMatchObject(MALFORMED);
    });

    it(`must not spell ${name} otherwise`, () => {
      expect(refuse({ edit: (query) => query.replace(name, name.toLowerCase()) })).toMatchObject(MALFORMED);
      expect(refuse({ edit: (query) => `${query}&${name.toLowerCase()}=900` })).toMatchObject(MALFORMED);
    });
  }

  it('must hold a signature, once', () => {
    expect(refuse({ edit: (query) => query.replace(/&X-Amz-Signature=.*/, '') })).toMatchObject(MALFORMED);
    expect(refuse({ edit: (query) => `${query}&X-Amz-Signature=a` })).toMatchObject(MALFORMED);
    expect(refuse({ edit: (query) => `${query}&x-amz-signature=a` })).toMatchObject(MALFORMED);
  });

  it('must not be in two signature versions', () => {
    expect(refuse({ edit: (query) => `${query}&AWSAccessKeyId=a&Signature=b` })).toMatchObject({
      code: 'InvalidArgument',
      status: 400,
      message: 'Only one auth mechanism allowed',
    });
  });

  it('must not hold control characters', () => {
    expect(refuse({ parameters: { 'X-Amz-Credential': 'a\n/b' } })).toMatchObject(MALFORMED);
  });

  for (const algorithm of ['AWS4-HMAC-SHA512', 'aws4-hmac-sha256', 'AWS4-HMAC-SHA256 ']) {
    it(`must not name the algorithm "${algorithm}"`, () => {
      expect(refuse({ parameters: { 'X-Amz-Algorithm': algorithm } })).toMatchObject(MALFORMED);
    });
  }

  it('must not be of Signature Version 4A', () => {
    expect(refuse({ parameters: { 'X-Amz-Algorithm': 'AWS4-ECDSA-P256-SHA256' } })).toMatchObject({
      code: 'NotImplemented',
      status: 501,
    });
  });

  for (const [name, credential] of [
    ['four parts', `20260304/${REGION}/s3/aws4_request`],
    ['six parts', `a/${ACCESS_KEY}/20260304/${REGION}/s3/aws4_request`],
    ['another day', `${ACCESS_KEY}/20260303/${REGION}/s3/aws4_request`],
    ['another service', `${ACCESS_KEY}/20260304/${REGION}/sts/aws4_request`],
    ['another terminator', `${ACCESS_KEY}/20260304/${REGION}/s3/aws4`],
  ] as const) {
    it(`must not have a credential with ${name}`, () => {
      expect(refuse({ parameters: { 'X-Amz-Credential': credential } })).toMatchObject(MALFORMED);
    });
  }

  it('must not be for another region', () => {
    const parameters = { 'X-Amz-Credential': `${ACCESS_KEY}/20260304/mars/s3/aws4_request` };
    expect(refuse({ parameters })).toMatchObject({ ...MALFORMED, details: { Region: REGION } });
  });

  for (const signed of ['x-amz-meta-a', 'Host', 'host;host', 'x-amz-meta-a;host', 'host;']) {
    it(`must not have the signed headers "${signed}"`, () => {
      expect(refuse({ parameters: { 'X-Amz-SignedHeaders': signed } })).toMatchObject(MALFORMED);
    });
  }

  it('must not sign a header that is not there', () => {
    expect(refuse({ parameters: { 'X-Amz-SignedHeaders': 'host;x-amz-acl' } })).toMatchObject(MISMATCH);
  });
});

describe('the lifetime', () => {
  for (const expires of ['-1', '0', '604801', '1e3', '+5', ' 5', '5.0', '0x10', '9'.repeat(30), '٣']) {
    it(`must not be "${expires}"`, () => {
      expect(refuse({ parameters: { 'X-Amz-Expires': expires } })).toMatchObject(MALFORMED);
    });
  }

  for (const expires of ['1', '604800']) {
    it(`may be ${expires} seconds`, () => {
      const request = presigned({ parameters: { 'X-Amz-Expires': expires } });
      expect(verify(request, NOW + Number(expires) * 1000).mechanism).toBe('presigned');
      expect(refusalOf(() => verify(request, NOW + Number(expires) * 1000 + 1))).toMatchObject({
        ...ACCESS_DENIED,
        message: 'Request has expired',
      });
    });
  }

  it('may be limited further', () => {
    const strict = verifierOf({ maxPresignSeconds: 899 });
    expect(refusalOf(() => strict.verify(presigned(), NOW))).toMatchObject(MALFORMED);
  });

  it('is told when it is over', () => {
    expect(refuse({}, NOW + 901_000)).toMatchObject({
      ...ACCESS_DENIED,
      message: 'Request has expired',
      details: { Expires: '2026-03-04T05:21:07Z', ServerTime: '2026-03-04T05:21:08Z' },
    });
  });

  it('must have begun, but for the clock skew', () => {
    expect(verify(presigned(), NOW - 15 * MINUTE).mechanism).toBe('presigned');
    expect(refuse({}, NOW - 15 * MINUTE - 1)).toMatchObject({
      ...ACCESS_DENIED,
      message: 'Request is not valid yet',
    });
  });

  for (const date of [
    '2026-03-04T05:06:07Z',
    '20260304',
    '20260230T000000Z',
    'Wed, 04 Mar 2026 05:06:07 GMT',
  ]) {
    it(`must not begin at "${date}"`, () => {
      expect(refuse({ parameters: { 'X-Amz-Date': date } })).toMatchObject(MALFORMED);
    });
  }

  it('is that of the query, whatever headers say', () => {
    const late = presigned({ headers: [['x-amz-date', '20200101T000000Z']], unsigned: [['Date', 'never']] });
    expect(verify(late).mechanism).toBe('presigned');
    expect(refuse({ unsigned: [['x-amz-date', TIME]] })).toMatchObject({
      ...ACCESS_DENIED,
      details: { HeadersNotSigned: 'x-amz-date' },
    });
  });
});

describe('headers beside a presigned URL', () => {
  for (const name of [
    'x-amz-acl',
    'x-amz-copy-source',
    'x-amz-meta-a',
    'X-Amz-Tagging',
    'x-amz-checksum-crc32',
  ]) {
    it(`must not hold ${name} unsigned`, () => {
      expect(refuse({ unsigned: [[name, 'v']] })).toMatchObject({
        ...ACCESS_DENIED,
        message: 'There were headers present in the request which were not signed',
        details: { HeadersNotSigned: name.toLowerCase() },
      });
    });
  }

  it('may hold x-amz-content-sha256 unsigned if it says UNSIGNED-PAYLOAD', () => {
    const request = presigned({ unsigned: [['x-amz-content-sha256', 'UNSIGNED-PAYLOAD']] });
    expect(verify(request).payloadHash).toBe('UNSIGNED-PAYLOAD');
  });

  for (const value of [EMPTY, 'STREAMING-UNSIGNED-PAYLOAD-TRAILER', '']) {
    it(`must not hold x-amz-content-sha256 unsigned as "${value}"`, () => {
      expect(refuse({ unsigned: [['x-amz-content-sha256', value]] })).toMatchObject({
        ...ACCESS_DENIED,
        details: { HeadersNotSigned: 'x-amz-content-sha256' },
      });
    });
  }

  it('must not hold x-amz-content-sha256 twice', () => {
    const unsigned = [
      ['x-amz-content-sha256', 'UNSIGNED-PAYLOAD'],
      ['x-amz-content-sha256', 'UNSIGNED-PAYLOAD'],
    ] as const;
    expect(refuse({ unsigned })).toMatchObject({ code: 'InvalidRequest', status: 400 });
  });
});

describe('the payload hash of a presigned request', () => {
  const hash = 'cd'.repeat(32);

  it('is that of the query', () => {
    const request = presigned({ parameters: { 'X-Amz-Content-Sha256': hash }, payloadHash: hash });
    expect(verify(request).payloadHash).toBe(hash);
  });

  it('is that of the header if this is signed', () => {
    const request = presigned({ headers: [['x-amz-content-sha256', hash]], payloadHash: hash });
    expect(verify(request).payloadHash).toBe(hash);
  });

  it('must not be two', () => {
    const parameters = { 'X-Amz-Content-Sha256': hash };
    const unsigned = [['x-amz-content-sha256', 'UNSIGNED-PAYLOAD']] as const;
    expect(refuse({ parameters, payloadHash: hash, unsigned })).toMatchObject(MALFORMED);
    expect(
      refuse({ edit: (query) => `${query}&X-Amz-Content-Sha256=a&X-Amz-Content-Sha256=b` }),
    ).toMatchObject(MALFORMED);
    expect(refuse({ edit: (query) => `${query}&x-amz-content-sha256=${hash}` })).toMatchObject(MALFORMED);
  });

  it('must be one that there is', () => {
    const streaming = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD';
    const refusal = { code: 'InvalidRequest', status: 400, message: expect.stringContaining(streaming) };
    expect(refuse({ parameters: { 'X-Amz-Content-Sha256': streaming } })).toMatchObject(refusal);
    expect(refuse({ headers: [['x-amz-content-sha256', streaming]] })).toMatchObject(refusal);
    expect(refuse({ parameters: { 'X-Amz-Content-Sha256': 'x' } })).toMatchObject({
      code: 'InvalidArgument',
      status: 400,
    });
  });

  it('must not be that of nothing where a body comes', () => {
    const framing = { kind: 'chunked' } as const;
    const options = { parameters: { 'X-Amz-Content-Sha256': EMPTY }, payloadHash: EMPTY, framing };
    expect(refuse(options)).toMatchObject({ code: 'XAmzContentSHA256Mismatch', status: 400 });
  });
});
