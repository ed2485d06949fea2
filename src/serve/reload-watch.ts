// Notices that one of some files was changed, replaced, removed or came back, and tells when it has been quiet since.
//
// The files are looked at with stat(2) every half second, and not with inotify. A look by name sees every way in which a file can
// change: written in place, renamed over, a link on the way to it that leads elsewhere (Kubernetes swaps `..data`), a directory
// that was made anew, a file on a network file system that another machine wrote. inotify watches inodes, so each of these
// is a case of its own, it sees nothing over NFS or most FUSE mounts, and its watches run out (fs.inotify.max_user_watches). A few calls
// a second cost less than one request.
import type { BigIntStats } from 'node:fs';
import { stat } from 'node:fs/promises';

export interface FileWatchOptions {
  /** Asked each time: a config that was read anew may name others. */
  files(): readonly string[];
  /** Some changed, and two looks in a row have seen them the same. Called once a change; awaited. */
  onChanged(): Promise<unknown>;
  /** Of `lookAt`, at about the time the files were read: what changed since then is told. As they are now unless given. */
  readonly first?: FilesSeen;
  /** Milliseconds between two looks, and how long it must have been quiet: 500 unless given. */
  readonly everyMs?: number;
}

export interface FileWatch {
  close(): void;
}

/** How some files looked at one moment. */
export type FilesSeen = string;

const EVERY_MS = 500;

/** The timer does not keep the process alive. */
export async function watchFiles({
  files,
  onChanged,
  first,
  everyMs = EVERY_MS,
}: FileWatchOptions): Promise<FileWatch> {
  let known = first ?? (await lookAt(files()));
  /** What was seen the last time, where it is not what is known. */
  let moving: string | undefined;
  let isClosed = false;
  let timer = again();

  function again(): NodeJS.Timeout {
    return setTimeout(() => void turn(), everyMs).unref();
  }

  async function turn(): Promise<void> {
    const now = await lookAt(files());
    if (isClosed) return;
    if (now === known) {
      moving = undefined;
    } else if (now === moving) {
      known = now;
      moving = undefined;
      await onChanged();
      // It may have read other files, in a state that is not looked at yet: whatever changed since the look is told next.
      known = await lookAgain(known, files());
    } else {
      moving = now;
    }
    if (!isClosed) timer = again();
  }

  return {
    close() {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}

/** Of files that were known the look of before counts, so that no change since is missed. */
async function lookAgain(before: FilesSeen, paths: readonly string[]): Promise<FilesSeen> {
  const known = new Map(before.split('\n').map((line) => [line.slice(0, line.indexOf('\t')), line] as const));
  const lines = await Promise.all(paths.map(async (path) => known.get(JSON.stringify(path)) ?? lineOf(path)));
  return lines.join('\n');
}

export async function lookAt(paths: readonly string[]): Promise<FilesSeen> {
  return (await Promise.all(paths.map(lineOf))).join('\n');
}

async function lineOf(path: string): Promise<string> {
  return `${JSON.stringify(path)}\t${await stampOf(path)}`;
}

/** What is behind all links, so that a link that leads elsewhere shows. */
async function stampOf(path: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs, mode }: BigIntStats = await stat(path, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs, mode].join(' ');
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  }
}
