// The AWS SDK's own signer against our verifier, over random keys and queries.
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NodeSha256 } from '../../support/node-sha256.ts';
import {
  ACCESS_KEY,
  EMPTY,
  HOST,
  NOW,
  REGION,
  refusalOf,
  requestOf,
  SECRET_TEXT,
  verifierOf,
} from './request-fixture.ts';

function smithy(service = 's3', uriEscapePath = false): SignatureV4 {
  return new SignatureV4({
    credentials: { accessKeyId: ACCESS_KEY, secretAccessKey: SECRET_TEXT },
    region: REGION,
    service,
    sha256: NodeSha256,
    uriEscapePath,
  });
}

type Query = Record<string, string | string[]>;

const escaped = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
const pathOf = (key: string) => `/bucket/${key.split('/').map(escaped).join('/')}`;

function targetOf(path: string, query: Query): string {
  const pieces = Object.entries(query).flatMap(([name, values]) =>
    [values].flat().map((value) => `${escaped(name)}=${escaped(value)}`),
  );
  return pieces.length === 0 ? path : `${path}?${pieces.join('&')}`;
}

const key = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 });
const query = fc.dictionary(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }).filter((name) => name !== '__proto__'),
  fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 8 }),
    fc.array(fc.string({ maxLength: 3 }), { minLength: 1, maxLength: 3 }),
  ),
  { maxKeys: 4 },
);
const options = { signingDate: new Date(NOW) };
const message = (path: string, search: Query, headers: Record<string, string>, method = 'GET') => ({
  method,
  protocol: 'https:',
  hostname: HOST,
  path,
  query: search,
  headers: { host: HOST, ...headers },
});

describe('requests signed by @smithy/signature-v4', () => {
  it('verify in header form', async () => {
    await fc.assert(
      fc.asyncProperty(key, query, fc.string(), async (name, search, meta) => {
        const headers = { 'x-amz-meta-a': meta.replace(/[^ -~]/g, ' '), range: 'bytes=0-9' };
        const signed = await smithy().sign(message(pathOf(name), search, headers), options);
        const request = requestOf({
          target: targetOf(pathOf(name), search),
          headers: Object.entries(signed.headers),
        });
        expect(verifierOf().verify(request, NOW)).toMatchObject({ mechanism: 'header', payloadHash: EMPTY });
      }),
    );
  });

  it('verify in presigned form', async () => {
    await fc.assert(
      fc.asyncProperty(key, query, async (name, search) => {
        const unsigned = message(pathOf(name), search, { 'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD' });
        const signed = await smithy().presign(unsigned, { ...options, expiresIn: 60 });
        const request = requestOf({
          target: targetOf(pathOf(name), (signed.query ?? {}) as Query),
          headers: Object.entries(signed.headers),
        });
        expect(verifierOf().verify(request, NOW)).toMatchObject({
          mechanism: 'presigned',
          payloadHash: 'UNSIGNED-PAYLOAD',
        });
      }),
    );
  });

  it('keep a payload hash in a presigned query', async () => {
    const hash = 'a'.repeat(64);
    const signed = await smithy().presign(
      message('/bucket/k', {}, { 'X-Amz-Content-Sha256': hash }, 'PUT'),
      options,
    );
    const request = requestOf({
      method: 'PUT',
      target: targetOf('/bucket/k', signed.query as Query),
      headers: Object.entries(signed.headers),
    });
    expect(verifierOf().verify(request, NOW).payloadHash).toBe(hash);
  });

  it('are refused where the path was encoded twice, as other services have it', async () => {
    const signed = await smithy('s3', true).sign(message('/bucket/a%20b', {}, {}), options);
    const request = requestOf({ target: '/bucket/a%20b', headers: Object.entries(signed.headers) });
    expect(refusalOf(() => verifierOf().verify(request, NOW))).toMatchObject({
      code: 'SignatureDoesNotMatch',
      status: 403,
    });
  });

  it('are refused where dot segments were removed before signing', async () => {
    const signed = await smithy('s3', true).sign(message('/bucket/a/../b', {}, {}), options);
    const request = requestOf({ target: '/bucket/a/../b', headers: Object.entries(signed.headers) });
    expect(refusalOf(() => verifierOf().verify(request, NOW)).code).toBe('SignatureDoesNotMatch');
  });

  it('are refused for another service', async () => {
    const signed = await smithy('s3tables').sign(message('/bucket/a', {}, {}), options);
    const request = requestOf({ target: '/bucket/a', headers: Object.entries(signed.headers) });
    expect(refusalOf(() => verifierOf().verify(request, NOW))).toMatchObject({
      code: 'AuthorizationHeaderMalformed',
      status: 400,
    });
  });
});
