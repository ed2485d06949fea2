// Room: never promised twice, and never less left than the reserve.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FileSystemRoom, Space, type SpaceLease } from '../../../../src/store/files/space.ts';
import { openFiles } from './files-fixture.ts';

const KIB = 1024;
/** What a lease takes besides its bytes. */
const BESIDES = 16 * KIB;

/** A file system of the test's own, which is measured when it is told to be. */
class Disk {
  free = 0;
  files: bigint | undefined;
  nowMs = 0;
  measured = 0;

  space(reserve: number): Space {
    return new Space({
      reserveBytes: BigInt(reserve),
      now: () => this.nowMs,
      measure: async (): Promise<FileSystemRoom> => {
        this.measured++;
        return { totalBytes: 1_000_000_000n, freeBytes: BigInt(this.free), freeFiles: this.files };
      },
    });
  }
}

async function codeOf(admitting: Promise<SpaceLease>): Promise<string> {
  try {
    await admitting;
    return 'admitted';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe('space', () => {
  it('is given down to the reserve and not below', async () => {
    const disk = new Disk();
    disk.free = 100 * KIB + 40 * KIB + BESIDES;
    const space = disk.space(100 * KIB);
    expect(await codeOf(space.admit(40 * KIB + 1))).toBe('InsufficientStorage');
    const lease = await space.admit(40 * KIB);
    expect(await codeOf(space.admit(0))).toBe('InsufficientStorage');
    lease.release();
    expect(await codeOf(space.admit(40 * KIB))).toBe('admitted');
  });

  it('is not promised twice to those who come at once', async () => {
    const disk = new Disk();
    disk.free = 10 * (4 * KIB + BESIDES);
    const space = disk.space(0);
    const codes = await Promise.all(Array.from({ length: 30 }, () => codeOf(space.admit(4 * KIB))));
    expect(codes.filter((code) => code === 'admitted')).toHaveLength(10);
  });

  it('is not measured for each upload, but often enough', async () => {
    const disk = new Disk();
    disk.free = 1_000_000_000;
    const space = disk.space(0);
    for (let at = 0; at < 100; at++) (await space.admit(1000)).release();
    expect(disk.measured).toBe(1);
    disk.nowMs += 1001;
    (await space.admit(1000)).release();
    expect(disk.measured).toBe(2);
  });

  it('is looked at again before anybody is refused', async () => {
    const disk = new Disk();
    disk.free = 4 * KIB + BESIDES;
    const space = disk.space(0);
    (await space.admit(4 * KIB)).release();
    disk.free = 1_000_000;
    expect(await codeOf(space.admit(500_000))).toBe('admitted');
  });

  it('that was written counts until it is measured again', async () => {
    const disk = new Disk();
    disk.free = 2 * (100 * KIB + BESIDES);
    const space = disk.space(0);
    const lease = await space.admit(100 * KIB);
    lease.written(100 * KIB);
    lease.release();
    // The old measurement serves for what fits in any case.
    expect(await codeOf(space.admit(100 * KIB))).toBe('admitted');
    expect(disk.measured).toBe(1);
    // Now the disk is asked, and it has counted the first one.
    disk.free -= 100 * KIB;
    expect(await codeOf(space.admit(0))).toBe('admitted');
    expect(await codeOf(space.admit(0))).toBe('InsufficientStorage');
  });

  it('a lease gives back once, and never more than it took', async () => {
    const disk = new Disk();
    disk.free = 4 * KIB + BESIDES;
    const space = disk.space(0);
    const lease = await space.admit(4 * KIB);
    lease.written(1_000_000_000);
    lease.release();
    lease.release();
    lease.written(5);
    expect(await codeOf(space.admit(4 * KIB))).toBe('admitted');
    expect(await codeOf(space.admit(0))).toBe('InsufficientStorage');
  });

  it('ends where no more files can be made', async () => {
    const disk = new Disk();
    disk.free = 1_000_000_000;
    disk.files = 66n;
    const space = disk.space(0);
    expect(await codeOf(space.admit(1))).toBe('admitted');
    expect(await codeOf(space.admit(1))).toBe('admitted');
    expect(await codeOf(space.admit(1))).toBe('InsufficientStorage');
  });

  it('is told as capacity, never below nothing', async () => {
    const disk = new Disk();
    disk.free = 500_000;
    expect(await disk.space(400_000).capacity()).toEqual({
      totalBytes: 1_000_000_000n,
      availableBytes: 100_000n,
    });
    expect(await disk.space(600_000).capacity()).toEqual({ totalBytes: 1_000_000_000n, availableBytes: 0n });
  });

  it('of a real file system', async () => {
    await using files = await openFiles();
    const { totalBytes, availableBytes } = await files.space.capacity();
    expect(availableBytes).toBeGreaterThan(0n);
    expect(totalBytes).toBeGreaterThan(availableBytes);
  });

  it('a measurement that fails refuses nobody for ever', async () => {
    let fails = true;
    const space = new Space({
      reserveBytes: 0n,
      now: () => 0,
      async measure() {
        if (fails) throw new Error('statfs');
        return { totalBytes: 1_000_000n, freeBytes: 1_000_000n, freeFiles: undefined };
      },
    });
    await expect(space.admit(1)).rejects.toThrow('statfs');
    fails = false;
    expect(await codeOf(space.admit(1))).toBe('admitted');
  });

  it('whatever comes and goes, what is left covers the reserve', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('admit' as const), bytes: fc.nat({ max: 300 * KIB }) }),
      fc.record({ kind: fc.constant('write' as const), which: fc.nat(), bytes: fc.nat({ max: 300 * KIB }) }),
      fc.record({ kind: fc.constant('end' as const), which: fc.nat() }),
      fc.record({ kind: fc.constant('delete' as const), bytes: fc.nat({ max: 300 * KIB }) }),
      fc.record({ kind: fc.constant('wait' as const), ms: fc.nat({ max: 1500 }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const reserve = 200 * KIB;
        const disk = new Disk();
        disk.free = 1000 * KIB;
        const space = disk.space(reserve);
        const leases: { lease: SpaceLease; left: number }[] = [];
        for (const one of steps) {
          if (one.kind === 'admit') {
            const lease = await space.admit(one.bytes).catch(() => undefined);
            if (lease !== undefined) leases.push({ lease, left: one.bytes });
          } else if (one.kind === 'write') {
            const held = leases[one.which % Math.max(1, leases.length)];
            if (held === undefined) continue;
            const bytes = Math.min(one.bytes, held.left);
            held.left -= bytes;
            disk.free -= bytes;
            held.lease.written(bytes);
          } else if (one.kind === 'end') {
            leases.splice(one.which % Math.max(1, leases.length), 1)[0]?.lease.release();
          } else if (one.kind === 'delete') {
            disk.free = Math.min(1000 * KIB, disk.free + one.bytes);
          } else {
            disk.nowMs += one.ms;
          }
          const promised = leases.reduce((sum, { left }) => sum + left, 0);
          expect(disk.free - promised).toBeGreaterThanOrEqual(reserve);
        }
      }),
      { numRuns: 300 },
    );
  });
});
