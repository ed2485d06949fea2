// Large bodies: gathered in blocks, written past the page cache, hashed in threads.
import { execFileSync } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DirectWrites, TemporaryFile } from '../../../../src/store/files/temporary-file.ts';
import { SharedWriteBlocks } from '../../../../src/store/files/write-blocks.ts';
import { bodyOf } from '../../../support/bodies.ts';
import { TestClient } from '../../http1/wire-fixture.ts';
import {
  believing,
  expecting,
  md5Of,
  ofVersion,
  openFiles,
  putHead,
  send,
  startUploads,
  stored,
  temporaryDirectory,
  upload,
} from './files-fixture.ts';
import { mountRefusal } from './mounts.ts';

const REFUSAL = mountRefusal();
const KIB = 1024;
const PAGE = 4 * KIB;
const LARGE = 128 * KIB;
const BLOCK = 512 * KIB;

describe('a large body', () => {
  it.each([
    LARGE - 1,
    LARGE,
    BLOCK - 1,
    BLOCK,
    BLOCK + 1,
    2 * BLOCK,
    2 * BLOCK + PAGE,
    5 * BLOCK - PAGE,
    5 * BLOCK + 7,
  ])('of %i bytes is read back equal, its file not a byte longer', async (size) => {
    await using files = await openFiles();
    const bytes = bodyOf(`large ${size}`, size);
    const outcome = await upload(files.bodies, bytes);
    if ('error' in outcome) throw outcome.error;
    expect(outcome.body.md5).toBe(md5Of(bytes));
    const read = await send(files.bodies, ofVersion(outcome.body.content), 0, size - 1);
    expect(read.bytes.equals(bytes)).toBe(true);
    expect((await readFile(join(files.directory.objects, '0/1'))).equals(bytes)).toBe(true);
  });

  it('comes whole whatever the socket gives at a time', async () => {
    await using files = await openFiles();
    const bytes = bodyOf('odd pieces', 3 * BLOCK + 1234);
    for (const readBufferBytes of [1021, 8 * KIB, 300 * KIB, 1100 * KIB]) {
      await using server = await startUploads(files.bodies, () => expecting(bytes.length), {
        inline: false,
        readBufferBytes,
      });
      await using client = await TestClient.to(server.running.port);
      client.send(putHead(bytes.length));
      client.send(bytes);
      const outcome = await server.outcome(0);
      if ('error' in outcome) throw outcome.error;
      expect(outcome.body.md5).toBe(md5Of(bytes));
      const read = await send(files.bodies, ofVersion(outcome.body.content), 0, bytes.length - 1);
      expect(read.bytes.equals(bytes)).toBe(true);
    }
  });

  it('is itself among more of them than there are second blocks', async () => {
    await using files = await openFiles();
    const bodies = Array.from({ length: 90 }, (_, index) => bodyOf(`crowd ${index}`, 3 * BLOCK + index));
    const contents = await Promise.all(bodies.map((bytes) => stored(files.bodies, bytes)));
    for (const [index, bytes] of bodies.entries()) {
      const content = contents[index];
      if (content === undefined) throw new Error('it was stored');
      const read = await send(files.bodies, ofVersion(content), 0, bytes.length - 1);
      expect(read.bytes.equals(bytes), `body ${index}`).toBe(true);
    }
  });

  it('whose client goes away leaves nothing, wherever that is', async () => {
    await using files = await openFiles();
    const bytes = bodyOf('gone', 4 * BLOCK);
    for (const sent of [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 3 * BLOCK + 5, 4 * BLOCK - 1]) {
      await using server = await startUploads(files.bodies, () => expecting(bytes.length));
      await using client = await TestClient.to(server.running.port);
      client.send(putHead(bytes.length));
      client.send(bytes.subarray(0, sent));
      if (sent === 0)
        while (server.exchanges.length === 0) await new Promise((resolve) => setImmediate(resolve));
      client.socket.destroy();
      const outcome = await server.outcome(0);
      expect('error' in outcome && outcome.error.code, `after ${sent}`).toBe('IncompleteBody');
      expect(await files.names()).toEqual([]);
    }
  });
});

describe('blocks', () => {
  it('are two a body, and one where many are at work; what comes back is used again', () => {
    const blocks = new SharedWriteBlocks();
    const lent = Array.from({ length: 63 }, () => blocks.take(0));
    expect(blocks.take(2)).toBeUndefined();
    const second = blocks.take(1);
    expect(second?.length).toBe(BLOCK);
    expect(blocks.take(1)).toBeUndefined();
    expect(blocks.take(0)).toBeDefined();
    for (const block of lent) if (block !== undefined) blocks.give(block);
    const again = blocks.take(1);
    expect(lent).toContain(again);
  });
});

describe('a file system that', () => {
  it.skipIf(REFUSAL !== undefined)('has nothing but its cache takes bodies through that', async () => {
    await using temporary = await temporaryDirectory();
    const path = join(temporary.path, 'mount');
    await mkdir(path);
    execFileSync('mount', ['-t', 'ramfs', 'none', path]);
    try {
      const direct = new DirectWrites();
      await using files = await openFiles({ path, space: believing() });
      const file = await TemporaryFile.create(join(path, 'first'), direct);
      expect(direct.possible).toBe(false);
      await file.remove();
      const bytes = bodyOf('ramfs', 2 * BLOCK + 100);
      const content = await stored(files.bodies, bytes);
      expect((await send(files.bodies, ofVersion(content), 0, bytes.length - 1)).bytes.equals(bytes)).toBe(
        true,
      );
      expect(await files.names()).toEqual(['objects/0/1']);
    } finally {
      execFileSync('umount', [path]);
    }
  });

  it('wants more than it gets gets the rest through its cache', async () => {
    await using temporary = await temporaryDirectory();
    const path = join(temporary.path, 'file');
    const file = await TemporaryFile.create(path, new DirectWrites());
    const bytes = bodyOf('odd memory', BLOCK + PAGE + 10);
    // Memory that begins at no page: disks refuse it, some file systems do not mind.
    const odd = Buffer.alloc(BLOCK + 1).subarray(1);
    odd.set(bytes.subarray(0, BLOCK));
    await file.write(odd, BLOCK);
    odd.set(bytes.subarray(BLOCK));
    await file.write(odd, PAGE + 10);
    await file.sync();
    expect(file.size).toBe(bytes.length);
    expect((await readFile(path)).equals(bytes)).toBe(true);
    await file.remove();
  });
});
