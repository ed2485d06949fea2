// Copies: the same bytes with digests of their own, checked on the way, and nothing left where that fails.
import { rm, truncate } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHECKSUM_ALGORITHMS, createChecksum } from '../../../../src/s3/checksum.ts';
import { BLOCK_BYTES } from '../../../../src/store/files/body-files.ts';
import { INLINE_MAX_BYTES } from '../../../../src/store/files/disk-body-files.ts';
import { filePath } from '../../../../src/store/files/file-paths.ts';
import { Space } from '../../../../src/store/files/space.ts';
import { bodyOf } from '../../../support/bodies.ts';
import { md5Of, ofVersion, openFiles, send, stored, storedParts } from './files-fixture.ts';

describe('a copy', () => {
  it('of any range has its bytes, and a new file', async () => {
    await using files = await openFiles();
    const parts = [bodyOf('c1', BLOCK_BYTES + 3), bodyOf('c2', 2 * BLOCK_BYTES), bodyOf('c3', 1)];
    const whole = Buffer.concat(parts);
    const content = await storedParts(files.bodies, parts);
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: whole.length - 1 }), fc.nat({ max: whole.length - 1 }), async (a, b) => {
        const [first = 0, last = 0] = [a, b].sort((x, y) => x - y);
        const copy = await files.bodies.copy(ofVersion(content), { first, last }, [], { inline: false });
        const wanted = whole.subarray(first, last + 1);
        expect(copy).toMatchObject({ size: wanted.length, md5: md5Of(wanted), checksums: {} });
        const read = await send(files.bodies, copy.content, 0, wanted.length - 1);
        expect(read.bytes.equals(wanted)).toBe(true);
        await copy.discard();
      }),
      { numRuns: 25 },
    );
    expect(await files.names()).toEqual(['objects/0/1', 'objects/0/2', 'objects/0/3']);
  });

  it('has every checksum that was asked for', async () => {
    await using files = await openFiles();
    const bytes = bodyOf('sums', 300_000);
    const content = await stored(files.bodies, bytes);
    const { checksums } = await files.bodies.copy(
      ofVersion(content),
      { first: 0, last: 299_999 },
      CHECKSUM_ALGORITHMS,
      {
        inline: false,
      },
    );
    for (const algorithm of CHECKSUM_ALGORITHMS) {
      const running = await createChecksum(algorithm);
      running.update(bytes);
      expect(checksums[algorithm]).toBe(running.digest());
    }
  });

  it.each([
    [0, true, 'inline'],
    [INLINE_MAX_BYTES, true, 'inline'],
    [INLINE_MAX_BYTES + 1, true, 'files'],
    [0, false, 'files'],
    [10, false, 'files'],
  ] as const)('of %i bytes goes where it belongs (may be inline: %s)', async (size, inline, kind) => {
    await using files = await openFiles();
    const bytes = bodyOf('small', size);
    for (const source of [true, false]) {
      const content = await stored(files.bodies, bytes, source);
      const copy = await files.bodies.copy(ofVersion(content), { first: 0, last: size - 1 }, [], { inline });
      expect(copy.content.kind).toBe(kind);
      expect(copy.md5).toBe(md5Of(bytes));
    }
  });

  it('holds its source until it is done, and no longer', async () => {
    await using files = await openFiles();
    const content = await stored(files.bodies, bodyOf('held', 2_000_000));
    const copying = files.bodies.copy(ofVersion(content), { first: 0, last: 1_999_999 }, [], {
      inline: false,
    });
    expect(files.pins.isPinned(1)).toBe(true);
    await copying;
    expect(files.pins.isPinned(1)).toBe(false);
  });

  it('of damage is an InternalError that leaves nothing', async () => {
    await using files = await openFiles();
    const content = await stored(files.bodies, bodyOf('damaged', 1_000_000));
    await truncate(filePath(files.directory.objects, 1), 900_000);
    await expect(
      files.bodies.copy(ofVersion(content), { first: 0, last: 999_999 }, [], { inline: false }),
    ).rejects.toMatchObject({ code: 'InternalError', reason: expect.stringContaining('file 1 ends at') });
    await rm(filePath(files.directory.objects, 1));
    await expect(
      files.bodies.copy(ofVersion(content), { first: 0, last: 999_999 }, [], { inline: false }),
    ).rejects.toMatchObject({ code: 'InternalError', reason: 'file 1 is missing' });
    expect(await files.names()).toEqual([]);
    expect(files.pins.isPinned(1)).toBe(false);
    expect(files.log.map(({ message }) => message)).toEqual([
      expect.stringContaining('a body cannot be read: file 1 ends at'),
      'a body cannot be read: file 1 is missing',
    ]);
  });

  it('needs room like an upload', async () => {
    let free = 10_000_000n;
    const space = new Space({
      reserveBytes: 0n,
      now: () => 0,
      measure: async () => ({ totalBytes: 10_000_000n, freeBytes: free, freeFiles: undefined }),
    });
    await using files = await openFiles({ space });
    const content = await stored(files.bodies, bodyOf('room', 6_000_000));
    free = 4_000_000n;
    await expect(
      files.bodies.copy(ofVersion(content), { first: 0, last: 5_999_999 }, [], { inline: false }),
    ).rejects.toMatchObject({ code: 'InsufficientStorage' });
    expect(files.pins.isPinned(1)).toBe(false);
  });

  it('of a range beyond the end is a mistake of the caller', async () => {
    await using files = await openFiles();
    const content = await stored(files.bodies, bodyOf('short', 1000));
    await expect(
      files.bodies.copy(ofVersion(content), { first: 0, last: 1000 }, [], { inline: true }),
    ).rejects.toThrow(RangeError);
    expect(files.pins.isPinned(1)).toBe(false);
  });
});
