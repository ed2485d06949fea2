// A directory that dpkg takes for a whole machine: packages are installed below it, and their scripts are told so.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTool, type ToolEnded } from './packaging-tool.ts';

export class DebianRoot implements AsyncDisposable {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  static async make(): Promise<DebianRoot> {
    const path = await mkdtemp(join(tmpdir(), 'debian-root-'));
    for (const folder of ['var/lib/dpkg/info', 'var/lib/dpkg/updates', 'var/lib/dpkg/triggers', 'etc']) {
      await mkdir(join(path, folder), { recursive: true });
    }
    for (const file of ['status', 'available']) await writeFile(join(path, 'var/lib/dpkg', file), '');
    return new DebianRoot(path);
  }

  /** What it depends on is not there; the scripts run outside of the root, with DPKG_ROOT set (dpkg(1), script-chrootless). */
  dpkg(...args: readonly string[]): Promise<ToolEnded> {
    const force = '--force-script-chrootless,depends,not-root,bad-path';
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' };
    return runTool('dpkg', [`--root=${this.path}`, force, '--log=/dev/null', ...args], { env });
  }

  in(path: string): string {
    return join(this.path, path);
  }

  read(path: string): Promise<string> {
    return readFile(this.in(path), 'utf8');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}
