// Reading: any range is exact, and a byte that is not as it was written is never sent.
import { copyFile, link, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BodySink } from '../../../../src/http1/body-sink.ts';
import type { Exchange } from '../../../../src/http1/exchange.ts';
import { ROOM_BYTES } from '../../../../src/http1/read-buffer.ts';
import type { Content } from '../../../../src/store/database/rows.ts';
import { BLOCK_BYTES } from '../../../../src/store/files/body-files.ts';
import { filePath } from '../../../../src/store/files/file-paths.ts';
import { CHUNK_BYTES } from '../../../../src/store/files/verified-content.ts';
import { bodyOf } from '../../../support/bodies.ts';
import { eventually, startServer, TestClient } from '../../http1/wire-fixture.ts';
import { type Files, ofVersion, openFiles, send, sentBy, stored, storedParts } from './files-fixture.ts';

async function flip(files: Files, id: number, at: number): Promise<void> {
  const path = filePath(files.directory.objects, id);
  const bytes = await readFile(path);
  bytes[at] = (bytes[at] ?? 0) ^ 0x10;
  await writeFile(path, bytes);
}

/** Places around the borders of blocks and files: where mistakes are. */
function borders(sizes: readonly number[]): readonly number[] {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const places = new Set<number>([0, total - 1]);
  let start = 0;
  for (const size of sizes) {
    for (let at = 0; at <= size; at += BLOCK_BYTES)
      for (const near of [-1, 0, 1]) places.add(start + at + near);
    start += size;
    for (const near of [-1, 0, 1]) places.add(start + near);
  }
  return [...places].filter((place) => place >= 0 && place < total).sort((a, b) => a - b);
}

it('comes with room for a head before it out of files, and without out of the database, which nobody may write to', async () => {
  await using files = await openFiles();
  const whole = bodyOf('large', 2 * CHUNK_BYTES + 7);
  const inFiles = await send(files.bodies, ofVersion(await stored(files.bodies, whole)), 3, whole.length - 1);
  expect(inFiles.rooms).toEqual([ROOM_BYTES, ROOM_BYTES, ROOM_BYTES]);
  expect(inFiles.bytes.equals(whole.subarray(3))).toBe(true);
  const inline = await send(files.bodies, await stored(files.bodies, whole.subarray(0, 300), true), 3, 299);
  expect(inline.rooms).toEqual([0]);
});

describe('a range', () => {
  it('around every border of blocks and files is exact', async () => {
    await using files = await openFiles();
    const sizes = [BLOCK_BYTES + 5, 2 * BLOCK_BYTES, 0, 1, 3 * BLOCK_BYTES - 1];
    const parts = sizes.map((size, at) => bodyOf(`part ${at}`, size));
    const whole = Buffer.concat(parts);
    const content = await storedParts(files.bodies, parts);
    const places = borders(sizes);
    for (const first of places) {
      for (const last of places) {
        if (last < first) continue;
        const { bytes, how } = await send(files.bodies, ofVersion(content), first, last);
        if (how !== 'end' || !bytes.equals(whole.subarray(first, last + 1)))
          expect.fail(`${first}-${last}: ${how} after ${bytes.length}`);
      }
    }
  });

  it('anywhere is exact, of any sizes of files', async () => {
    await using files = await openFiles();
    const size = fc.oneof(
      fc.integer({ min: 0, max: 20 }),
      fc.integer({ min: 0, max: 3 * CHUNK_BYTES }),
      fc.integer({ min: -2, max: 2 }).map((near) => CHUNK_BYTES + near),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(size, { minLength: 1, maxLength: 5 }),
        fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 1, maxLength: 10 }),
        async (sizes, spans) => {
          const parts = sizes.map((bytes, at) => bodyOf(`any ${at}`, bytes));
          const whole = Buffer.concat(parts);
          const content = await storedParts(files.bodies, parts);
          for (const [a, b] of spans) {
            if (whole.length === 0) continue;
            const [first = 0, last = 0] = [a % whole.length, b % whole.length].sort((x, y) => x - y);
            const { bytes, how } = await send(files.bodies, ofVersion(content), first, last);
            expect(how).toBe('end');
            expect(bytes.equals(whole.subarray(first, last + 1))).toBe(true);
          }
        },
      ),
      { numRuns: 15 },
    );
  });

  it('of a small body in the database is exact', async () => {
    await using files = await openFiles();
    const whole = bodyOf('inline', 300);
    const content = await stored(files.bodies, whole, true);
    expect(content.kind).toBe('inline');
    for (const [first, last] of [
      [0, 299],
      [0, 0],
      [299, 299],
      [17, 230],
    ] as const) {
      const { bytes, how } = await send(files.bodies, ofVersion(content), first, last);
      expect(how).toBe('end');
      expect(bytes.equals(whole.subarray(first, last + 1))).toBe(true);
    }
  });

  it.each([true, false])('of an empty body is empty (inline: %s)', async (inline) => {
    await using files = await openFiles();
    const content = await stored(files.bodies, Buffer.alloc(0), inline);
    const reader = await files.bodies.open(ofVersion(content), { first: 0, last: -1 });
    expect(reader.length).toBe(0);
    expect(await sentBy(reader)).toMatchObject({ bytes: Buffer.alloc(0), how: 'end' });
  });

  it('beyond the end is a mistake of the caller', async () => {
    await using files = await openFiles();
    const content = await stored(files.bodies, bodyOf('short', 100_000));
    await expect(files.bodies.open(ofVersion(content), { first: 0, last: 100_000 })).rejects.toThrow();
    expect(files.pins.isPinned(1)).toBe(false);
  });
});

describe('damage', () => {
  it('at any bit is never sent: what comes is a true beginning', async () => {
    await using files = await openFiles();
    const sizes = [BLOCK_BYTES + 100, 2 * CHUNK_BYTES + 7];
    const parts = sizes.map((size, at) => bodyOf(`damage ${at}`, size));
    const whole = Buffer.concat(parts);
    const content = await storedParts(files.bodies, parts);
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: whole.length - 1 }),
        fc.nat({ max: whole.length - 1 }),
        fc.nat({ max: whole.length - 1 }),
        async (at, a, b) => {
          const [first = 0, last = 0] = [a, b].sort((x, y) => x - y);
          const inFirst = at < (sizes[0] ?? 0);
          const [id = 0, place] = inFirst ? [1, at] : [2, at - (sizes[0] ?? 0)];
          await flip(files, id, place);
          let sent: { bytes: Buffer; how: string };
          try {
            sent = await send(files.bodies, ofVersion(content), first, last);
          } catch {
            sent = { bytes: Buffer.alloc(0), how: 'refused' };
          }
          await flip(files, id, place);
          expect(sent.bytes.equals(whole.subarray(first, first + sent.bytes.length))).toBe(true);
          if (sent.how === 'end') {
            expect(sent.bytes.length).toBe(last - first + 1);
            expect(at < first || at > last).toBe(true);
          } else {
            expect(sent.bytes.length).toBeLessThan(last - first + 1);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('in the first block is an InternalError before anything is sent, logged', async () => {
    await using files = await openFiles();
    const content = await stored(files.bodies, bodyOf('first', 300_000));
    await flip(files, 1, BLOCK_BYTES - 1);
    await expect(files.bodies.open(ofVersion(content), { first: 0, last: 0 })).rejects.toMatchObject({
      code: 'InternalError',
      reason: 'block 0 of file 1 does not match its checksum',
    });
    expect(files.log).toEqual([
      {
        level: 'error',
        message: 'a body cannot be read: block 0 of file 1 does not match its checksum',
        fields: { file: 1, cause: undefined },
      },
    ]);
    expect(files.pins.isPinned(1)).toBe(false);
  });

  it('in a later block cuts the connection behind what was right', async () => {
    await using files = await openFiles();
    const whole = bodyOf('later', 2 * CHUNK_BYTES);
    const content = await stored(files.bodies, whole);
    await flip(files, 1, CHUNK_BYTES + 5);
    await using server = await startServer((exchange) => serve(exchange, files, content, whole.length));
    await using client = await TestClient.to(server.port);
    client.send('GET /b/k HTTP/1.1\r\nHost: h\r\n\r\n');
    const text = await client.all();
    const body = text.slice(text.indexOf('\r\n\r\n') + 4);
    expect(Buffer.from(body, 'latin1').equals(whole.subarray(0, CHUNK_BYTES))).toBe(true);
    expect(files.log.map(({ message }) => message)).toEqual([
      'a body cannot be read: block 2 of file 1 does not match its checksum',
    ]);
    await eventually(() => !files.pins.isPinned(1));
  });

  it.each([
    ['to nothing', 0],
    ['within a block', 100_000],
    ['at a block border', BLOCK_BYTES],
    ['by one byte', 299_999],
  ])('a file that was cut %s', async (_where, size) => {
    await using files = await openFiles();
    const whole = bodyOf('cut', 300_000);
    const content = await stored(files.bodies, whole);
    await truncate(filePath(files.directory.objects, 1), size);
    const sent = await send(files.bodies, ofVersion(content), 0, 299_999).catch(() => undefined);
    expect(sent?.how).not.toBe('end');
    const bytes = sent?.bytes ?? Buffer.alloc(0);
    expect(bytes.equals(whole.subarray(0, bytes.length))).toBe(true);
    expect(files.log[0]?.message).toBe(
      `a body cannot be read: file 1 ends at ${size} instead of 300000 bytes`,
    );
  });

  it('a file that is missing', async () => {
    await using files = await openFiles();
    const content = await stored(files.bodies, bodyOf('missing', 100_000));
    await rm(filePath(files.directory.objects, 1));
    await expect(files.bodies.open(ofVersion(content), { first: 5, last: 6 })).rejects.toMatchObject({
      code: 'InternalError',
      reason: 'file 1 is missing',
    });
    expect(files.pins.isPinned(1)).toBe(false);
  });

  it('a later file that is missing cuts the connection behind the earlier ones', async () => {
    await using files = await openFiles();
    const parts = [bodyOf('a', 100_000), bodyOf('b', 100_000)];
    const content = await storedParts(files.bodies, parts);
    await rm(filePath(files.directory.objects, 2));
    const { bytes, how } = await send(files.bodies, ofVersion(content), 0, 199_999);
    expect(how).toBe('abort');
    expect(bytes.equals(parts[0] ?? Buffer.alloc(0))).toBe(true);
  });

  it('a file that was swapped with another of its size', async () => {
    await using files = await openFiles();
    const content = await stored(files.bodies, bodyOf('mine', 100_000));
    await stored(files.bodies, bodyOf('other', 100_000));
    await copyFile(filePath(files.directory.objects, 2), filePath(files.directory.objects, 1));
    await expect(files.bodies.open(ofVersion(content), { first: 0, last: 99_999 })).rejects.toMatchObject({
      code: 'InternalError',
    });
  });

  it('blocks that were swapped within a file', async () => {
    await using files = await openFiles();
    const whole = bodyOf('blocks', 2 * BLOCK_BYTES);
    const content = await stored(files.bodies, whole);
    const swapped = Buffer.concat([whole.subarray(BLOCK_BYTES), whole.subarray(0, BLOCK_BYTES)]);
    await writeFile(filePath(files.directory.objects, 1), swapped);
    await expect(files.bodies.open(ofVersion(content), { first: 0, last: 0 })).rejects.toMatchObject({
      code: 'InternalError',
    });
  });

  it('in the database', async () => {
    await using files = await openFiles();
    const content = await stored(files.bodies, bodyOf('inline', 1000), true);
    if (content.kind !== 'inline') expect.fail('not inline');
    content.data[3] = (content.data[3] ?? 0) ^ 1;
    await expect(files.bodies.open(ofVersion(content), { first: 500, last: 600 })).rejects.toMatchObject({
      code: 'InternalError',
      reason: 'a body in the database does not match its checksum',
    });
  });

  it('of the checksums in the database is damage, not a reason to trust the file', async () => {
    await using files = await openFiles();
    const content = await stored(files.bodies, bodyOf('checksums', 300_000));
    if (content.kind !== 'files') expect.fail('not a file');
    const [file] = content.files;
    if (file === undefined) expect.fail('no file');
    for (const blockChecksums of [new Uint8Array(0), file.blockChecksums.subarray(0, 8)]) {
      await expect(
        files.bodies.open({ kind: 'files', files: [{ ...file, blockChecksums }] }, { first: 0, last: 0 }),
      ).rejects.toMatchObject({ code: 'InternalError' });
    }
  });
});

describe('a reader', () => {
  it('holds its files until it was read to its end', async () => {
    await using files = await openFiles();
    const content = await storedParts(files.bodies, [bodyOf('a', 300_000), bodyOf('b', 10)]);
    const reader = await files.bodies.open(ofVersion(content), { first: 0, last: 300_009 });
    expect(files.pins.isPinned(1)).toBe(true);
    await sentBy(reader);
    await eventually(() => !files.pins.isPinned(1));
    reader.close();
    reader.close();
  });

  it('that is closed before it sends gives its files back', async () => {
    await using files = await openFiles();
    const content = await stored(files.bodies, bodyOf('unsent', 300_000));
    const reader = await files.bodies.open(ofVersion(content), { first: 0, last: 299_999 });
    reader.close();
    await eventually(() => !files.pins.isPinned(1));
  });

  it('whose client vanishes gives its files back when it is closed', async () => {
    await using files = await openFiles();
    const whole = bodyOf('vanish', 32 * 1024 * 1024);
    const content = await stored(files.bodies, whole);
    let sent = (): number => 0;
    await using server = await startServer((exchange) => {
      sent = () => exchange.responseBytes;
      serve(exchange, files, content, whole.length);
    });
    await using client = await TestClient.to(server.port);
    client.socket.pause();
    client.send('GET /b/k HTTP/1.1\r\nHost: h\r\n\r\n');
    await eventually(() => sent() > 0);
    expect(files.pins.isPinned(1)).toBe(true);
    client.socket.resetAndDestroy();
    await eventually(() => !files.pins.isPinned(1));
    expect(sent()).toBeLessThan(whole.length);
    expect(files.log).toEqual([]);
  });

  it('waits for a client that reads slowly, and sends it all', async () => {
    await using files = await openFiles();
    const whole = bodyOf('slow', 3 * 1024 * 1024 + 11);
    const content = await stored(files.bodies, whole);
    await using server = await startServer((exchange) => serve(exchange, files, content, whole.length));
    await using client = await TestClient.to(server.port);
    client.socket.pause();
    client.send('GET /b/k HTTP/1.1\r\nHost: h\r\n\r\n');
    await eventually(() => files.pins.isPinned(1));
    client.socket.resume();
    const wanted = whole.toString('latin1', whole.length - 50);
    const text = await client.until(wanted);
    expect(text.endsWith(whole.toString('latin1'))).toBe(true);
  });

  it('reuses no buffer that a slow sink still holds', async () => {
    await using files = await openFiles();
    const whole = bodyOf('hold', 9 * CHUNK_BYTES + 3);
    const content = await stored(files.bodies, whole);
    const reads = Array.from({ length: 6 }, async () => {
      const reader = await files.bodies.open(ofVersion(content), { first: 0, last: whole.length - 1 });
      const kept: Buffer[] = [];
      await new Promise<void>((resolve) => {
        let held: Buffer | undefined;
        const sink: BodySink = {
          write(slice) {
            held = slice;
          },
          get idle() {
            return held === undefined;
          },
          whenIdle(callback) {
            // Other readers get their turns before this one looks at what it holds.
            setImmediate(() =>
              setImmediate(() => {
                if (held !== undefined) kept.push(Buffer.from(held));
                held = undefined;
                callback();
              }),
            );
          },
          end: resolve,
          abort: () => resolve(),
        };
        reader.sendTo(sink);
      });
      return Buffer.concat(kept).equals(whole);
    });
    expect(await Promise.all(reads)).toEqual(reads.map(() => true));
  });

  it('that is closed leaves the sink what it still holds', async () => {
    await using files = await openFiles();
    const whole = bodyOf('held', 3 * CHUNK_BYTES);
    const content = await stored(files.bodies, whole);
    const other = await stored(files.bodies, bodyOf('other', CHUNK_BYTES));
    const reader = await files.bodies.open(ofVersion(content), { first: 0, last: whole.length - 1 });
    const held: Buffer[] = [];
    reader.sendTo({
      write(slice) {
        held.push(slice);
      },
      idle: false,
      whenIdle() {},
      end() {},
      abort() {},
    });
    reader.close();
    await eventually(() => !files.pins.isPinned(1));
    for (let at = 0; at < 3; at++) await send(files.bodies, other, 0, CHUNK_BYTES - 1);
    expect(held).toHaveLength(1);
    expect(held[0]?.equals(whole.subarray(0, CHUNK_BYTES))).toBe(true);
  });

  it('goes on to read a file that is removed under it, as long as it is open', async () => {
    await using files = await openFiles();
    const whole = bodyOf('unlinked', 3 * CHUNK_BYTES);
    const content = await stored(files.bodies, whole);
    const reader = await files.bodies.open(ofVersion(content), { first: 0, last: whole.length - 1 });
    await link(filePath(files.directory.objects, 1), `${files.directory.tmp}/elsewhere`);
    await rm(filePath(files.directory.objects, 1));
    expect((await sentBy(reader)).bytes.equals(whole)).toBe(true);
  });
});

/** Answers with the whole content, as the store's server does: it closes the reader when the exchange is over. */
function serve(exchange: Exchange, files: Files, content: Content, length: number): void {
  void files.bodies.open(ofVersion(content), { first: 0, last: length - 1 }).then((reader) => {
    exchange.onOver(() => reader.close());
    reader.sendTo(
      exchange.answer({ status: 200, reason: 'OK', fields: '', framing: { kind: 'length', length } }),
    );
  });
}
