// The modules that the product needs at run time, out of those that are installed: what the lock file does not mark as for development.
import { cp, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

interface Lock {
  readonly packages: Readonly<
    Record<string, { readonly version?: string; readonly dev?: boolean; readonly optional?: boolean }>
  >;
}

/** Folders of a module that nothing of it imports. */
const FOR_ITS_AUTHORS: readonly string[] = [
  'test',
  'tests',
  'spec',
  'docs',
  'examples',
  'benchmark',
  'benchmarks',
  'integration',
];

/** Whether the file at this path in a module is there to run. */
function runs(parts: readonly string[]): boolean {
  const [folder = '', ...below] = parts;
  if (parts.includes('node_modules') || parts.some((part) => part.startsWith('.'))) return false;
  return !(FOR_ITS_AUTHORS.includes(folder) && below.length > 0) && !/\.d\.[cm]?ts$/.test(parts.at(-1) ?? '');
}

/**
 * Copies them to `to` and gives their paths from there, such as `node_modules/pino`. Throws where one is missing or not of
 * the version in the lock file: then `npm ci` has to run first.
 */
export async function copyProductionModules(from: string, to: string): Promise<readonly string[]> {
  const lock = JSON.parse(await readFile(join(from, 'package-lock.json'), 'utf8')) as Lock;
  const wanted = Object.entries(lock.packages).filter(([path, { dev }]) => path !== '' && dev !== true);
  for (const [path, { version }] of wanted) {
    const found = await versionOf(join(from, path));
    if (found !== version) {
      throw new Error(`${path} is ${found ?? 'missing'}, the lock file wants ${version}: run npm ci first`);
    }
    // Modules below it are entries of their own.
    await cp(join(from, path), join(to, path), {
      recursive: true,
      dereference: true,
      filter: (source) => runs(relative(join(from, path), source).split('/')),
    });
  }
  return wanted.map(([path]) => path);
}

async function versionOf(folder: string): Promise<string | undefined> {
  const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as { readonly version: string }).version;
}
