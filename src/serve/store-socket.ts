// Where the embedded store listens: a socket in its data directory, or in a private directory where that path is too long.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Systems allow 104 to 108 bytes with the end of the text (sockaddr_un, unix(7)). */
const LONGEST_PATH_BYTES = 100;
const NAME = 'store.sock';

export interface StoreSocket {
  readonly path: string;
  /** It stands in a directory that was made for it alone. */
  readonly isPrivate: boolean;
  /** Removes what the store's process left. Where it is not private, only for whoever started the process that listened there. */
  remove(): Promise<void>;
}

export async function makeStoreSocket(dataDirectory: string): Promise<StoreSocket> {
  const path = join(dataDirectory, NAME);
  if (Buffer.byteLength(path) <= LONGEST_PATH_BYTES) {
    return { path, isPrivate: false, remove: () => rm(path, { force: true }) };
  }
  const own = join(await mkdtemp(join(tmpdir(), 'sosapi-')), NAME);
  return { path: own, isPrivate: true, remove: () => rm(dirname(own), { recursive: true, force: true }) };
}
