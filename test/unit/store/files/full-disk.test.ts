// A file system that is really full: a tmpfs of a few megabytes.
import { execFileSync } from 'node:child_process';
import { readdirSync, statfsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Space } from '../../../../src/store/files/space.ts';
import { bodyOf } from '../../../support/bodies.ts';
import { TestClient } from '../../http1/wire-fixture.ts';
import {
  believing,
  expecting,
  ofVersion,
  openFiles,
  putHead,
  send,
  startUploads,
  temporaryDirectory,
  upload,
} from './files-fixture.ts';
import { mountRefusal } from './mounts.ts';

const MIB = 1024 * 1024;

const REFUSAL = mountRefusal();

interface Mounted extends AsyncDisposable {
  readonly path: string;
}

async function mountTmpfs(options: string): Promise<Mounted> {
  const temporary = await temporaryDirectory();
  const path = join(temporary.path, 'mount');
  await mkdir(path);
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'none', path]);
  return {
    path,
    async [Symbol.asyncDispose]() {
      execFileSync('umount', [path]);
      await temporary[Symbol.asyncDispose]();
    },
  };
}

describe.skipIf(REFUSAL !== undefined)(`a full disk${REFUSAL === undefined ? '' : ` (${REFUSAL})`}`, () => {
  it('in the middle of a body is InsufficientStorage and leaves nothing; smaller ones go on', async () => {
    await using mounted = await mountTmpfs('size=4m');
    await using files = await openFiles({ path: mounted.path, space: believing() });
    const small = bodyOf('small', MIB);
    const kept = await upload(files.bodies, small);
    if ('error' in kept) throw kept.error;
    const free = statfsSync(mounted.path).bfree;
    const outcome = await upload(files.bodies, bodyOf('large', 8 * MIB));
    expect('error' in outcome && outcome.error.code).toBe('InsufficientStorage');
    expect(await files.names()).toEqual(['objects/0/1']);
    expect(statfsSync(mounted.path).bfree).toBe(free);
    const next = await upload(files.bodies, bodyOf('next', MIB));
    expect('body' in next).toBe(true);
    const read = await send(files.bodies, kept.body.content, 0, small.length - 1);
    expect(read.bytes.equals(small)).toBe(true);
  });

  it('that takes only the beginning of the last piece has not taken it', async () => {
    await using mounted = await mountTmpfs('size=4m');
    await using files = await openFiles({ path: mounted.path, space: believing() });
    const { bavail, bsize } = statfsSync(mounted.path);
    await writeFile(join(mounted.path, 'other'), Buffer.alloc(bavail * bsize - 48 * 4096));
    const outcome = await upload(files.bodies, bodyOf('half', 200_000));
    expect('error' in outcome && outcome.error.code).toBe('InsufficientStorage');
    expect(await files.names()).toEqual([]);
  });

  it('answers a client in the middle of its body, who may be sending still', async () => {
    await using mounted = await mountTmpfs('size=2m');
    await using files = await openFiles({ path: mounted.path, space: believing() });
    await using server = await startUploads(files.bodies, () => expecting(64 * MIB));
    await using client = await TestClient.to(server.running.port);
    client.send(putHead(64 * MIB));
    client.send(bodyOf('endless', 64 * MIB));
    await client.until('InsufficientStorage');
    expect(await files.names()).toEqual([]);
  });

  it('is not reached by many uploads at once: each is admitted or refused beforehand, and the reserve stays', async () => {
    await using mounted = await mountTmpfs('size=16m');
    const reserve = 4 * MIB;
    const space = Space.on(mounted.path, BigInt(reserve), () => performance.now());
    await using files = await openFiles({ path: mounted.path, space });
    await using server = await startUploads(files.bodies, () => expecting(MIB));
    const bytes = bodyOf('crowd', MIB);
    await Promise.all(
      Array.from({ length: 40 }, async () => {
        await using client = await TestClient.to(server.running.port);
        client.send(putHead(MIB));
        client.send(bytes);
        await client.until(/stored|InsufficientStorage/);
      }),
    );
    const codes = server.outcomes.map((outcome) => ('error' in outcome ? outcome.error.code : 'stored'));
    expect(codes.filter((code) => code === 'stored').length).toBeGreaterThanOrEqual(10);
    expect(codes.filter((code) => code === 'stored').length).toBeLessThanOrEqual(12);
    expect(codes.filter((code) => code !== 'stored' && code !== 'InsufficientStorage')).toEqual([]);
    const { bavail, bsize } = statfsSync(mounted.path);
    expect(bavail * bsize).toBeGreaterThanOrEqual(reserve);
    expect(files.log).toEqual([]);
    expect(readdirSync(files.directory.tmp)).toEqual([]);
  });

  it('a copy that does not fit leaves nothing', async () => {
    await using mounted = await mountTmpfs('size=4m');
    await using files = await openFiles({ path: mounted.path, space: believing() });
    const kept = await upload(files.bodies, bodyOf('source', 3 * MIB));
    if ('error' in kept) throw kept.error;
    await expect(
      files.bodies.copy(ofVersion(kept.body.content), { first: 0, last: 3 * MIB - 1 }, [], { inline: false }),
    ).rejects.toMatchObject({ code: 'InsufficientStorage' });
    expect(await files.names()).toEqual(['objects/0/1']);
    expect(files.pins.isPinned(1)).toBe(false);
  });

  it('without files that could be made refuses beforehand', async () => {
    await using mounted = await mountTmpfs('size=16m,nr_inodes=70');
    const space = Space.on(mounted.path, 0n, () => performance.now());
    await using files = await openFiles({ path: mounted.path, space });
    for (let at = 0; at < 10; at++) await writeFile(join(files.directory.path, `other-${at}`), '');
    const outcome = await upload(files.bodies, bodyOf('inode', 1000));
    expect('error' in outcome && outcome.error.code).toBe('InsufficientStorage');
    expect(files.log).toEqual([]);
  });

  it('that is read-only is an InternalError, logged', async () => {
    await using mounted = await mountTmpfs('size=4m');
    await using files = await openFiles({ path: mounted.path });
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'ro', 'none', files.directory.tmp]);
    const outcome = await upload(files.bodies, bodyOf('read-only', MIB));
    execFileSync('umount', [files.directory.tmp]);
    expect('error' in outcome && outcome.error.code).toBe('InternalError');
    expect(files.log).toMatchObject([{ level: 'error', fields: { code: 'EROFS' } }]);
  });

  it('that is read-only refuses to open a directory with a sentence', async () => {
    await using mounted = await mountTmpfs('size=4m');
    execFileSync('mount', ['-o', 'remount,ro', mounted.path]);
    await expect(openFiles({ path: mounted.path })).rejects.toThrow(
      `The data directory ${mounted.path}/data cannot be used: its file system is read-only: mount it for writing (EROFS`,
    );
  });
});
