// Writes the software bill of materials of what runs, in CycloneDX: node packaging/container/write-sbom.ts > sbom.cdx.json.
// `npm sbom --omit dev` would leave out every module that a development dependency needs too, `yaml` among them (npm 11.19.1,
// seen 2026-11-22); so everything is listed, and the lock file says what of it is for development.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const REPOSITORY = new URL('../..', import.meta.url).pathname;

interface Bom {
  readonly components: readonly { readonly 'bom-ref': string }[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
  readonly [name: string]: unknown;
}

interface Lock {
  readonly name: string;
  readonly version: string;
  readonly packages: Readonly<Record<string, { readonly version?: string; readonly dev?: boolean }>>;
}

function withoutDevelopment(bom: Bom, lock: Lock): Bom {
  const kept = new Set([`${lock.name}@${lock.version}`]);
  for (const [path, { version, dev }] of Object.entries(lock.packages)) {
    if (path !== '' && dev !== true) kept.add(`${path.split('node_modules/').at(-1)}@${version}`);
  }
  return {
    ...bom,
    components: bom.components.filter((component) => kept.has(component['bom-ref'])),
    dependencies: bom.dependencies
      .filter(({ ref }) => kept.has(ref))
      .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((on) => kept.has(on)) })),
  };
}

const { stdout } = await promisify(execFile)(
  'npm',
  ['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application', '--package-lock-only'],
  { cwd: REPOSITORY, maxBuffer: 64 * 1024 * 1024 },
);
const lock = JSON.parse(await readFile(join(REPOSITORY, 'package-lock.json'), 'utf8')) as Lock;
process.stdout.write(
  `${JSON.stringify(withoutDevelopment(JSON.parse(stdout) as Bom, lock), undefined, 2)}\n`,
);
