// The Debian package: built, looked into as lintian would, installed below a directory, run from there, removed and purged.
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { controlOf } from '../../../packaging/deb/control-files.ts';
import { OwnedProcess } from '../../support/owned-process.ts';
import { DebianRoot } from '../../support/packaging/debian-root.ts';
import { packagingTool, runTool } from '../../support/packaging/packaging-tool.ts';
import { waitFor } from '../../support/wait.ts';

const ROOT = new URL('../../..', import.meta.url).pathname;
const PRODUCT = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
  readonly version: string;
  readonly engines: { readonly node: string };
};
const MISSING = packagingTool('dpkg-deb') === undefined || packagingTool('dpkg') === undefined;
const SHELLCHECK = packagingTool('shellcheck');
const COMMAND = 'usr/bin/sosapi-gateway';
const CONFIG = 'etc/sosapi-gateway/gateway.yaml';
const SECRETS = 'etc/sosapi-gateway/secrets';
const STATE = 'var/lib/sosapi-gateway';

interface Entry {
  readonly mode: string;
  readonly owner: string;
  readonly path: string;
}

describe.skipIf(MISSING)('the Debian package', () => {
  let folder = '';
  let file = '';
  let entries: readonly Entry[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'deb-'));
    const args = ['packaging/deb/build.ts', '--out', folder, '--compress', 'none'];
    const built = await runTool(process.execPath, args, { cwd: ROOT });
    expect(built.code, built.stderr).toBe(0);
    file = built.stdout.trim();
    const { stdout } = await runTool('dpkg-deb', ['--contents', file]);
    entries = stdout
      .trim()
      .split('\n')
      .map((line) => {
        const [mode = '', owner = '', , , , ...path] = line.split(/ +/);
        return { mode, owner, path: path.join(' ') };
      });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const paths = () => entries.map(({ path }) => path.replace(/^\.\//, ''));

  test('says what it is and what it needs', async () => {
    const { stdout } = await runTool('dpkg-deb', ['--field', file]);
    expect(stdout).toMatch(new RegExp(`^Version: ${PRODUCT.version}-\\d+$`, 'm'));
    expect(stdout).toMatch(/^Architecture: all$/m);
    expect(stdout).toContain(`nodejs (${PRODUCT.engines.node.replace('>=', '>= ')})`);
    expect(Number(/^Installed-Size: (\d+)$/m.exec(stdout)?.[1])).toBeGreaterThan(1000);
  });

  test('has the dashboard and the library that draws its charts', () => {
    const lib = 'usr/lib/sosapi-gateway';
    expect(paths()).toEqual(
      expect.arrayContaining([
        `${lib}/dist/admin/dashboard/index.html`,
        `${lib}/dist/admin/dashboard/app.js`,
        `${lib}/node_modules/uplot/dist/uPlot.esm.js`,
        `${lib}/node_modules/uplot/LICENSE`,
      ]),
    );
  });

  test('with a Node.js of its own it needs none', async () => {
    const control = await controlOf({ version: '1-1', architecture: 'amd64', node: undefined }, '/', []);
    expect(control).toMatch(/^Architecture: amd64$/m);
    expect(control).not.toContain('nodejs');
  });

  test('belongs to root, is writable for nobody else, and lies where packages may', () => {
    expect(entries.length).toBeGreaterThan(100);
    for (const { mode, owner, path } of entries) {
      expect(owner, path).toBe('root/root');
      expect(mode, path).toMatch(/^[d-]rw[x-]r?-?[x-]?/);
      expect(mode.charAt(5) + mode.charAt(8), path).toBe('--');
    }
    const tops = new Set(paths().map((path) => path.split('/').slice(0, 2).join('/')));
    for (const top of tops)
      expect(
        ['', 'usr/', 'etc/'].some((allowed) => `${top}/`.startsWith(allowed)),
        top,
      ).toBe(true);
    expect(
      paths().filter((path) => /\.(?:node|ts|map)$/.test(path) && !path.includes('/node_modules/')),
    ).toEqual([]);
  });

  test('brings no module with compiled code, and none for development', () => {
    const modules = paths().filter((path) => path.includes('/node_modules/'));
    expect(modules.filter((path) => path.endsWith('.node') || /\/\.[^/]+$|\.d\.ts$/.test(path))).toEqual([]);
    for (const name of ['typescript', 'vitest', '@biomejs', 'node']) {
      expect(modules.filter((path) => path.includes(`/sosapi-gateway/node_modules/${name}/`))).toEqual([]);
    }
  });

  test('has the files that policy asks for', () => {
    const doc = 'usr/share/doc/sosapi-gateway/';
    for (const path of [`${doc}copyright`, `${doc}changelog.Debian.gz`, COMMAND, CONFIG]) {
      expect(paths()).toContain(path);
    }
    expect(entries.find(({ path }) => path === `./${SECRETS}/`)?.mode).toBe('drwx------');
  });

  test('its scripts are shell that the shell understands', async () => {
    const control = join(folder, 'control');
    await runTool('dpkg-deb', ['--control', file, control]);
    const scripts = (await readdir(control)).filter((name) => /^(?:pre|post)/.test(name));
    expect(scripts.sort()).toEqual(['postinst', 'postrm', 'prerm']);
    for (const script of scripts) {
      const text = await readFile(join(control, script), 'utf8');
      expect(text, script).toMatch(/^#!\/bin\/sh\n(?:#.*\n)+set -e\n/);
      expect((await runTool('sh', ['-n', join(control, script)])).code, script).toBe(0);
      if (SHELLCHECK !== undefined) {
        const checked = await runTool(SHELLCHECK, [join(control, script)]);
        expect(checked.code, checked.stdout).toBe(0);
      }
      // What is enabled or started is the administrator's word.
      expect(text.match(/systemctl (?:enable|start|restart)\b(?!.*")/g), script).toBeNull();
    }
  });

  describe.skipIf(packagingTool('systemd-analyze') === undefined)('installed', () => {
    let machine: DebianRoot;
    beforeAll(async () => {
      machine = await DebianRoot.make();
      const { code, stderr } = await machine.dpkg('--install', file);
      expect(code, stderr).toBe(0);
    });
    afterAll(() => machine[Symbol.asyncDispose]());

    test('its user is there', async () => {
      expect(await machine.read('etc/passwd')).toMatch(
        /^sosapi-gateway:.*:\/var\/lib\/sosapi-gateway:.*nologin$/m,
      );
    });

    test('nothing is enabled', () => {
      expect(existsSync(machine.in('etc/systemd'))).toBe(false);
    });

    test('the command is of this version, also with a Node.js of its own', async () => {
      const env = { PATH: `${dirname(process.execPath)}:/usr/bin:/bin` };
      const version = await runTool(machine.in(COMMAND), ['--version'], { env });
      expect([version.stdout, version.stderr]).toEqual([`${PRODUCT.version}\n`, '']);
      const own = machine.in('usr/lib/sosapi-gateway/bin');
      await mkdir(own);
      await symlink(process.execPath, join(own, 'node'));
      const alone = await runTool(machine.in(COMMAND), ['--version'], { env: { PATH: '/usr/bin:/bin' } });
      expect([alone.stdout, alone.stderr]).toEqual([`${PRODUCT.version}\n`, '']);
      await rm(own, { recursive: true });
    });

    test('with the config that it brings it serves', async () => {
      await writeFile(machine.in(`${SECRETS}/veeam`), 'secret-of-a-test\n', { mode: 0o600 });
      const config = (await machine.read(CONFIG))
        .replace('/run/credentials/sosapi-gateway.service/secrets_veeam', machine.in(`${SECRETS}/veeam`))
        .replace('/var/lib/', `${machine.in('var/lib')}/`)
        .replaceAll(/port: 808\d/g, 'port: 0');
      const configFile = machine.in('etc/test.yaml');
      await writeFile(configFile, config);
      const gateway = new OwnedProcess('gateway', machine.in(COMMAND), ['serve', '--config', configFile], {
        env: { PATH: `${dirname(process.execPath)}:/usr/bin:/bin`, STATE_DIRECTORY: machine.in(STATE) },
      });
      let printed = '';
      gateway.child.stdout?.on('data', (text: Buffer) => {
        printed += text;
      });
      gateway.child.stderr?.on('data', (text: Buffer) => {
        printed += text;
      });
      try {
        const port = await waitFor(
          () => gateway.running && /"listener":"admin","host":"127.0.0.1","port":(\d+)/.exec(printed)?.[1],
          { what: 'it to serve' },
        ).catch((cause: unknown) => {
          throw new Error(printed, { cause });
        });
        expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
        expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
      } finally {
        expect(await gateway.stop(20_000), printed).toEqual({ code: 0, signal: null });
      }
    });

    test('remove keeps config, secrets and data', async () => {
      const { code, stderr } = await machine.dpkg('--remove', 'sosapi-gateway');
      expect(code, stderr).toBe(0);
      expect(existsSync(machine.in(COMMAND))).toBe(false);
      for (const path of [CONFIG, `${SECRETS}/veeam`, `${STATE}/store/store.db`, `${STATE}/lock`]) {
        expect(existsSync(machine.in(path)), path).toBe(true);
      }
    });

    test('purge takes config, secrets and state, and says that a store is kept', async () => {
      const { code, stdout, stderr } = await machine.dpkg('--purge', 'sosapi-gateway');
      expect(code, stderr).toBe(0);
      expect(existsSync(machine.in('etc/sosapi-gateway'))).toBe(false);
      expect(await readdir(machine.in(STATE))).toEqual(['store']);
      expect(`${stdout}${stderr}`).toContain('holds a store and is kept');
    });
  });
});
