// Bodies whose length or digest is not what was said: the S3 error for each, and nothing of them stays.
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { CreateBucketCommand, CreateMultipartUploadCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { bodyOf } from '../../support/bodies.ts';
import { useEmbeddedStore } from '../../support/embedded-store-fixture.ts';
import { elementOf, headerOf, RawConnection } from '../../support/raw-http.ts';
import { headBytes, requestBytes, type SigningInput, signed } from '../../support/raw-sigv4.ts';
import { ask, inputFor } from '../../support/raw-target.ts';
import { waitFor } from '../../support/wait.ts';
import { stateOf } from './store-state.ts';

const at = useEmbeddedStore();
let before: object;
let uploadId: string;

beforeAll(async () => {
  const Bucket = 'bodies';
  await at.direct.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }));
  await at.direct.send(new PutObjectCommand({ Bucket, Key: 'there', Body: 'there' }));
  await at.direct.send(new PutObjectCommand({ Bucket, Key: 'there', Body: bodyOf('there', 100_000) }));
  const { UploadId } = await at.direct.send(new CreateMultipartUploadCommand({ Bucket, Key: 'parts' }));
  uploadId = UploadId ?? '';
});
beforeEach(async () => {
  before = await stateOf(at);
});
afterEach(async () => {
  // Where the client is gone the store learns of it a little later than the test.
  await waitFor(async () => JSON.stringify(await stateOf(at)) === JSON.stringify(before), {
    what: 'the state to be what it was',
    timeoutMs: 5000,
    everyMs: 20,
  }).catch(() => {});
  expect(await stateOf(at)).toEqual(before);
});

/** One that is kept in the database, one that becomes a file, one of several blocks. */
const SIZES = [
  ['5 bytes', 5],
  ['100 KB', 100_000],
  ['1 MiB and a byte', 1024 * 1024 + 1],
] as const;
const TARGETS = [
  ['PutObject', () => '/bodies/there'],
  ['UploadPart', () => `/bodies/parts?partNumber=1&uploadId=${uploadId}`],
] as const;
const CASES = TARGETS.flatMap(([operation, target]) =>
  SIZES.map(([size, bytes]) => [operation, size, target, bytes] as const),
);

const put = (target: string, more: Partial<SigningInput>) =>
  ask(at.store.target, { method: 'PUT', target, ...more });
const signedPut = (target: string, more: Partial<SigningInput>) =>
  signed(inputFor(at.store.target, { method: 'PUT', target, ...more }));
const open = () => RawConnection.open({ host: at.store.host, port: at.store.port });

const base64 = (hex: string) => Buffer.from(hex, 'hex').toString('base64');
const digest = (name: string) => (data: Buffer) => createHash(name).update(data).digest('base64');
const crc32Base64 = (data: Buffer) => base64(crc32(data).toString(16).padStart(8, '0'));
const CHECKSUMS: readonly (readonly [name: string, bytes: number, of: (data: Buffer) => string])[] = [
  ['x-amz-checksum-crc32', 4, crc32Base64],
  ['x-amz-checksum-crc32c', 4, reflectedCrc(0x82f63b78n, 32)],
  ['x-amz-checksum-crc64nvme', 8, reflectedCrc(0x9a6c9329ac4bc9b5n, 64)],
  ['x-amz-checksum-sha1', 20, digest('sha1')],
  ['x-amz-checksum-sha256', 32, digest('sha256')],
];

/** A CRC out of its definition, byte by byte: slow, and not the store's. */
function reflectedCrc(polynomial: bigint, width: number): (data: Buffer) => string {
  const ones = (1n << BigInt(width)) - 1n;
  const table = Array.from({ length: 256 }, (_, byte) => {
    let value = BigInt(byte);
    for (let bit = 0; bit < 8; bit += 1) value = value & 1n ? (value >> 1n) ^ polynomial : value >> 1n;
    return value;
  });
  return (data) => {
    let crc = ones;
    for (const byte of data) crc = (table[Number((crc ^ BigInt(byte)) & 0xffn)] ?? 0n) ^ (crc >> 8n);
    return base64((crc ^ ones).toString(16).padStart(width / 4, '0'));
  };
}

describe.each(CASES)('%s of %s', (_operation, _size, target, bytes) => {
  const body = bodyOf(`body ${bytes}`, bytes);
  const other = Buffer.from(body);
  other[bytes - 1] = (other[bytes - 1] ?? 0) ^ 1;

  test('another body than was signed', async () => {
    await using connection = await open();
    await connection.send(requestBytes({ ...signedPut(target(), { body }), body: other }));
    const answer = await connection.answer('PUT');
    expect([answer.status, elementOf(answer, 'Code')]).toEqual([400, 'XAmzContentSHA256Mismatch']);
  });

  test('another Content-MD5', async () => {
    const headers = { 'content-md5': digest('md5')(other) };
    for (const payload of [undefined, 'UNSIGNED-PAYLOAD']) {
      const answer = await put(target(), { body, headers, ...(payload && { payload }) });
      expect([answer.status, elementOf(answer, 'Code')]).toEqual([400, 'BadDigest']);
    }
  });

  test.each(CHECKSUMS)('another %s', async (name, _bytes, of) => {
    for (const payload of [undefined, 'UNSIGNED-PAYLOAD']) {
      const answer = await put(target(), {
        body,
        headers: { [name]: of(other) },
        ...(payload && { payload }),
      });
      expect([answer.status, elementOf(answer, 'Code')]).toEqual([400, 'BadDigest']);
    }
  });

  test('fewer bytes than announced, then the end', async () => {
    for (const end of ['end', 'reset'] as const) {
      await using connection = await open();
      const request = signedPut(target(), { body });
      await connection.send(headBytes(request));
      await connection.send(body.subarray(0, bytes - 1));
      if (end === 'reset') connection.drop();
      else connection.socket.end();
      const answer = await connection.answer('PUT').catch(() => undefined);
      if (answer !== undefined) {
        expect([answer.status, elementOf(answer, 'Code')]).toEqual([400, 'IncompleteBody']);
      }
    }
  });

  test('more bytes than announced: the rest is no part of it, and no request', async () => {
    await using connection = await open();
    // What is announced is not what was signed, so that nothing may stay of it.
    const request = signedPut(target(), { body, headers: { 'content-length': String(bytes - 1) } });
    await connection.send(requestBytes(request));
    await connection.send(' \r\n\r\n');
    const answer = await connection.answer('PUT');
    expect([answer.status, elementOf(answer, 'Code')]).toEqual([400, 'XAmzContentSHA256Mismatch']);
    const next = await connection.answer('GET');
    expect([next.status, elementOf(next, 'Code')]).toEqual([400, 'BadRequest']);
    expect(await connection.closes()).toBe(true);
  });
});

describe.each(TARGETS)('%s: values that are none', (_operation, target) => {
  test.each(['', 'not base64!', 'AAAA', base64('00'.repeat(15)), base64('00'.repeat(17)), '00'.repeat(16)])(
    'Content-MD5: %j',
    async (value) => {
      const answer = await put(target(), { body: 'x', headers: { 'content-md5': value } });
      expect([answer.status, elementOf(answer, 'Code')]).toEqual([400, 'InvalidDigest']);
    },
  );

  test.each(CHECKSUMS)('%s of the wrong length, or not base64', async (name, bytes) => {
    for (const value of ['', '!', base64('00'.repeat(bytes - 1)), base64('00'.repeat(bytes + 1))]) {
      const answer = await put(target(), { body: 'x', headers: { [name]: value } });
      expect([value, answer.status, elementOf(answer, 'Code')]).toEqual([value, 400, 'InvalidRequest']);
    }
  });

  test('two checksums at once', async () => {
    const body = Buffer.from('x');
    const headers = {
      'x-amz-checksum-crc32': crc32Base64(body),
      'x-amz-checksum-sha256': digest('sha256')(body),
    };
    const answer = await put(target(), { body, headers });
    expect([answer.status, elementOf(answer, 'Code')]).toEqual([400, 'InvalidRequest']);
  });

  test('a checksum of an algorithm that there is not', async () => {
    const answer = await put(target(), { body: 'x', headers: { 'x-amz-checksum-md4': 'AAAA' } });
    expect([answer.status, elementOf(answer, 'Code')]).toEqual([501, 'NotImplemented']);
  });

  test('x-amz-sdk-checksum-algorithm without the checksum, or with another one', async () => {
    const headers = {
      'x-amz-sdk-checksum-algorithm': 'SHA256',
      'x-amz-checksum-crc32': crc32Base64(Buffer.from('x')),
    };
    const absent = await put(target(), { body: 'x', headers: { 'x-amz-sdk-checksum-algorithm': 'SHA256' } });
    expect([absent.status, elementOf(absent, 'Code')]).toEqual([400, 'InvalidRequest']);
    const other = await put(target(), { body: 'x', headers });
    expect([other.status, elementOf(other, 'Code')]).toEqual([
      400,
      expect.toBeOneOf(['InvalidRequest', 'BadDigest']),
    ]);
  });

  test.each(['not a hash', 'ABCDEF', 'unsigned-payload'])('x-amz-content-sha256: %s', async (payload) => {
    const answer = await put(target(), { body: 'x', payload });
    expect([answer.status, elementOf(answer, 'Code')]).toEqual([400, 'InvalidArgument']);
  });

  test.each<[string, string, number, string]>([
    ['negative', 'content-length: -1', 400, 'BadRequest'],
    ['with a plus', 'content-length: +1', 400, 'BadRequest'],
    ['in hexadecimal', 'content-length: 0x1', 400, 'BadRequest'],
    ['twice', 'content-length: 1\r\ncontent-length: 2', 400, 'BadRequest'],
    ['beyond what S3 takes', 'content-length: 5368709121', 400, 'EntityTooLarge'],
    ['beyond 2^53', 'content-length: 9007199254740993', 400, 'BadRequest'],
    ['absent', 'x-none: 1', 411, 'MissingContentLength'],
    ['chunks instead', 'transfer-encoding: chunked', 411, 'MissingContentLength'],
  ])('a length that is %s', async (_, line, status, code) => {
    await using connection = await open();
    const request = requestBytes(signedPut(target(), { body: 'x' })).toString('latin1');
    await connection.send(request.replace('content-length: 1', line));
    const answer = await connection.answer('PUT');
    expect([answer.status, elementOf(answer, 'Code')]).toEqual([status, code]);
  });

  test.each([
    ['lacks its checksum', '1\r\nx\r\n0\r\n\r\n', 'InvalidRequest'],
    ['has a wrong checksum', '1\r\nx\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n', 'BadDigest'],
    ['is longer than announced', '2\r\nxy\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n', 'IncompleteBody'],
    ['is shorter than announced', '0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n', 'IncompleteBody'],
    ['ends in a chunk', '1\r\nx', 'IncompleteBody'],
    ['is not in chunks', 'xyz', 'IncompleteBody'],
    ['has a chunk size that is none', '0x1\r\nx\r\n0\r\n\r\n', 'InvalidRequest'],
  ])('aws-chunked that %s', async (_, body, code) => {
    const answer = await put(target(), {
      payload: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      headers: {
        'x-amz-decoded-content-length': '1',
        'content-encoding': 'aws-chunked',
        'x-amz-trailer': 'x-amz-checksum-crc32',
      },
      body,
    });
    expect([answer.status, elementOf(answer, 'Code')]).toEqual([400, code]);
  });
});

describe('and what is right is taken', () => {
  test.each(CHECKSUMS)('%s', async (name, _bytes, of) => {
    const body = bodyOf(name, 200_000);
    const value = of(body);
    const answer = await put('/bodies/right', {
      body,
      headers: { [name]: value },
      payload: 'UNSIGNED-PAYLOAD',
    });
    expect([answer.status, headerOf(answer, name)]).toEqual([200, value]);
    const id = headerOf(answer, 'x-amz-version-id');
    const head = await ask(at.store.target, {
      method: 'HEAD',
      target: `/bodies/right?versionId=${id}`,
      headers: { 'x-amz-checksum-mode': 'ENABLED' },
    });
    expect(headerOf(head, name)).toBe(value);
    const gone = await ask(at.store.target, { method: 'DELETE', target: `/bodies/right?versionId=${id}` });
    expect(gone.status).toBe(204);
  });
});
