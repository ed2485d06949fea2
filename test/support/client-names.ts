// Host names that only one command can resolve: /etc/hosts is covered in a mount namespace of the command's own, so that
// nothing is added to the machine. (glibc resolves no *.localhost without nss-myhostname, which Debian does not install.)
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './owned-process.ts';

const COVER = 'mount --bind "$0" /etc/hosts && exec "$@"';

function unshared(hostsFile: string, command: string, args: readonly string[]): [string, string[]] {
  const asRoot = process.getuid?.() === 0 ? [] : ['--map-root-user'];
  return ['unshare', [...asRoot, '--mount', 'sh', '-c', COVER, hostsFile, command, ...args]];
}

/** Why names cannot be given to a command here; undefined where they can. */
export async function namesMissing(): Promise<string | undefined> {
  return run(...unshared('/dev/null', 'true', [])).then(
    () => undefined,
    (error: unknown) => `host names for one command need unshare(1) and the right to mount: ${String(error)}`,
  );
}

/** The command that runs another one for which all these names are this machine. The file is written into `directory`. */
export async function namedCommand(
  names: readonly string[],
  directory: string,
  command: string,
  args: readonly string[],
): Promise<[string, readonly string[]]> {
  const hostsFile = join(directory, 'hosts');
  await writeFile(hostsFile, `127.0.0.1 ${names.join(' ')}\n`);
  return unshared(hostsFile, command, args);
}
