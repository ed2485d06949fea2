// The space of a mounted file system, for a store whose disks the gateway can see: total and free, nothing of a bucket.
import { realpath, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CapacityUnknownError } from '../capacity.ts';
import type { CapacityFigures } from '../figures.ts';
import type { CapacityProvider } from '../provider.ts';
import { untilAborted } from '../until-aborted.ts';

/** One look at a path; rejects as the calls of Node do. */
export interface FilesystemLook {
  readonly isDirectory: boolean;
  readonly device: bigint;
  /** Whether a file system is mounted right there. */
  readonly isMountPoint: boolean;
  readonly blockBytes: bigint;
  readonly blocks: bigint;
  /** Blocks that an ordinary user may still take: fewer than are free where some are kept for root. */
  readonly availableBlocks: bigint;
  /** The device once more, after the blocks were told. */
  readonly deviceAfter: bigint;
}

export interface FilesystemCapacityOptions {
  readonly path: string;
  readonly now: () => number;
  /** Whether `path` itself must be where a file system is mounted, at the first measurement too. Default: false. */
  readonly mountPoint?: boolean;
  /** Instead of a look at the machine's own disks. */
  readonly look?: (path: string) => Promise<FilesystemLook>;
}

const SOURCE = 'filesystem';

/**
 * The path stays on the file system of the first measurement: where a mount went away the numbers would be those of
 * the disk below it. A path that was a mount point must go on being one; then another device may be mounted there.
 */
export function filesystemCapacity(options: FilesystemCapacityOptions): CapacityProvider {
  const { path, now, mountPoint = false, look = lookAt } = options;
  const what = `asked the file system at ${path} for its space`;
  const unknown = (why: string, cause?: unknown) => new CapacityUnknownError(`${what}: ${why}`, { cause });
  let first: FilesystemLook | undefined;
  // A look at a dead network mount never ends and cannot be called off: one at a time, or they take every thread.
  let underWay: Promise<CapacityFigures> | undefined;

  async function measureNow(): Promise<CapacityFigures> {
    const atMs = now();
    const seen = await look(path).catch((error: unknown) => {
      throw unknown(reasonOf(error), error);
    });
    if (!seen.isDirectory) throw unknown('it is no directory');
    if ((mountPoint || first?.isMountPoint === true) && !seen.isMountPoint) {
      throw unknown('nothing is mounted there, so the space would be that of the disk below');
    }
    if (first?.isMountPoint === false && seen.device !== first.device) {
      throw unknown(
        'it is on another device than at the first measurement (was a mount lost or replaced?): ' +
          'mount the right one, or start the gateway anew',
      );
    }
    if (seen.deviceAfter !== seen.device) throw unknown('something was mounted or unmounted meanwhile');
    const totalBytes = seen.blocks * seen.blockBytes;
    const freeBytes = seen.availableBlocks * seen.blockBytes;
    if (totalBytes <= 0n) throw unknown('it tells no size');
    if (freeBytes < 0n || freeBytes > totalBytes) {
      throw unknown(`it tells ${freeBytes} bytes free of ${totalBytes}: not an answer`);
    }
    first ??= seen;
    return {
      total: { bytes: totalBytes, source: SOURCE, atMs },
      free: { bytes: freeBytes, source: SOURCE, atMs },
    };
  }

  return {
    source: SOURCE,
    measure(_bucket, signal) {
      if (signal.aborted) return untilAborted(new Promise<never>(() => {}), signal, what);
      underWay ??= measureNow().finally(() => {
        underWay = undefined;
      });
      return untilAborted(underWay, signal, what);
    },
  };
}

async function lookAt(path: string): Promise<FilesystemLook> {
  const bigint = { bigint: true } as const;
  const real = await realpath(path);
  const here = await stat(real, bigint);
  const above = await stat(dirname(real), bigint);
  const space = await statfs(real, bigint);
  const after = await stat(real, bigint);
  return {
    isDirectory: here.isDirectory(),
    device: here.dev,
    isMountPoint: here.dev !== above.dev || real === dirname(real),
    blockBytes: space.bsize,
    blocks: space.blocks,
    availableBlocks: space.bavail,
    deviceAfter: after.dev,
  };
}

function reasonOf(error: unknown): string {
  const { code, message } = error as { readonly code?: string; readonly message?: string };
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'it is not there';
  if (code === 'EACCES' || code === 'EPERM') return 'this process may not look there';
  return code ?? message ?? 'unknown';
}
