// The software bill of materials names all that runs and nothing that only developers need.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { packagingTool, runTool } from '../../support/packaging/packaging-tool.ts';

const ROOT = new URL('../../..', import.meta.url).pathname;

interface Bom {
  readonly bomFormat: string;
  readonly metadata: { readonly component: { readonly purl: string; readonly type: string } };
  readonly components: readonly {
    readonly name: string;
    readonly version: string;
    readonly purl: string;
    readonly hashes?: readonly { readonly alg: string }[];
    readonly licenses?: readonly unknown[];
  }[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

describe.skipIf(packagingTool('npm') === undefined)('the bill of materials', () => {
  let bom: Bom;
  const lock = readFile(join(ROOT, 'package-lock.json'), 'utf8').then(
    (text) =>
      JSON.parse(text) as {
        readonly packages: Readonly<Record<string, { readonly version: string; readonly dev?: boolean }>>;
      },
  );
  beforeAll(async () => {
    const made = await runTool(process.execPath, ['packaging/container/write-sbom.ts'], { cwd: ROOT });
    expect(made.code, made.stderr).toBe(0);
    bom = JSON.parse(made.stdout) as Bom;
  });

  test('is of this version', async () => {
    const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    expect(bom.bomFormat).toBe('CycloneDX');
    expect(bom.metadata.component).toMatchObject({
      purl: `pkg:npm/sosapi-gateway@${version}`,
      type: 'application',
    });
  });

  test('names each module that is installed to run, also those that development needs too', async () => {
    const { dependencies } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
      readonly dependencies: Readonly<Record<string, string>>;
    };
    const named = bom.components.map(({ name, version }) => `${name}@${version}`);
    for (const [name, version] of Object.entries(dependencies)) expect(named).toContain(`${name}@${version}`);
    const installed = Object.entries((await lock).packages)
      .filter(([path, { dev }]) => path !== '' && dev !== true)
      .map(([path, { version }]) => `${path.split('node_modules/').at(-1)}@${version}`);
    expect([...named].sort()).toEqual([...new Set(installed)].sort());
  });

  test('says of each where it is from, what its bytes are and under which license', () => {
    for (const { name, purl, hashes, licenses } of bom.components) {
      expect(purl, name).toMatch(/^pkg:npm\//);
      expect(hashes?.[0]?.alg, name).toBe('SHA-512');
      expect(licenses?.length, name).toBeGreaterThan(0);
    }
  });

  test('who needs whom leads to what it names', () => {
    const known = new Set(bom.dependencies.map(({ ref }) => ref));
    expect(known.size).toBe(bom.components.length + 1);
    for (const { ref, dependsOn } of bom.dependencies) {
      for (const on of dependsOn) expect(known.has(on), `${ref} needs ${on}`).toBe(true);
    }
  });
});
