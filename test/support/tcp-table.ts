// The TCP connections of this machine over IPv4, as the kernel lists them.
import { readFile } from 'node:fs/promises';

/** One end of a connection that is established. */
export interface TcpEnd {
  readonly localPort: number;
  readonly remotePort: number;
  /** Of the socket, as in the name that `/proc/PID/fd` has for it. */
  readonly inode: string;
}

const ESTABLISHED = '01';

/** Columns of `/proc/net/tcp` as in proc_pid_net(5): number, local and remote address in hex, state; the inode is the tenth. */
export async function establishedTcp(): Promise<readonly TcpEnd[]> {
  const [, ...lines] = (await readFile('/proc/net/tcp', 'utf8')).trimEnd().split('\n');
  return lines
    .map((line) => line.trim().split(/\s+/))
    .filter((row) => row[3] === ESTABLISHED)
    .map((row) => ({ localPort: portOf(row[1]), remotePort: portOf(row[2]), inode: row[9] ?? '' }));
}

function portOf(address = ''): number {
  return Number.parseInt(address.slice(address.indexOf(':') + 1), 16);
}
