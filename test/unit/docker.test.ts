// What can be said of the Docker files without an engine: the build steps give a program that runs, and every name
// in them leads somewhere.
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { copyFile, mkdtemp, rm, symlink } from 'node:fs/promises';
import { createServer } from 'node:http';
import { builtinModules } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseConfig } from '../../src/config/load.ts';
import { OwnedProcess } from '../support/owned-process.ts';
import { waitFor } from '../support/wait.ts';

const ROOT = new URL('../..', import.meta.url).pathname;
const DOCKER = join(ROOT, 'docker');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const DOCKERFILE = read('docker/Dockerfile').replaceAll('\\\n', '');
const PACKAGE = JSON.parse(read('package.json')) as {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
};

function run(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  return new Promise((done) => {
    execFile(command, args, options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      done({ code, stdout, stderr });
    });
  });
}

/** The arguments of each instruction of that name. */
function instructions(name: string): readonly string[] {
  return [...DOCKERFILE.matchAll(new RegExp(`^${name} (.*)$`, 'gm'))].map(([, text = '']) => text);
}

describe('the build steps', () => {
  let image = '';
  beforeAll(async () => {
    image = await mkdtemp(join(tmpdir(), 'image-'));
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    const project = join(ROOT, 'tsconfig.build.json');
    const built = await run(process.execPath, [tsc, '-p', project, '--outDir', join(image, 'dist')]);
    expect(built.code, built.stdout).toBe(0);
    await run(process.execPath, [join(ROOT, 'packaging/copy-dashboard.ts'), join(image, 'dist')]);
    await copyFile(join(ROOT, 'package.json'), join(image, 'package.json'));
    await symlink(join(ROOT, 'node_modules'), join(image, 'node_modules'));
  }, 60_000);
  afterAll(() => rm(image, { recursive: true, force: true }));

  test('give a program that knows its version', async () => {
    const { code, stdout } = await run(process.execPath, ['dist/cli/main.js', '--version'], { cwd: image });
    expect([code, stdout]).toEqual([0, `${PACKAGE.version}\n`]);
  });

  test('give a program that reads its config', async () => {
    const { code, stderr } = await run(
      process.execPath,
      ['dist/cli/main.js', 'check', '--config', join(DOCKER, 'gateway.yaml')],
      { cwd: image, env: {} },
    );
    expect([code, stderr]).toEqual([2, expect.stringContaining('STORE_SECRET')]);
  });

  test('give a program that starts its own store, and leaves nothing behind', async () => {
    const data = join(image, 'data');
    const gateway = new OwnedProcess('gateway', process.execPath, ['dist/cli/main.js', 'serve'], {
      cwd: image,
      env: { SOSAPI_DATA_DIR: data, SOSAPI_PORT: '0', SOSAPI_ADMIN_PORT: '0' },
    });
    let printed = '';
    gateway.child.stdout?.on('data', (text: Buffer) => {
      printed += text;
    });
    gateway.child.stderr?.on('data', (text: Buffer) => {
      printed += text;
    });
    await waitFor(() => !gateway.running || printed.includes('Veeam wants HTTPS'), { what: 'it to serve' });
    expect(await gateway.stop(20_000), printed).toEqual({ code: 0, signal: null });
    expect(printed).not.toContain('"level":"error"');
    expect(readdirSync(data)).toContain('store.db');
    expect(readdirSync(data)).not.toContain('store.sock');
  });

  test('give a program that needs no development dependency', () => {
    const files = readdirSync(join(image, 'dist'), { recursive: true, encoding: 'utf8' });
    const imported = files
      .filter((name) => name.endsWith('.js'))
      .flatMap((name) => [
        ...readFileSync(join(image, 'dist', name), 'utf8').matchAll(/from '([^.'][^']*)'/g),
      ])
      .map(([, name = '']) => name)
      .filter((name) => !name.startsWith('node:') && !builtinModules.includes(name))
      .map((name) => /^(?:@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name);
    expect(Object.keys(PACKAGE.dependencies)).toEqual(expect.arrayContaining([...new Set(imported)]));
  });
});

describe('Dockerfile', () => {
  test('starts from the Node.js that the package brings', () => {
    expect(instructions('ARG')).toEqual([`NODE_IMAGE=node:${PACKAGE.devDependencies['node']}-slim`]);
    expect(instructions('FROM')).toEqual([`${'$'}{NODE_IMAGE} AS build`, `${'$'}{NODE_IMAGE}`]);
  });

  test('copies only what exists and what the ignore file lets through', () => {
    const ignore = read('docker/Dockerfile.dockerignore').split('\n');
    const sources = instructions('COPY')
      .filter((args) => !args.startsWith('--from='))
      .flatMap((args) => args.split(' ').slice(0, -1));
    expect(sources).toContain('src');
    for (const source of sources) {
      expect(existsSync(join(ROOT, source)), source).toBe(true);
      expect(ignore).toContain(`!${source}`);
    }
  });

  test('runs as a user of its own, with no secret in it', () => {
    expect(instructions('USER')).toEqual(['1000:1000']);
    expect(instructions('STOPSIGNAL')).toEqual(['SIGTERM']);
    expect(DOCKERFILE).not.toMatch(/^(?:ARG|ENV) .*(?:SECRET|PASSWORD|TOKEN|KEY)/im);
  });

  test('starts the program with a config file', () => {
    const [entrypoint] = instructions('ENTRYPOINT').map((text) => JSON.parse(text) as unknown);
    const [command] = instructions('CMD').map((text) => JSON.parse(text) as unknown);
    expect([entrypoint, command]).toEqual([
      ['node', 'dist/cli/main.js'],
      ['serve', '--config', '/etc/sosapi-gateway/gateway.yaml'],
    ]);
  });

  describe('health check', () => {
    async function checked(port: number): Promise<number> {
      const [, command = ''] = /CMD (\[.*\])$/.exec(instructions('HEALTHCHECK')[0] ?? '') ?? [];
      const [, ...args] = JSON.parse(command) as readonly string[];
      const here = args.map((arg) => arg.replace(':8082/', `:${port}/`));
      return (await run(process.execPath, here)).code;
    }

    test.each([
      [200, 0],
      [503, 1],
    ])('status %d of /healthz is exit code %d; nobody there is 1', async (status, code) => {
      const asked: (string | undefined)[] = [];
      const server = createServer((request, response) => {
        asked.push(request.url);
        response.writeHead(status).end();
      });
      await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
      const { port } = server.address() as AddressInfo;
      expect([await checked(port), asked]).toEqual([code, ['/healthz']]);
      await new Promise((closed) => server.close(closed));
      expect(await checked(port)).toBe(1);
    });
  });
});

interface Service {
  readonly image: string;
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly environment: Readonly<Record<string, string>>;
  readonly volumes: readonly string[];
  readonly ports?: readonly string[];
  readonly stop_grace_period?: string;
}

describe('compose', () => {
  const compose = parse(read('docker/compose.yaml')) as {
    readonly services: Readonly<Record<'gateway' | 'minio', Service>>;
    readonly volumes: Readonly<Record<string, unknown>>;
  };
  const { gateway, minio } = compose.services;
  const env = { STORE_SECRET: 'store-secret', VEEAM_SECRET: 'veeam-secret' };
  const { config, warnings } = parseConfig(read('docker/gateway.yaml'), {
    file: join(DOCKER, 'gateway.yaml'),
    env,
  });

  test('names files that exist', () => {
    const context = resolve(DOCKER, gateway.build?.context ?? '');
    expect(existsSync(join(context, gateway.build?.dockerfile ?? ''))).toBe(true);
    for (const volume of [...gateway.volumes, ...minio.volumes]) {
      const [source = ''] = volume.split(':');
      const known = source.startsWith('.')
        ? existsSync(resolve(DOCKER, source))
        : Object.hasOwn(compose.volumes, source);
      expect(known, volume).toBe(true);
    }
  });

  test('mounts the config where the image looks for it', () => {
    const [command = ''] = instructions('CMD');
    expect(gateway.volumes).toContain(`./gateway.yaml:${(JSON.parse(command) as string[]).at(-1)}:ro`);
  });

  test('takes every secret from outside and refuses to start without it', () => {
    const secrets = [gateway, minio]
      .flatMap(({ environment }) => Object.entries(environment))
      .filter(([name]) => /SECRET|PASSWORD/.test(name));
    expect(secrets.length).toBe(3);
    for (const [name, value] of secrets) expect(value, name).toMatch(/^\$\{[A-Z_]+:\?.+\}$/);
    const wanted = new Set(secrets.map(([, value]) => /^\$\{([A-Z_]+)/.exec(value)?.[1]));
    const offered = [...read('docker/example.env').matchAll(/^([A-Z_]+)=$/gm)].map(([, name]) => name);
    expect(offered.sort()).toEqual([...wanted].sort());
    expect(Object.keys(gateway.environment).sort()).toEqual(Object.keys(env).sort());
  });

  test('gives the gateway a config that loads and fits the rest', () => {
    expect(warnings).toEqual([]);
    const { s3, admin, health } = config.listeners;
    const listeners = [...s3, ...(health === undefined ? [] : [health])];
    expect(listeners.map(({ host }) => host)).toEqual(['0.0.0.0', '0.0.0.0']);
    expect([admin.host, health?.metrics]).toEqual(['127.0.0.1', true]);
    expect(gateway.ports?.join()).not.toContain(`:${admin.port}`);
    const exposed = instructions('EXPOSE').flatMap((ports) => ports.split(' '));
    for (const { port } of listeners) {
      expect(exposed).toContain(String(port));
      // The health listener asks nobody who they are.
      expect(gateway.ports).toContain(`127.0.0.1:${port}:${port}`);
    }
    const [backend] = config.backends;
    expect(backend).toMatchObject({
      endpoints: [{ authority: 'minio:9000' }],
      accessKeyId: minio.environment['MINIO_ROOT_USER'],
    });
    const graceMs = Number.parseInt(gateway.stop_grace_period ?? '0', 10) * 1000;
    expect(graceMs).toBeGreaterThan(config.timeouts.drainMs);
  });

  test('is what docker compose takes, where there is one', async ({ skip }) => {
    const file = join(DOCKER, 'compose.yaml');
    const there = await run('docker', ['compose', 'version']);
    skip(there.code !== 0, 'no docker with the compose plugin');
    const taken = await run('docker', ['compose', '-f', file, 'config', '--quiet'], {
      env: { ...process.env, ...env },
    });
    expect(taken.stderr).toBe('');
    expect(taken.code).toBe(0);
    const refused = await run('docker', ['compose', '-f', file, 'config', '--quiet'], {
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], VEEAM_SECRET: '', STORE_SECRET: '' },
    });
    expect(refused.code).not.toBe(0);
  });
});
