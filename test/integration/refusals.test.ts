// What is refused, with which S3 error, and the proof that nothing of it reached the store.
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { useGateway } from '../support/gateway-fixture.ts';
import { elementOf, headerOf, type RawAnswer } from '../support/raw-http.ts';
import {
  presigned,
  requestBytes,
  type SignedRequest,
  type SigningInput,
  signed,
} from '../support/raw-sigv4.ts';
import { ask, inputFor, rawTargetOf, send } from '../support/raw-target.ts';
import { bucketName } from '../support/s3-clients.ts';
import { storeLogLines } from '../support/store-log.ts';
import { describeOnEachStore } from '../support/stores.ts';

const MINUTE = 60_000;
const minutesFromNow = (minutes: number) => new Date(Date.now() + minutes * MINUTE);

describeOnEachStore('refusals', (store) => {
  const at = useGateway(store, { clients: [{}] });
  // In the path of every request here, and nowhere else.
  const marker = bucketName('refused');
  const key = `/${marker}/key`;

  const target = () => rawTargetOf(at.gateway);
  const input = (more: Omit<SigningInput, 'host' | 'credentials'> & Partial<SigningInput>) =>
    inputFor(target(), more);
  const sendSigned = (request: SignedRequest) => send(target(), requestBytes(request), request.method);
  const withSigned = (more: Partial<SigningInput>) =>
    sendSigned(signed(input({ method: 'PUT', target: key, body: 'body', ...more })));
  const withPresigned = (more: Partial<SigningInput>) =>
    sendSigned(presigned(input({ method: 'GET', target: key, ...more })));
  const with_ = (request: SignedRequest, change: (headers: [string, string][]) => void): SignedRequest => {
    const headers = request.headers.map(([name, value]): [string, string] => [name, value]);
    change(headers);
    return { ...request, headers };
  };

  function expectRefusal(answer: RawAnswer, status: number, code: string): void {
    expect([answer.status, elementOf(answer, 'Code')]).toEqual([status, code]);
    expect(headerOf(answer, 'content-type')).toBe('application/xml');
    expect(elementOf(answer, 'RequestId')).toBe(headerOf(answer, 'x-amz-request-id'));
    expect(elementOf(answer, 'RequestId')).toBeTruthy();
  }

  beforeAll(() => at.client.send(new CreateBucketCommand({ Bucket: bucketName('warm') })));
  beforeEach(() => at.tap.forget());
  afterEach(() => {
    expect(at.tap.sent).toBe('');
    expect(at.tap.bytesToStore).toBe(0);
  });

  describe('who is not known', () => {
    test('a wrong secret', async () => {
      const credentials = { ...at.gateway.credentials, secretAccessKey: 'wrong' };
      expectRefusal(await withSigned({ credentials }), 403, 'SignatureDoesNotMatch');
      expectRefusal(await withPresigned({ credentials }), 403, 'SignatureDoesNotMatch');
    });

    test("an unknown access key, also the store's own", async () => {
      const unknown = { ...at.gateway.credentials, accessKeyId: 'NOBODY' };
      expectRefusal(await withSigned({ credentials: unknown }), 403, 'InvalidAccessKeyId');
      expectRefusal(await withPresigned({ credentials: unknown }), 403, 'InvalidAccessKeyId');
      expectRefusal(await withSigned({ credentials: store }), 403, 'InvalidAccessKeyId');
    });

    test('no signature at all', async () => {
      for (const method of ['GET', 'PUT', 'DELETE']) {
        const bare = `${method} ${key} HTTP/1.1\r\nHost: ${at.gateway.host}\r\nContent-Length: 0\r\n\r\n`;
        expectRefusal(await send(target(), bare, method), 403, 'AccessDenied');
      }
      const list = `GET / HTTP/1.1\r\nHost: ${at.gateway.host}\r\n\r\n`;
      expectRefusal(await send(target(), list), 403, 'AccessDenied');
    });

    test.each([
      ['Signature Version 2', 'AWS GATEWAYCLIENT0:c2lnbmF0dXJl', 'InvalidRequest'],
      ['Basic', 'Basic Z2F0ZXdheTp4', 'InvalidArgument'],
      ['Bearer', 'Bearer token', 'InvalidArgument'],
      ['nothing', '', 'InvalidArgument'],
    ])('an Authorization header of another kind: %s', async (_, authorization, code) => {
      const answer = await sendSigned(
        with_(signed(input({ method: 'GET', target: key })), (headers) => {
          for (const header of headers) if (header[0] === 'authorization') header[1] = authorization;
        }),
      );
      expectRefusal(answer, 400, code);
    });
  });

  describe('what was changed on the way', () => {
    test('a signed header', async () => {
      const request = signed(
        input({ method: 'PUT', target: key, headers: { 'content-type': 'text/plain' }, body: 'x' }),
      );
      const changed = with_(request, (headers) => {
        for (const header of headers) if (header[0] === 'content-type') header[1] = 'text/html';
      });
      expectRefusal(await sendSigned(changed), 403, 'SignatureDoesNotMatch');
    });

    test('the method, the path, the query, the host', async () => {
      const request = signed(input({ method: 'GET', target: `${key}?versionId=1` }));
      expectRefusal(await sendSigned({ ...request, method: 'DELETE' }), 403, 'SignatureDoesNotMatch');
      expectRefusal(
        await sendSigned({ ...request, target: `${key}x?versionId=1` }),
        403,
        'SignatureDoesNotMatch',
      );
      expectRefusal(
        await sendSigned({ ...request, target: `${key}?versionId=2` }),
        403,
        'SignatureDoesNotMatch',
      );
      expectRefusal(await sendSigned({ ...request, target: key }), 403, 'SignatureDoesNotMatch');
      const elsewhere = with_(request, (headers) => {
        for (const header of headers) if (header[0] === 'host') header[1] = 'elsewhere.test';
      });
      expectRefusal(await sendSigned(elsewhere), 403, 'SignatureDoesNotMatch');
    });

    test('a signed header taken away, or sent twice', async () => {
      const request = signed(input({ method: 'GET', target: key, headers: { 'x-amz-meta-a': 'b' } }));
      const without = with_(request, (headers) =>
        headers.splice(
          headers.findIndex(([name]) => name === 'x-amz-meta-a'),
          1,
        ),
      );
      expectRefusal(await sendSigned(without), 403, 'SignatureDoesNotMatch');
      const twice = with_(request, (headers) => headers.push(['x-amz-meta-a', 'c']));
      expectRefusal(await sendSigned(twice), 403, 'SignatureDoesNotMatch');
    });
  });

  describe('an x-amz header that nobody signed', () => {
    test.each([
      ['x-amz-copy-source', '/other/secret'],
      ['x-amz-copy-source-range', 'bytes=0-1'],
      ['x-amz-acl', 'public-read'],
      ['x-amz-grant-read', 'uri="http://acs.amazonaws.com/groups/global/AllUsers"'],
      ['x-amz-tagging', 'a=b'],
      ['x-amz-storage-class', 'GLACIER'],
      ['x-amz-metadata-directive', 'REPLACE'],
      ['x-amz-meta-note', 'mine'],
      ['x-amz-object-lock-mode', 'GOVERNANCE'],
      ['x-amz-object-lock-legal-hold', 'OFF'],
      ['x-amz-bypass-governance-retention', 'true'],
      ['x-amz-website-redirect-location', '/x'],
      ['x-amz-server-side-encryption', 'AES256'],
      ['X-Amz-Copy-Source', '/other/secret'],
    ])('%s', async (name, value) => {
      for (const send of [withSigned, withPresigned]) {
        const answer = await send({ method: 'PUT', unsignedHeaders: { [name]: value } });
        expectRefusal(answer, 403, 'AccessDenied');
        expect(elementOf(answer, 'HeadersNotSigned')).toBe(name.toLowerCase());
      }
    });

    test('a session token, which nobody has issued', async () => {
      for (const send of [withSigned, withPresigned]) {
        const answer = await send({ method: 'PUT', unsignedHeaders: { 'x-amz-security-token': 'token' } });
        expectRefusal(answer, 400, 'InvalidToken');
      }
    });

    test('the one that would unpack an archive into objects', async () => {
      for (const send of [withSigned, withPresigned]) {
        const unsignedHeaders = { 'x-amz-meta-snowball-auto-extract': 'true' };
        expectRefusal(await send({ method: 'PUT', unsignedHeaders }), 501, 'NotImplemented');
      }
    });
  });

  describe('the wrong time', () => {
    test.each([-16, 16, -60 * 24, 60 * 24])('%i minutes from now, by header', async (minutes) => {
      expectRefusal(await withSigned({ date: minutesFromNow(minutes) }), 403, 'RequestTimeTooSkewed');
    });

    test.each([
      ['expired', { date: minutesFromNow(-10), expiresSeconds: 300 }, 403, 'AccessDenied'],
      ['from the future', { date: minutesFromNow(16), expiresSeconds: 300 }, 403, 'AccessDenied'],
      ['for no time', { expiresSeconds: 0 }, 400, 'AuthorizationQueryParametersError'],
      ['for a negative time', { expiresSeconds: -1 }, 400, 'AuthorizationQueryParametersError'],
      ['for more than a week', { expiresSeconds: 604_801 }, 400, 'AuthorizationQueryParametersError'],
      ['for a time that is no number', { expiresSeconds: '1e3' }, 400, 'AuthorizationQueryParametersError'],
      ['for ever', { expiresSeconds: '' }, 400, 'AuthorizationQueryParametersError'],
    ])('presigned, %s', async (_, more, status, code) => {
      expectRefusal(await withPresigned(more), status, code);
    });

    test('presigned without an end', async () => {
      const request = presigned(input({ method: 'GET', target: key }));
      const endless = { ...request, target: request.target.replace(/&X-Amz-Expires=\d+/, '') };
      expectRefusal(await sendSigned(endless), 400, 'AuthorizationQueryParametersError');
    });
  });

  describe('a signature of another kind', () => {
    test.each<[string, Partial<SigningInput>]>([
      ['another region', { region: 'eu-west-1' }],
      ['another service', { service: 's3tables' }],
      ['another terminator', { terminator: 'aws3_request' }],
    ])('%s', async (_, more) => {
      expectRefusal(await withSigned(more), 400, 'AuthorizationHeaderMalformed');
      expectRefusal(await withPresigned(more), 400, 'AuthorizationQueryParametersError');
    });

    test('the algorithm AWS4-ECDSA-P256-SHA256 (SigV4A)', async () => {
      const algorithm = 'AWS4-ECDSA-P256-SHA256';
      expectRefusal(await withSigned({ algorithm }), 501, 'NotImplemented');
      expectRefusal(await withPresigned({ algorithm }), 501, 'NotImplemented');
    });

    test('an algorithm that there is not', async () => {
      const algorithm = 'AWS4-HMAC-SHA512';
      expectRefusal(await withSigned({ algorithm }), 400, 'InvalidArgument');
      expectRefusal(await withPresigned({ algorithm }), 400, 'AuthorizationQueryParametersError');
    });

    test('both mechanisms at once', async () => {
      const query = presigned(input({ method: 'GET', target: key }));
      const header = signed(input({ method: 'GET', target: query.target }));
      expectRefusal(await sendSigned(header), 400, 'InvalidArgument');
      const bearer = with_(query, (headers) => headers.push(['authorization', 'Bearer token']));
      expectRefusal(await sendSigned(bearer), 400, 'InvalidArgument');
    });
  });

  describe('paths that climb', () => {
    test.each([
      [`/${marker}/../other/key`, 'InvalidArgument'],
      [`/${marker}/a/../../other/key`, 'InvalidArgument'],
      [`/${marker}/%2e%2e/other/key`, 'InvalidArgument'],
      [`/${marker}/%2E%2E/key`, 'InvalidArgument'],
      [`/${marker}/.%2e/key`, 'InvalidArgument'],
      [`/${marker}/a%2F..%2Fb`, 'InvalidArgument'],
      [`/${marker}/./key`, 'InvalidArgument'],
      [`/${marker}/..`, 'InvalidArgument'],
      [`/../${marker}/key`, 'InvalidBucketName'],
    ])('%s', async (climbing, code) => {
      for (const method of ['GET', 'PUT', 'DELETE']) {
        expectRefusal(await withSigned({ method, target: climbing, body: '' }), 400, code);
      }
    });

    test.each([
      ['/other/../bucket/key', 'InvalidArgument'],
      ['/bucket/a/../../other/key', 'InvalidArgument'],
      ['/bucket/%2e%2e/key', 'InvalidArgument'],
      ['..%2Fother%2Fkey', 'InvalidBucketName'],
    ])('in a copy source: %s', async (source, code) => {
      const answer = await withSigned({ headers: { 'x-amz-copy-source': source }, body: '' });
      expectRefusal(answer, 400, code);
    });

    test('in a multi-delete', async () => {
      const body =
        '<Delete><Object><Key>fine</Key></Object><Object><Key>../other/key</Key></Object></Delete>';
      const answer = await withSigned({ method: 'POST', target: `/${marker}?delete`, body });
      expectRefusal(answer, 400, 'InvalidArgument');
    });
  });

  describe('what is not there yet, or not S3', () => {
    test.each([
      'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD',
      'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER',
    ])('%s', async (payload) => {
      const headers = { 'x-amz-decoded-content-length': '4', 'content-encoding': 'aws-chunked' };
      expectRefusal(
        await withSigned({ payload, headers, body: '4\r\nbody\r\n0\r\n\r\n' }),
        501,
        'NotImplemented',
      );
    });

    test('a streaming payload with a bad signature is not carried on either', async () => {
      const credentials = { ...at.gateway.credentials, secretAccessKey: 'wrong' };
      const payload = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';
      const headers = { 'x-amz-decoded-content-length': '4', 'x-amz-trailer': 'x-amz-checksum-crc32' };
      const body = '4\r\nbody\r\n0\r\nx-amz-checksum-crc32:1X3j/A==\r\n\r\n';
      expectRefusal(await withSigned({ payload, headers, body, credentials }), 403, 'SignatureDoesNotMatch');
    });

    test.each(['not a hash', 'ABCDEF', ''])('a payload hash of %j', async (payload) => {
      expectRefusal(await withSigned({ payload }), 400, 'InvalidArgument');
    });

    test.each(['minio', 'admin', 'Upper', 'a', 'a..b', '192.168.0.1', 'x_y'])(
      'the bucket name %s',
      async (name) => {
        expectRefusal(await withSigned({ target: `/${name}/${marker}` }), 400, 'InvalidBucketName');
      },
    );

    test("the stores' own doors", async () => {
      for (const door of [
        '/minio/admin/v3/info',
        '/minio/health/live',
        '/admin/user?uid=gateway',
        '/admin/bucket',
        '/swift/v1',
        '/auth/v1.0',
      ]) {
        for (const method of ['GET', 'PUT', 'POST']) {
          expectRefusal(await withSigned({ method, target: door, body: '' }), 400, 'InvalidBucketName');
        }
      }
    });

    test('sub-resources and methods that S3 does not have', async () => {
      for (const [method, to, status, code] of [
        ['GET', `${key}?unheard-of`, 501, 'NotImplemented'],
        ['PUT', `/${marker}?unheard-of`, 501, 'NotImplemented'],
        ['POST', key, 501, 'NotImplemented'],
        ['PATCH', key, 405, 'MethodNotAllowed'],
        ['PUT', '/', 405, 'MethodNotAllowed'],
      ] as const) {
        expectRefusal(await withSigned({ method, target: to, body: '' }), status, code);
      }
    });
  });

  describe('writes to the reserved keys', () => {
    const prefix = '.system-d26a9498-cb7c-4a87-a44a-8ae204f5ba6c';
    const reserved = [
      `${prefix}/system.xml`,
      `${prefix}/capacity.xml`,
      `${prefix}/else`,
      '%2Esystem-d26a9498-cb7c-4a87-a44a-8ae204f5ba6c/capacity.xml',
    ];

    test.each(reserved)('%s', async (name) => {
      const to = `/${marker}/${name}`;
      const denied = async (more: Partial<SigningInput>) =>
        expectRefusal(await withSigned({ target: to, ...more }), 403, 'AccessDenied');
      await denied({});
      await denied({ method: 'DELETE', body: '' });
      await denied({ headers: { 'x-amz-copy-source': `/${marker}/other` }, body: '' });
      await denied({ method: 'POST', target: `${to}?uploads`, body: '' });
      await denied({ target: `${to}?partNumber=1&uploadId=1` });
      await denied({ method: 'POST', target: `${to}?uploadId=1`, body: '<CompleteMultipartUpload/>' });
      await denied({ target: `${to}?tagging`, body: '<Tagging><TagSet/></Tagging>' });
      await denied({ target: `${to}?retention`, body: '<Retention/>' });
      expectRefusal(
        await sendSigned(presigned(input({ method: 'PUT', target: to, body: 'x' }))),
        403,
        'AccessDenied',
      );
    });

    test.each([
      `${prefix}/system.xml`,
      `${prefix}/capacity.xml`,
      '&#46;system-d26a9498-cb7c-4a87-a44a-8ae204f5ba6c/capacity.xml',
    ])('in a multi-delete: %s', async (name) => {
      const body = `<Delete><Object><Key>other</Key></Object><Object><Key>${name}</Key></Object></Delete>`;
      expectRefusal(
        await withSigned({ method: 'POST', target: `/${marker}?delete`, body }),
        403,
        'AccessDenied',
      );
    });

    test('copied away from', async () => {
      const answer = await withSigned({
        headers: { 'x-amz-copy-source': `/${marker}/${prefix}/system.xml` },
        body: '',
      });
      expectRefusal(answer, 404, 'NoSuchKey');
    });
  });

  test('a multi-delete whose body is not what was signed', async () => {
    const request = signed(
      input({
        method: 'POST',
        target: `/${marker}?delete`,
        body: '<Delete><Object><Key>mine</Key></Object></Delete>',
      }),
    );
    const swapped = { ...request, body: Buffer.from('<Delete><Object><Key>your</Key></Object></Delete>') };
    expectRefusal(await sendSigned(swapped), 400, 'XAmzContentSHA256Mismatch');
  });

  test("the store's own log shows nothing of all this", async () => {
    expect(await storeLogLines(store, marker)).toEqual([]);
  });

  test('and would show it', async () => {
    const seen = bucketName('seen');
    await ask(rawTargetOf({ endpoint: store.endpoint, credentials: store }), {
      method: 'GET',
      target: `/${seen}/key`,
    });
    expect(await storeLogLines(store, seen)).not.toEqual([]);
  });
});
