// The files of the package where they will be on the machine, below one directory.
import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { copyDashboard } from '../copy-dashboard.ts';
import { CONFIG_FILE } from './control-files.ts';
import { copyProductionModules } from './production-modules.ts';

const LIB = 'usr/lib/sosapi-gateway';
const DOC = 'usr/share/doc/sosapi-gateway';
const SECRETS = 'etc/sosapi-gateway/secrets';
const PROGRAMS: readonly string[] = ['usr/bin/sosapi-gateway', `${LIB}/bin/node`, `${LIB}/dist/cli/main.js`];

/** From the repository to the package; what is compiled or generated is not here. */
const COPIES: Readonly<Record<string, string>> = {
  'package.json': `${LIB}/package.json`,
  'packaging/deb/sosapi-gateway': 'usr/bin/sosapi-gateway',
  'packaging/deb/gateway.yaml': CONFIG_FILE,
  'packaging/deb/copyright': `${DOC}/copyright`,
  'packaging/systemd/sosapi-gateway.service': 'usr/lib/systemd/system/sosapi-gateway.service',
  'packaging/systemd/sosapi-gateway.sysusers': 'usr/lib/sysusers.d/sosapi-gateway.conf',
  'config/gateway.example.yaml': `${DOC}/examples/gateway.example.yaml`,
  'config/gateway.schema.json': `${DOC}/gateway.schema.json`,
  'README.md': `${DOC}/README.md`,
};

export interface TreeOptions {
  readonly repository: string;
  /** An empty directory. */
  readonly root: string;
  readonly version: string;
  /** A Node.js to bring along. */
  readonly nodeProgram: string | undefined;
}

/** Fills `root` and gives the paths of all files in it, sorted. */
export async function layPackageTree(options: TreeOptions): Promise<readonly string[]> {
  const { repository, root, version, nodeProgram } = options;
  await compile(repository, join(root, LIB, 'dist'));
  await copyDashboard(join(root, LIB, 'dist'));
  await copyProductionModules(repository, join(root, LIB));
  const copies = Object.entries(COPIES).map(([from, to]) => [join(repository, from), to] as const);
  for (const [from, to] of [...copies, ...(nodeProgram ? [[nodeProgram, `${LIB}/bin/node`] as const] : [])]) {
    await mkdir(dirname(join(root, to)), { recursive: true });
    await copyFile(from, join(root, to));
  }
  await writeFile(join(root, DOC, 'changelog.Debian.gz'), await changelog(repository, version));
  await mkdir(join(root, SECRETS), { recursive: true });
  return settleModes(root);
}

/** What `npm run build` does, without what only developers read. */
async function compile(repository: string, outDir: string): Promise<void> {
  const tsc = join(repository, 'node_modules/typescript/bin/tsc');
  const project = join(repository, 'tsconfig.build.json');
  const args = [tsc, '-p', project, '--outDir', outDir, '--declaration', 'false', '--sourceMap', 'false'];
  try {
    await promisify(execFile)(process.execPath, args, { cwd: repository });
  } catch (error) {
    throw new Error(`the build failed:\n${(error as { readonly stdout: string }).stdout}`, { cause: error });
  }
}

async function changelog(repository: string, version: string): Promise<Buffer> {
  const text = await readFile(join(repository, 'packaging/deb/changelog'), 'utf8');
  if (!text.startsWith(`sosapi-gateway (${version}) `)) {
    throw new Error(`packaging/deb/changelog does not begin with version ${version}: add an entry for it`);
  }
  return gzipSync(text, { level: 9 });
}

/** Whatever the umask of whoever builds and the modes in the modules are. */
async function settleModes(root: string): Promise<readonly string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files: string[] = [];
  await chmod(root, 0o755);
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(root.length + 1);
    if (entry.isDirectory()) await chmod(path, name === SECRETS ? 0o700 : 0o755);
    else {
      await chmod(path, PROGRAMS.includes(name) ? 0o755 : 0o644);
      files.push(name);
    }
  }
  return files.sort();
}
