// The space of a file system, real mounts that come and go, and one that hangs.
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type FilesystemLook, filesystemCapacity } from '../../../src/capacity/providers/filesystem.ts';
import { describeCapacityProvider } from '../../contract/capacity-provider.ts';
import { MemoryDisk, mountMissing } from '../../support/mounted-disk.ts';
import { run } from '../../support/owned-process.ts';
import { unknownMessage } from './store-stand-in.ts';

const MIB = 1024n * 1024n;
const patience = () => AbortSignal.timeout(5_000);

describeCapacityProvider('filesystem', () => ({
  provider: filesystemCapacity({ path: tmpdir(), now: Date.now }),
  bucket: 'any',
  tells: ['total', 'free'],
}));

async function scratch(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'filesystem-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

describe('filesystemCapacity', () => {
  it('tells what df tells', async () => {
    const path = await scratch();
    const { total } = await filesystemCapacity({ path, now: () => 77 }).measure('b', patience());
    const [, bytes] = execFileSync('df', ['-B1', '--output=size', path], { encoding: 'utf8' }).split('\n');
    expect(total).toEqual({ bytes: BigInt(bytes?.trim() ?? ''), source: 'filesystem', atMs: 77 });
  });

  it('says that a path is not there, or is no directory', async () => {
    const file = join(await scratch(), 'file');
    await writeFile(file, '');
    const measured = (path: string) => filesystemCapacity({ path, now: Date.now }).measure('b', patience());
    expect(await unknownMessage(measured(file))).toBe(
      `asked the file system at ${file} for its space: it is no directory`,
    );
    expect(await unknownMessage(measured(`${file}-not`))).toMatch(/for its space: it is not there$/);
    expect(await unknownMessage(measured(`${file}/below`))).toMatch(/for its space: it is not there$/);
  });

  const missing = mountMissing('tmpfs');
  const mounted = async (skip: (why: string) => void, mebibytes: number) => {
    const why = await missing;
    if (why !== undefined) skip(why);
    const disk = await MemoryDisk.mount(mebibytes);
    onTestFinished(() => disk[Symbol.asyncDispose]());
    return disk.path;
  };

  it('follows what is written to a mounted file system', async ({ skip }) => {
    const path = await mounted(skip, 4);
    const provider = filesystemCapacity({ path, now: Date.now, mountPoint: true });
    const before = await provider.measure('b', patience());
    await writeFile(join(path, 'file'), Buffer.alloc(1024 * 1024));
    const after = await provider.measure('b', patience());
    expect([before.total?.bytes, after.total?.bytes]).toEqual([4n * MIB, 4n * MIB]);
    expect((before.free?.bytes ?? 0n) - (after.free?.bytes ?? 0n)).toBe(MIB);
  });

  it('does not take the disk below for one whose mount went away, and takes it again when it is back', async ({
    skip,
  }) => {
    const path = await mounted(skip, 4);
    const provider = filesystemCapacity({ path, now: Date.now });
    await provider.measure('b', patience());
    await run('umount', [path]);
    try {
      expect(await unknownMessage(provider.measure('b', patience()))).toContain('nothing is mounted there');
    } finally {
      await run('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', path]);
    }
    expect((await provider.measure('b', patience())).total?.bytes).toBe(8n * MIB);
  });

  it('wants a mount point from the first where it is told so', async () => {
    const provider = filesystemCapacity({ path: await scratch(), now: Date.now, mountPoint: true });
    expect(await unknownMessage(provider.measure('b', patience()))).toContain('nothing is mounted there');
  });

  const LOOK: FilesystemLook = {
    ...{ isDirectory: true, isMountPoint: false, device: 1n, deviceAfter: 1n },
    ...{ blockBytes: 4096n, blocks: 2n ** 52n, availableBlocks: 2n ** 51n },
  };
  const looking = (...looks: readonly Partial<FilesystemLook>[]) => {
    const left = [...looks];
    return filesystemCapacity({ path: '/p', now: () => 7, look: async () => ({ ...LOOK, ...left.shift() }) });
  };

  it('keeps bytes beyond 2^63', async () => {
    const { total, free } = await looking({}).measure('b', patience());
    expect([total?.bytes, free?.bytes]).toEqual([2n ** 64n, 2n ** 63n]);
  });

  it.each([
    [
      'another device below a directory',
      [{}, { device: 2n, deviceAfter: 2n }],
      'another device than at the first',
    ],
    ['a device that changes meanwhile', [{ deviceAfter: 2n }], 'mounted or unmounted meanwhile'],
    ['no size', [{ blocks: 0n, availableBlocks: 0n }], 'tells no size'],
    ['more free than there is', [{ availableBlocks: 2n ** 64n - 1n }], 'not an answer'],
    ['less than nothing free', [{ availableBlocks: -1n }], 'not an answer'],
  ])('takes %s for no answer', async (_name, looks, why) => {
    const provider = looking(...looks);
    for (const _good of looks.slice(1)) await provider.measure('b', patience());
    expect(await unknownMessage(provider.measure('b', patience()))).toContain(why);
  });

  it('gives up on a mount that hangs, and looks once however many ask', async () => {
    const dead = Promise.withResolvers<FilesystemLook>();
    let looks = 0;
    const look = () => {
      looks += 1;
      return looks === 1 ? dead.promise : Promise.resolve(LOOK);
    };
    const provider = filesystemCapacity({ path: '/p', now: () => 7, look });
    for (let time = 0; time < 3; time += 1) {
      const gaveUp = new AbortController();
      const measured = unknownMessage(provider.measure('b', gaveUp.signal));
      gaveUp.abort(new DOMException('late', 'TimeoutError'));
      expect(await measured).toBe('asked the file system at /p for its space: no answer before the deadline');
    }
    expect(looks).toBe(1);
    const waiting = provider.measure('b', patience());
    dead.resolve(LOOK);
    await waiting;
    await provider.measure('b', patience());
    expect(looks).toBe(2);
  });
});
