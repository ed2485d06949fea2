// The import statements of a source tree, by file. Regular expressions are enough: Biome has settled the spelling.
import { readdir, readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';

export interface Import {
  /** As written: `./x.ts`, `node:net`, `fastify`. */
  readonly specifier: string;
  /** The file it means, relative to the tree; undefined for what is not ours. */
  readonly file: string | undefined;
  readonly typeOnly: boolean;
}

export interface SourceFile {
  /** Relative to the tree, e.g. `s3/error.ts`. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

const STATEMENT = /^(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm;
const DYNAMIC = /\bimport\(\s*'([^']+)'\s*\)/g;

export function parseSource(path: string, text: string): SourceFile {
  const resolve = (specifier: string) =>
    specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : undefined;
  const imports: Import[] = [];
  for (const [, type, specifier = ''] of text.matchAll(STATEMENT)) {
    imports.push({ specifier, file: resolve(specifier), typeOnly: type !== undefined });
  }
  for (const [, specifier = ''] of text.matchAll(DYNAMIC)) {
    imports.push({ specifier, file: resolve(specifier), typeOnly: false });
  }
  return { path, text, imports };
}

export async function readTree(root: string): Promise<readonly SourceFile[]> {
  const names = await readdir(root, { recursive: true });
  const paths = names.filter((name) => name.endsWith('.ts')).sort();
  return Promise.all(paths.map(async (path) => parseSource(path, await readFile(join(root, path), 'utf8'))));
}
