import { describe, expect, it } from 'vitest';
import { Secret } from '../../../src/secret.ts';
import { createSigner } from '../../../src/sigv4/sign.ts';
import { refusalOf, requestOf, verifierOf } from './request-fixture.ts';
import { loadVectors, timeOf, type VectorFile, type VectorRequest } from './vectors.ts';

function requestOfVector({ method, target, headers, contentLength }: VectorRequest) {
  const framing =
    contentLength === undefined
      ? ({ kind: 'none' } as const)
      : ({ kind: 'length', length: contentLength } as const);
  return requestOf({ method, target, headers, framing });
}

function verifierOfVectors(file: VectorFile) {
  const secret = new Secret(file.secretAccessKey);
  return verifierOf({ secretOf: (id) => (id === file.accessKeyId ? secret : undefined) });
}

for (const name of ['aws', 'botocore']) {
  const file = loadVectors(name);
  const verifier = verifierOfVectors(file);

  describe(`signatures by ${name}`, () => {
    for (const vector of file.requests) {
      it(`verifies ${vector.name}`, () => {
        const mechanism = vector.target.includes('X-Amz-Signature') ? 'presigned' : 'header';
        expect(verifier.verify(requestOfVector(vector), timeOf(file))).toMatchObject({
          accessKeyId: file.accessKeyId,
          mechanism,
        });
      });

      it(`refuses ${vector.name} with another method`, () => {
        const request = requestOfVector({ ...vector, method: 'DELETE' });
        expect(refusalOf(() => verifier.verify(request, timeOf(file)))).toMatchObject({
          code: 'SignatureDoesNotMatch',
          status: 403,
        });
      });
    }
  });
}

describe('our signer', () => {
  const aws = loadVectors('aws');
  const signer = createSigner({
    accessKeyId: aws.accessKeyId,
    secret: new Secret(aws.secretAccessKey),
    region: aws.region,
  });

  for (const vector of aws.requests.filter(({ target }) => !target.includes('X-Amz-Signature'))) {
    it(`calculates what AWS publishes for ${vector.name}`, () => {
      const headers = new Map(vector.headers.map(([name, value]) => [name.toLowerCase(), value]));
      const [rawPath = '', rawQuery = ''] = vector.target.split('?');
      const added = new Set(['authorization', 'x-amz-date', 'x-amz-content-sha256']);
      const signed = signer.sign(
        {
          method: vector.method,
          rawPath,
          rawQuery,
          headers: [...headers].filter(([name]) => !added.has(name)),
          payloadHash: headers.get('x-amz-content-sha256') ?? '',
        },
        timeOf(aws),
      );
      expect(signed.authorization.replaceAll(', ', ',')).toBe(headers.get('authorization'));
      expect(signed.amzDate).toBe(aws.time);
      expect(signed.contentSha256).toBe(headers.get('x-amz-content-sha256'));
    });
  }
});
