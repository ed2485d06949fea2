// The dashboard's files and uPlot's, wherever the gateway runs from: checkout, build, npm package, container; the Debian package has a test of its own.
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readDashboardAssets } from '../../../src/admin/dashboard-assets.ts';
import { packagingTool, runTool } from '../../support/packaging/packaging-tool.ts';

const ROOT = new URL('../../..', import.meta.url).pathname;
const NPM = packagingTool('npm');

describe('the dashboard is whole', () => {
  const here = readDashboardAssets();
  let root = '';

  // As `npm run build` does, elsewhere.
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'built-'));
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    const project = join(ROOT, 'tsconfig.build.json');
    const built = await runTool(process.execPath, [tsc, '-p', project, '--outDir', join(root, 'dist')]);
    expect(built.code, built.stdout).toBe(0);
    const copied = await runTool(process.execPath, [
      join(ROOT, 'packaging/copy-dashboard.ts'),
      join(root, 'dist'),
    ]);
    expect(copied.code, copied.stderr).toBe(0);
    await cp(join(ROOT, 'package.json'), join(root, 'package.json'));
    await symlink(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  }, 120_000);
  afterAll(() => rm(root, { recursive: true, force: true }));

  test('in a checkout: each file that the page names is there', () => {
    const page = here.page.body.toString();
    const named = [...page.matchAll(new RegExp(`"dashboard/${here.digest}/([^"]+)"`, 'g'))].map(
      ([, name]) => name,
    );
    expect(named).toContain('app.js');
    expect(named).toContain('uplot.css');
    expect(named.filter((name) => !here.files.has(name ?? ''))).toEqual([]);
    expect(page).not.toMatch(new RegExp(`"dashboard/(?!${here.digest}/)`));
  });

  test('in a checkout: each module that one imports is there, and uPlot says whose it is', () => {
    for (const [name, { body }] of here.files) {
      if (!name.endsWith('.js')) continue;
      const imports = [...body.toString().matchAll(/^(?:import|export)[^'"]*?from '\.\/([^']+)'/gm)];
      expect(
        imports.map(([, file]) => file).filter((file) => !here.files.has(file ?? '')),
        name,
      ).toEqual([]);
    }
    expect(here.files.get('uplot.js')?.body.toString().slice(0, 400)).toMatch(/MIT Licensed.*uPlot/s);
  });

  test('in what the build makes, with the same bytes', async () => {
    const module = join(root, 'dist/admin/dashboard-assets.js');
    const script = `const { readDashboardAssets } = await import(${JSON.stringify(module)}); console.log(readDashboardAssets().digest);`;
    const { code, stdout, stderr } = await runTool(process.execPath, [
      '--input-type=module',
      '--eval',
      script,
    ]);
    expect([code, stderr, stdout.trim()]).toEqual([0, '', here.digest]);
  });

  test.skipIf(NPM === undefined)(
    'in the npm package',
    async () => {
      await mkdir(join(root, 'home'));
      const packed = await runTool(
        NPM ?? '',
        ['pack', '--dry-run', '--json', '--ignore-scripts', '--offline'],
        {
          cwd: root,
          env: { ...process.env, HOME: join(root, 'home') },
        },
      );
      expect(packed.code, packed.stderr).toBe(0);
      for (const name of await readdir(join(ROOT, 'src/admin/dashboard'))) {
        expect(packed.stdout).toContain(`"dist/admin/dashboard/${name}"`);
      }
      const product = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
        readonly dependencies: Readonly<Record<string, string>>;
        readonly scripts: Readonly<Record<string, string>>;
      };
      expect(Object.keys(product.dependencies)).toContain('uplot');
      expect(product.scripts['build']).toBe('tsc -p tsconfig.build.json && node packaging/copy-dashboard.ts');
    },
    60_000,
  );

  test('in the container: the image takes the same steps', async () => {
    const dockerfile = await readFile(join(ROOT, 'docker/Dockerfile'), 'utf8');
    expect(dockerfile).toMatch(/^RUN .*tsc -p tsconfig\.build\.json && node packaging\/copy-dashboard\.ts$/m);
    expect(dockerfile).toMatch(/^COPY packaging\/copy-dashboard\.ts \.\/packaging\/$/m);
    const sent = (await readFile(join(ROOT, 'docker/Dockerfile.dockerignore'), 'utf8')).split('\n');
    expect(sent).toContain('!packaging/copy-dashboard.ts');
  });
});
