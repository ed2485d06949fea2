// File systems of a test's own.
import { execFileSync } from 'node:child_process';

/** Why there can be none; undefined where there can. */
export function mountRefusal(): string | undefined {
  if (process.getuid?.() !== 0) return 'mounting a file system needs root';
  try {
    execFileSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'none', '/mnt'], { stdio: 'pipe' });
    return undefined;
  } catch (error) {
    return `mounting a file system is not allowed here: ${String(error)}`;
  }
}
