// Bodies on their way in: what is proven is kept, what is not leaves nothing, and nobody waits for a body that is not wanted.
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHECKSUM_ALGORITHMS, createChecksum } from '../../../../src/s3/checksum.ts';
import { BLOCK_BYTES, type BodyExpectations } from '../../../../src/store/files/body-files.ts';
import { INLINE_MAX_BYTES } from '../../../../src/store/files/disk-body-files.ts';
import { filePath } from '../../../../src/store/files/file-paths.ts';
import { Space } from '../../../../src/store/files/space.ts';
import { bodyOf } from '../../../support/bodies.ts';
import { eventually, TestClient } from '../../http1/wire-fixture.ts';
import {
  expecting,
  type Files,
  md5Of,
  type Outcome,
  openFiles,
  putHead,
  send,
  startUploads,
  upload,
} from './files-fixture.ts';

function bodyOfOutcome(outcome: Outcome) {
  if ('error' in outcome) throw outcome.error;
  return outcome.body;
}

function codeOf(outcome: Outcome): string {
  return 'error' in outcome ? outcome.error.code : 'stored';
}

/** CRC-32 of each block, straight out of the bytes. */
function blockChecksumsOf(bytes: Buffer): Buffer {
  const checksums: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += BLOCK_BYTES) {
    const one = Buffer.alloc(4);
    one.writeUInt32BE(crc32(bytes.subarray(at, at + BLOCK_BYTES)));
    checksums.push(one);
  }
  return Buffer.concat(checksums);
}

const SIZES = [
  0,
  1,
  INLINE_MAX_BYTES - 1,
  INLINE_MAX_BYTES,
  INLINE_MAX_BYTES + 1,
  BLOCK_BYTES - 1,
  BLOCK_BYTES,
  BLOCK_BYTES + 1,
  3 * BLOCK_BYTES,
  1_048_577,
];

describe('a body that holds', () => {
  it.each(SIZES)('of %i bytes is a file with its block checksums', async (size) => {
    await using files = await openFiles();
    const bytes = bodyOf('file', size);
    const body = bodyOfOutcome(await upload(files.bodies, bytes));
    expect(body).toMatchObject({ size, md5: md5Of(bytes), checksums: {} });
    expect(body.content).toEqual({
      kind: 'files',
      files: [{ id: 1, size, blockChecksums: expect.any(Uint8Array) }],
    });
    const [file] = body.content.kind === 'files' ? body.content.files : [];
    expect(Buffer.from(file?.blockChecksums ?? [])).toEqual(blockChecksumsOf(bytes));
    expect(await files.names()).toEqual(['objects/0/1']);
    expect((await readFile(filePath(files.directory.objects, 1))).equals(bytes)).toBe(true);
  });

  it.each(SIZES)('of %i bytes goes to the database where it is small and may', async (size) => {
    await using files = await openFiles();
    const bytes = bodyOf('inline', size);
    const { content } = bodyOfOutcome(await upload(files.bodies, bytes, expecting(size), { inline: true }));
    expect(content.kind).toBe(size <= INLINE_MAX_BYTES ? 'inline' : 'files');
    if (content.kind === 'inline') {
      expect(Buffer.from(content.data)).toEqual(bytes);
      expect(content.crc32).toBe(crc32(bytes));
      expect(await files.names()).toEqual([]);
    }
    expect((await send(files.bodies, content, 0, size - 1)).bytes.equals(bytes)).toBe(true);
  });

  it('has the same checksums however the client cuts it', async () => {
    await using files = await openFiles();
    const bytes = bodyOf('cuts', 2 * BLOCK_BYTES + 777);
    await using server = await startUploads(files.bodies, () => expecting(bytes.length), {
      inline: false,
      readBufferBytes: 1000,
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: bytes.length }), { maxLength: 5 }),
        async (cuts) => {
          const index = server.outcomes.length;
          await using client = await TestClient.to(server.running.port);
          client.send(putHead(bytes.length));
          let from = 0;
          for (const cut of [...cuts.sort((a, b) => a - b), bytes.length]) {
            if (cut > from) client.send(bytes.subarray(from, cut));
            from = cut;
            await new Promise((resolve) => setImmediate(resolve));
          }
          const { content, md5 } = bodyOfOutcome(await server.outcome(index));
          expect(md5).toBe(md5Of(bytes));
          const [file] = content.kind === 'files' ? content.files : [];
          expect(Buffer.from(file?.blockChecksums ?? [])).toEqual(blockChecksumsOf(bytes));
        },
      ),
      { numRuns: 20 },
    );
  });

  it('in chunked coding counts too, where its length was announced otherwise', async () => {
    await using files = await openFiles();
    await using server = await startUploads(files.bodies, () => expecting(6));
    await using client = await TestClient.to(server.running.port);
    client.send('PUT /b/k HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n');
    client.send('1\r\na\r\n2\r\nbc\r\n3\r\ndef\r\n0\r\n\r\n');
    expect(bodyOfOutcome(await server.outcome(0)).md5).toBe(md5Of(Buffer.from('abcdef')));
    expect(await readFile(filePath(files.directory.objects, 1), 'latin1')).toBe('abcdef');
  });

  it('is proven by every digest that its head has', async () => {
    await using files = await openFiles();
    const bytes = bodyOf('digests', 200_000);
    for (const algorithm of CHECKSUM_ALGORITHMS) {
      const running = await createChecksum(algorithm);
      running.update(bytes);
      const value = running.digest();
      const outcome = await upload(
        files.bodies,
        bytes,
        expecting(bytes.length, {
          payloadHash: createHash('sha256').update(bytes).digest('hex'),
          md5: md5Of(bytes),
          checksum: { algorithm, value },
          compute: ['CRC32', algorithm],
        }),
      );
      const { checksums } = bodyOfOutcome(outcome);
      expect(checksums[algorithm]).toBe(value);
      expect(Object.keys(checksums).sort()).toEqual([...new Set(['CRC32', algorithm])].sort());
    }
  });

  it('is let in with 100 Continue, and only then', async () => {
    await using files = await openFiles();
    await using server = await startUploads(files.bodies, () => expecting(3));
    await using client = await TestClient.to(server.running.port);
    client.send(putHead(3, 'Expect: 100-continue\r\n'));
    await client.until('100 Continue');
    client.send('abc');
    expect(codeOf(await server.outcome(0))).toBe('stored');
  });

  it('leaves the connection open for the next one', async () => {
    await using files = await openFiles();
    await using server = await startUploads(files.bodies, () => expecting(3));
    await using client = await TestClient.to(server.running.port);
    client.send(`${putHead(3)}abc${putHead(3)}def`);
    await client.until(/stored[\s\S]*stored/);
    expect(await files.names()).toEqual(['objects/0/1', 'objects/0/2']);
  });

  it('is taken away again by discard, also twice', async () => {
    await using files = await openFiles();
    const body = bodyOfOutcome(await upload(files.bodies, bodyOf('discard', 100_000)));
    await body.discard();
    await body.discard();
    expect(await files.names()).toEqual([]);
    expect(files.log).toEqual([]);
  });

  it('goes to the next directory when one is full', async () => {
    await using files = await openFiles({ highestId: 4094 });
    await using server = await startUploads(files.bodies, () => expecting(3));
    await using client = await TestClient.to(server.running.port);
    for (const wanted of ['objects/0/fff', 'objects/1/1000', 'objects/1/1001']) {
      const index = server.outcomes.length;
      client.send(`${putHead(3)}abc`);
      bodyOfOutcome(await server.outcome(index));
      expect(await files.names()).toContain(wanted);
    }
  });

  it('is one of many at a time', async () => {
    await using files = await openFiles();
    const bodies = Array.from({ length: 60 }, (_, at) => bodyOf(`many ${at}`, 100_000 + at * 3001));
    await using server = await startUploads(files.bodies, (exchange) => {
      const at = Number(exchange.head.headers.get('x-at'));
      return expecting(bodies[at]?.length ?? 0, { md5: md5Of(bodies[at] ?? Buffer.alloc(0)) });
    });
    await Promise.all(
      bodies.map(async (bytes, at) => {
        await using client = await TestClient.to(server.running.port);
        client.send(putHead(bytes.length, `x-at: ${at}\r\n`));
        client.send(bytes);
        await client.until('stored');
      }),
    );
    expect(server.outcomes.map(codeOf)).toEqual(bodies.map(() => 'stored'));
    const kept = server.outcomes.map((outcome) => bodyOfOutcome(outcome));
    for (const { content, md5, size } of kept) {
      expect(md5Of((await send(files.bodies, content, 0, size - 1)).bytes)).toBe(md5);
    }
  });
});

describe('a body that does not hold', () => {
  const bytes = bodyOf('wrong', 300_000);
  const wrong: readonly (readonly [string, Partial<BodyExpectations>, string])[] = [
    ['Content-MD5', { md5: '0'.repeat(32) }, 'BadDigest'],
    ['signed SHA-256', { payloadHash: '0'.repeat(64) }, 'XAmzContentSHA256Mismatch'],
    ['CRC32', { checksum: { algorithm: 'CRC32', value: 'AAAAAA==' } }, 'BadDigest'],
    ['CRC32C', { checksum: { algorithm: 'CRC32C', value: 'AAAAAA==' } }, 'BadDigest'],
    ['CRC64NVME', { checksum: { algorithm: 'CRC64NVME', value: 'AAAAAAAAAAA=' } }, 'BadDigest'],
    ['SHA1', { checksum: { algorithm: 'SHA1', value: '2jmj7l5rSw0yVb/vlWAYkK/YBwk=' } }, 'BadDigest'],
    [
      'SHA256',
      { checksum: { algorithm: 'SHA256', value: '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' } },
      'BadDigest',
    ],
  ];

  it.each(wrong)('a wrong %s leaves nothing', async (_what, more, code) => {
    await using files = await openFiles();
    for (const inline of [true, false]) {
      const part = inline ? bytes.subarray(0, 1000) : bytes;
      const outcome = await upload(files.bodies, part, expecting(part.length, more), { inline });
      expect(codeOf(outcome)).toBe(code);
      expect(await files.names()).toEqual([]);
    }
  });

  it('keeps the connection of a client whose digest was wrong, for all of its body was read', async () => {
    await using files = await openFiles();
    await using server = await startUploads(files.bodies, () =>
      expecting(3, { md5: md5Of(Buffer.from('abc')) }),
    );
    await using client = await TestClient.to(server.running.port);
    client.send(`${putHead(3)}xyz`);
    await client.until('BadDigest');
    client.send(`${putHead(3)}abc`);
    await client.until('stored');
  });

  it.each([
    ['at once', 0],
    ['in the first block', 1000],
    ['just before the end', 299_999],
  ])('a client that goes away %s leaves nothing', async (_when, sent) => {
    await using files = await openFiles();
    await using server = await startUploads(files.bodies, () => expecting(bytes.length));
    await using client = await TestClient.to(server.running.port);
    client.send(putHead(bytes.length));
    client.send(bytes.subarray(0, sent));
    await eventually(() => (server.exchanges[0]?.requestBytes ?? -1) >= sent);
    client.socket.resetAndDestroy();
    expect(codeOf(await server.outcome(0))).toBe('IncompleteBody');
    expect(await files.names()).toEqual([]);
  });

  it('a client that half-closes in the middle leaves nothing', async () => {
    await using files = await openFiles();
    await using server = await startUploads(files.bodies, () => expecting(bytes.length));
    await using client = await TestClient.to(server.running.port, true);
    client.send(putHead(bytes.length));
    client.send(bytes.subarray(0, 1000));
    client.socket.end();
    expect(codeOf(await server.outcome(0))).toBe('IncompleteBody');
    expect(await files.names()).toEqual([]);
  });

  it('a client that is gone before its body is asked for leaves nothing and holds nobody up', async () => {
    let measure = (): void => {};
    const measured = new Promise<void>((resolve) => {
      measure = resolve;
    });
    const space = new Space({
      reserveBytes: 0n,
      now: () => 0,
      async measure() {
        await measured;
        return { totalBytes: 1n << 40n, freeBytes: 1n << 40n, freeFiles: undefined };
      },
    });
    await using files = await openFiles({ space });
    await using server = await startUploads(files.bodies, () => expecting(bytes.length));
    await using client = await TestClient.to(server.running.port);
    client.send(putHead(bytes.length));
    await eventually(() => server.exchanges.length === 1);
    // The server cuts it: a paused socket does not notice a client that goes away.
    await server.running.server.close(0);
    await eventually(() => server.running.connections.includes('closed'));
    measure();
    expect(codeOf(await server.outcome(0))).toBe('IncompleteBody');
    expect(await files.names()).toEqual([]);
  });

  it.each([
    ['fewer', 299_999],
    ['more', 300_001],
  ])('%s bytes in chunked coding than announced leave nothing', async (_what, announced) => {
    await using files = await openFiles();
    await using server = await startUploads(files.bodies, () => expecting(announced));
    await using client = await TestClient.to(server.running.port);
    client.send('PUT /b/k HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n');
    client.send(`${bytes.length.toString(16)}\r\n`);
    client.send(bytes);
    client.send('\r\n0\r\n\r\n');
    expect(codeOf(await server.outcome(0))).toBe('IncompleteBody');
    expect(await files.names()).toEqual([]);
  });

  it('bad chunked coding leaves nothing', async () => {
    await using files = await openFiles();
    await using server = await startUploads(files.bodies, () => expecting(6));
    await using client = await TestClient.to(server.running.port);
    client.send('PUT /b/k HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n');
    client.send('3\r\nabcd\r\n');
    expect(codeOf(await server.outcome(0))).toBe('IncompleteBody');
    expect(await files.names()).toEqual([]);
  });
});

describe('a body that is not wanted', () => {
  it('is refused without a byte read where there is no room', async () => {
    const space = new Space({
      reserveBytes: 1_000_000n,
      now: () => 0,
      measure: async () => ({ totalBytes: 2_000_000n, freeBytes: 1_050_000n, freeFiles: undefined }),
    });
    await using files = await openFiles({ space });
    await using server = await startUploads(files.bodies, () => expecting(100_000));
    await using client = await TestClient.to(server.running.port);
    client.send(putHead(100_000, 'Expect: 100-continue\r\n'));
    await client.until('InsufficientStorage');
    expect(client.received).not.toContain('100 Continue');
    expect(client.received).toContain('Connection: close');
    expect(server.exchanges[0]?.requestBytes).toBe(0);
    expect(await files.names()).toEqual([]);
  });

  it('gives its room back: stored, refused or cut off, the next one fits', async () => {
    const bytes = bodyOf('room', 100_000);
    const space = new Space({
      reserveBytes: 0n,
      now: () => 0,
      // For exactly one: whole blocks, and what a body takes besides.
      measure: async () => ({
        totalBytes: 1n << 40n,
        freeBytes: BigInt(25 * 4096 + 16 * 1024),
        freeFiles: undefined,
      }),
    });
    await using files = await openFiles({ space });
    const wrong = expecting(bytes.length, { md5: '0'.repeat(32) });
    for (let round = 0; round < 3; round++) {
      expect(codeOf(await upload(files.bodies, bytes))).toBe('stored');
      expect(codeOf(await upload(files.bodies, bytes, wrong))).toBe('BadDigest');
    }
    expect(codeOf(await upload(files.bodies, bodyOf('more', 102_401)))).toBe('InsufficientStorage');
  });

  it('is refused above 5 GiB', async () => {
    await using files = await openFiles();
    const length = 5 * 1024 ** 3 + 1;
    await using server = await startUploads(files.bodies, () => expecting(length));
    await using client = await TestClient.to(server.running.port);
    client.send(putHead(length));
    expect(codeOf(await server.outcome(0))).toBe('EntityTooLarge');
    expect(await files.names()).toEqual([]);
  });

  it('a client that sends all of a refused body before it reads gets its answer', async () => {
    const space = new Space({
      reserveBytes: 0n,
      now: () => 0,
      measure: async () => ({ totalBytes: 1n, freeBytes: 0n, freeFiles: undefined }),
    });
    await using files = await openFiles({ space });
    await using server = await startUploads(files.bodies, () => expecting(8_000_000));
    await using client = await TestClient.to(server.running.port);
    client.send(putHead(8_000_000));
    client.send(bodyOf('refused', 8_000_000));
    await client.until('InsufficientStorage');
  });
});

describe('a disk that fails', () => {
  async function refusedBy(files: Files): Promise<Outcome> {
    return await upload(files.bodies, bodyOf('failing', 300_000));
  }

  it('a temporary directory that is gone is an InternalError, logged', async () => {
    await using files = await openFiles();
    await rm(files.directory.tmp, { recursive: true });
    expect(codeOf(await refusedBy(files))).toBe('InternalError');
    expect(files.log).toEqual([
      {
        level: 'error',
        message: 'a body could not be written',
        fields: expect.objectContaining({ code: 'ENOENT' }),
      },
    ]);
  });

  it('an objects directory that takes no directory leaves nothing in tmp', async () => {
    await using files = await openFiles();
    await rm(files.directory.objects, { recursive: true });
    expect(codeOf(await refusedBy(files))).toBe('InternalError');
    await mkdir(files.directory.objects);
    expect(await files.names()).toEqual([]);
    // And the next upload makes the directory that failed before.
    expect(codeOf(await refusedBy(files))).toBe('stored');
  });

  it('a file that is in the way of a temporary one is not overwritten', async () => {
    await using files = await openFiles();
    await mkdir(join(files.directory.tmp, '1'));
    expect(codeOf(await refusedBy(files))).toBe('InternalError');
    expect(codeOf(await refusedBy(files))).toBe('stored');
  });
});
