// The files of the dashboard, read once: those of the folder beside this file, and uPlot's out of its package.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';

export interface DashboardFile {
  readonly contentType: string;
  readonly body: Buffer;
  /** Strong, quotes included. */
  readonly etag: string;
}

export interface DashboardAssets {
  readonly page: DashboardFile;
  /** Changes with any byte of any file; the page names its files below it, so that they may be kept for ever. */
  readonly digest: string;
  /** By name, such as `app.js`. */
  readonly files: ReadonlyMap<string, DashboardFile>;
}

const FOLDER = join(import.meta.dirname, 'dashboard');
const PAGE = 'index.html';
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};
/** Under which name the page asks for what of uPlot's `dist`; its license (MIT) stands in the first lines of the module. */
const OF_UPLOT: Readonly<Record<string, string>> = {
  'uplot.js': 'uPlot.esm.js',
  'uplot.css': 'uPlot.min.css',
};

/** Throws where the folder or uPlot is not there: the installation is not whole. */
export function readDashboardAssets(): DashboardAssets {
  const uplot = dirname(createRequire(import.meta.url).resolve('uplot'));
  const bodies = new Map([
    ...readdirSync(FOLDER)
      .sort()
      .map((name) => [name, readFileSync(join(FOLDER, name))] as const),
    ...Object.entries(OF_UPLOT).map(([name, file]) => [name, readFileSync(join(uplot, file))] as const),
  ]);
  const digest = shortDigest([...bodies].flatMap(([name, body]) => [name, '\0', body, '\0']));
  const page = bodies.get(PAGE)?.toString('utf8') ?? '';
  bodies.delete(PAGE);
  return {
    page: fileOf(PAGE, Buffer.from(page.replaceAll('"dashboard/', `"dashboard/${digest}/`))),
    digest,
    files: new Map([...bodies].map(([name, body]) => [name, fileOf(name, body)])),
  };
}

function fileOf(name: string, body: Buffer): DashboardFile {
  const contentType = TYPES[extname(name)];
  if (contentType === undefined) throw new Error(`the dashboard has no content type for ${name}`);
  return { contentType, body, etag: `"${shortDigest([body])}"` };
}

function shortDigest(parts: readonly (string | Buffer)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('base64url').slice(0, 22);
}
