import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSigner, type RequestToSign } from '../../../src/sigv4/sign.ts';
import { ACCESS_KEY, HOST, NOW, REGION, referenceSignature, SECRET, SECRET_TEXT } from './request-fixture.ts';

const signer = createSigner({ accessKeyId: ACCESS_KEY, secret: SECRET, region: REGION });
const input: RequestToSign = {
  method: 'PUT',
  rawPath: "/bucket/a!b'%2fc",
  rawQuery: 'uploadId=a%2bb&partNumber=1&x',
  headers: [
    ['x-amz-meta-b', 'z'],
    ['host', HOST],
    ['x-amz-meta-b', 'a  b'],
    ['range', 'bytes=0-1'],
  ],
  payloadHash: 'UNSIGNED-PAYLOAD',
};

function expected(time: string): string {
  const scope = `${time.slice(0, 8)}/${REGION}/s3/aws4_request`;
  const signed = 'host;range;x-amz-content-sha256;x-amz-date;x-amz-meta-b';
  const signature = referenceSignature({
    method: 'PUT',
    canonicalPath: '/bucket/a%21b%27/c',
    canonicalQuery: 'partNumber=1&uploadId=a%2Bb&x=',
    headers: [...input.headers, ['x-amz-content-sha256', 'UNSIGNED-PAYLOAD'], ['x-amz-date', time]],
    signed,
    payloadHash: 'UNSIGNED-PAYLOAD',
    time,
    scope,
    secret: SECRET_TEXT,
  });
  return `AWS4-HMAC-SHA256 Credential=${ACCESS_KEY}/${scope}, SignedHeaders=${signed}, Signature=${signature}`;
}

describe('createSigner', () => {
  it('signs the encoded path, the sorted query and all headers', () => {
    expect(signer.sign(input, NOW + 999)).toEqual({
      authorization: expected('20260304T050607Z'),
      amzDate: '20260304T050607Z',
      contentSha256: 'UNSIGNED-PAYLOAD',
    });
  });

  it('takes a new key when the day changes, either way', () => {
    const day = 86_400_000;
    expect(signer.sign(input, NOW + day).authorization).toBe(expected('20260305T050607Z'));
    expect(signer.sign(input, NOW).authorization).toBe(expected('20260304T050607Z'));
  });

  it('leaves what it is given as it is', () => {
    const before = structuredClone(input);
    signer.sign(input, NOW);
    expect(input).toEqual(before);
  });

  it('signs any number of headers in any order, those of one name as they came', () => {
    const name = fc.constantFrom('a', 'ab', 'a-b', 'b', 'range', 'x-amz-meta-a', 'x-amz-meta-a-b', 'x-amz-z');
    const header = fc.tuple(name, fc.stringMatching(/^[a-z]{1,4}$/));
    fc.assert(
      fc.property(fc.array(header, { maxLength: 40 }), (more) => {
        const headers: RequestToSign['headers'] = [['host', HOST], ...more];
        const time = '20260304T050607Z';
        const added = [
          ['x-amz-content-sha256', 'UNSIGNED-PAYLOAD'],
          ['x-amz-date', time],
        ] as const;
        const signed = [...new Set([...headers, ...added].map(([each]) => each))].sort().join(';');
        const scope = `${time.slice(0, 8)}/${REGION}/s3/aws4_request`;
        const signature = referenceSignature({
          method: 'GET',
          canonicalPath: '/b/k',
          canonicalQuery: '',
          headers: [...headers, ...added],
          signed,
          payloadHash: 'UNSIGNED-PAYLOAD',
          time,
          scope,
          secret: SECRET_TEXT,
        });
        const asked = {
          method: 'GET',
          rawPath: '/b/k',
          rawQuery: '',
          headers,
          payloadHash: 'UNSIGNED-PAYLOAD',
        };
        expect(signer.sign(asked, NOW).authorization).toBe(
          `AWS4-HMAC-SHA256 Credential=${ACCESS_KEY}/${scope}, SignedHeaders=${signed}, Signature=${signature}`,
        );
      }),
    );
  });
});
