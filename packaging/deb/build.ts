// Makes the Debian package: node packaging/deb/build.ts [--out DIRECTORY] [--with-node] [--compress xz|gzip|none].
import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { CONFIG_FILE, controlOf, md5sumsOf, type PackageFacts } from './control-files.ts';
import { layPackageTree } from './package-tree.ts';

const REPOSITORY = new URL('../..', import.meta.url).pathname;
/** Counts up where the package changes and the program does not. */
const REVISION = 1;
/** The names that dpkg has for what Node calls its architecture. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

interface Wanted {
  readonly out: string;
  readonly withNode: boolean;
  readonly compress: string;
}

async function build({ out, withNode, compress }: Wanted): Promise<string> {
  const product = JSON.parse(await readFile(join(REPOSITORY, 'package.json'), 'utf8')) as {
    readonly version: string;
    readonly engines: { readonly node: string };
  };
  const facts: PackageFacts = {
    version: `${product.version}-${REVISION}`,
    architecture: withNode ? dpkgArchitecture() : 'all',
    node: withNode ? undefined : product.engines.node.replace(/^>=/, ''),
  };
  const root = await mkdtemp(join(tmpdir(), 'sosapi-gateway-deb-'));
  try {
    const files = await layPackageTree({
      repository: REPOSITORY,
      root,
      version: facts.version,
      nodeProgram: withNode ? process.execPath : undefined,
    });
    await writeControl(root, facts, files);
    const file = join(resolve(out), `sosapi-gateway_${facts.version}_${facts.architecture}.deb`);
    await mkdir(resolve(out), { recursive: true });
    await promisify(execFile)('dpkg-deb', ['--root-owner-group', `-Z${compress}`, '--build', root, file]);
    return file;
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

async function writeControl(root: string, facts: PackageFacts, files: readonly string[]): Promise<void> {
  const folder = join(root, 'DEBIAN');
  // Counted first: what stands in DEBIAN is not installed.
  const control = await controlOf(facts, root, files);
  const md5sums = await md5sumsOf(root, files);
  await mkdir(folder, { mode: 0o755 });
  for (const [name, text] of Object.entries({ control, md5sums, conffiles: `/${CONFIG_FILE}\n` })) {
    await writeFile(join(folder, name), text);
    await chmod(join(folder, name), 0o644);
  }
  for (const script of ['postinst', 'prerm', 'postrm']) {
    await copyFile(join(REPOSITORY, 'packaging/deb', script), join(folder, script));
    await chmod(join(folder, script), 0o755);
  }
}

function dpkgArchitecture(): string {
  const name = ARCHITECTURES[process.arch];
  if (name === undefined) throw new Error(`--with-node knows amd64 and arm64, and this is ${process.arch}`);
  return name;
}

function wanted(): Wanted {
  const { values } = parseArgs({
    options: {
      out: { type: 'string', default: '.' },
      'with-node': { type: 'boolean', default: false },
      compress: { type: 'string', default: 'xz' },
    },
  });
  return { out: values.out, withNode: values['with-node'], compress: values.compress };
}

try {
  process.stdout.write(`${await build(wanted())}\n`);
} catch (error) {
  process.stderr.write(`build.ts: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
